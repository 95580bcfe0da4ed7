// Handlers of pairing. SPDX-License-Identifier: Apache-2.0
#include "control/pair_api.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "control/api.h"
#include "control/roles.h"
#include "net/json.h"
#include "net/key_exchange.h"
#include "studio/present.h"

namespace xb::control {
namespace {

constexpr std::size_t longest_said_name = 256;  // bytes, before it is cleaned
constexpr std::size_t key_hex = 64;
// The session ends earlier, after twelve hours without use; the browser only has to keep it so
// long.
constexpr int cookie_seconds = 7 * 24 * 3600;

using Answering = std::function<net::Response(const net::Request&)>;

net::Server::Handler for_operator(std::shared_ptr<net::ServerTally> tally, Answering answering) {
  return [tally = std::move(tally), answering = std::move(answering)](const net::Request& request,
                                                                      const net::ResponderRef& to) {
    if (!may(role_of(request), "operator")) {
      tally->refuse("denied");
      return to->respond(refusal_of(Error(ErrorCode::denied)));
    }
    if (auto refused = refused_type(request)) return to->respond(std::move(*refused));
    to->respond(answering(request));
  };
}

net::Response said(OrderedJson body) {
  return net::json_response(200, net::dump(body));
}

Result<std::string> hex_field(const Json& json, const char* name) {
  XB_TRY_ASSIGN(const auto text, net::require_string(json, name));
  auto bytes = text.size() == key_hex ? net::from_hex(text) : std::nullopt;
  if (!bytes) return Error(ErrorCode::command_arguments, std::string(name) + ": 64 x 0-9a-f");
  return std::move(*bytes);
}

std::int64_t whole_seconds(Duration left) {
  return std::chrono::ceil<std::chrono::seconds>(left).count();
}

OrderedJson me_json(const net::Request& request) {
  const auto person = request.person.value_or(net::Person{});
  return {{"ok", true},
          {"role", name_of(role_of(request))},
          {"name", person.name},
          {"device", person.device},
          {"is_here", is_here(request)}};
}

// Of the certificate that devices see, to be compared by people; null where there is none.
OrderedJson fingerprint_json(const PairParts& parts) {
  const auto* identity = parts.lan.identity();
  return identity == nullptr ? OrderedJson(nullptr) : OrderedJson(identity->fingerprint());
}

// All that the operator's page shows. The code of an offer is told at this computer alone.
OrderedJson desk_json(const PairParts& parts, bool is_told_here) {
  auto& pairing = parts.lan.pairing();
  const auto now = parts.clock.now();
  OrderedJson addresses = OrderedJson::array();
  for (const auto& one : parts.lan.addresses()) addresses.push_back(one + "/pair");
  OrderedJson offer;
  if (const auto* open = pairing.open_offer(now); open != nullptr && is_told_here) {
    offer = {{"id", open->id},
             {"role", name_of(open->role)},
             {"code", open->code},
             {"ends_in_s", whole_seconds(open->until - now)}};
  }
  OrderedJson devices = OrderedJson::array();
  for (const auto& one : pairing.devices()) {
    devices.push_back(
        {{"id", one.id},
         {"name", one.name},
         {"role", name_of(one.role)},
         {"address", one.address},
         {"since", studio::local_clock(one.since)},
         {"unused_s", std::chrono::floor<std::chrono::seconds>(now - one.used).count()}});
  }
  return {{"ok", true},
          {"is_open", parts.lan.is_open()},
          {"addresses", std::move(addresses)},
          {"fingerprint", fingerprint_json(parts)},
          {"offer", std::move(offer)},
          {"ended", text_of(pairing.how_it_ended()).name},
          {"devices", std::move(devices)}};
}

net::Response make_offer(const PairParts& parts, const net::Request& request) {
  if (!is_here(request)) return refusal_of(Error(ErrorCode::pair_elsewhere));
  const auto json = net::parse_json(request.body);
  if (!json) return refusal_of(json.error());
  const auto word = net::require_string(*json, "role");
  const auto role = word ? role_named(*word) : std::nullopt;
  if (!role)
    return refusal_of(
        Error(ErrorCode::command_arguments, "role: operator, assistant, reviewer, viewer"));
  if (const auto open = parts.lan.open(); !open) return refusal_of(open.error());
  parts.lan.pairing().offer(*role, parts.clock.now());
  return said(desk_json(parts, true));
}

net::Response picture_of_offer(const PairParts& parts, const net::Request& request) {
  if (!is_here(request)) return refusal_of(Error(ErrorCode::pair_elsewhere));
  const auto* open = parts.lan.pairing().open_offer(parts.clock.now());
  const auto addresses = parts.lan.addresses();
  const auto asked = request.query.find("offer");
  if (open == nullptr || addresses.empty() || asked == request.query.end() ||
      asked->second != open->id)
    return refusal_of(Error(ErrorCode::pair_expired));
  auto picture = parts.studio.qr_picture(addresses.front() + "/pair.html#" + open->secret);
  if (!picture) return refusal_of(Error(ErrorCode::internal));
  net::Response out;
  out.content_type = "image/svg+xml";
  out.body = std::make_shared<const std::string>(std::move(*picture));
  return out;
}

net::Response tell_offer(const PairParts& parts) {
  const auto now = parts.clock.now();
  auto& pairing = parts.lan.pairing();
  const auto* open = pairing.open_offer(now);
  if (open == nullptr) return refusal_of(Error(pairing.how_it_ended()));
  return said({{"ok", true},
               {"offer", open->id},
               {"key", net::to_hex(open->key_public)},
               {"fingerprint", fingerprint_json(parts)},
               {"ends_in_s", whole_seconds(open->until - now)}});
}

net::Response take_claim(const PairParts& parts, const net::Request& request) {
  if (auto refused = refused_type(request)) return std::move(*refused);
  const auto claim = read_claim(request.body);
  if (!claim) return refusal_of(claim.error());
  auto& pairing = parts.lan.pairing();
  const auto device = pairing.claim(*claim, request.peer, parts.clock.now(), parts.clock.wall());
  if (!device) {
    log_warn("control", "pairing refused to {}: {}", request.peer, device.error().log_line());
    return refusal_of(device.error());
  }
  const Device paired = **device;
  log_info("control", "paired as {}: {} at {}", name_of(paired.role), paired.name, request.peer);
  // the same phone again: its former session has no page any more
  if (request.person && request.person->device != 0) parts.lan.revoke(request.person->device);
  auto out = said(
      {{"ok", true}, {"role", name_of(paired.role)}, {"name", paired.name}, {"device", paired.id}});
  const bool is_secure = parts.lan.identity() != nullptr;
  out.headers = {{"Set-Cookie", std::string(session_cookie(is_secure)) + "=" + paired.session +
                                    "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
                                    std::to_string(cookie_seconds) +
                                    (is_secure ? "; Secure" : "")}};
  return out;
}

net::Response revoke(const PairParts& parts, const net::Request& request) {
  const auto json = net::parse_json(request.body);
  if (!json) return refusal_of(json.error());
  const auto device = json->is_object() ? json->find("device") : json->end();
  if (!json->is_object() || device == json->end() || !device->is_number_unsigned())
    return refusal_of(Error(ErrorCode::command_arguments, "device: its id"));
  if (!parts.lan.revoke(device->get<std::uint64_t>()))
    return refusal_of(Error(ErrorCode::row_unknown, "device"));
  log_info("control", "device {} revoked by {}", device->get<std::uint64_t>(), who_of(request));
  return said(desk_json(parts, is_here(request)));
}

net::Response close_lan(const PairParts& parts, const net::Request& request) {
  parts.lan.close();
  return said(desk_json(parts, is_here(request)));
}

}  // namespace

Result<PairClaim> read_claim(std::string_view body) {
  XB_TRY_ASSIGN(const auto json, net::parse_json(body));
  if (!json.is_object()) return Error(ErrorCode::json_invalid, "expected an object");
  const auto text = [&](const char* name) -> Result<std::string> {
    auto out = net::require_string(json, name);
    if (!out) return Error(ErrorCode::command_arguments, out.error().detail());
    if (out->size() > longest_said_name)
      return Error(ErrorCode::command_arguments, std::string(name) + ": at most 256 bytes");
    return out;
  };
  PairClaim out;
  XB_TRY_ASSIGN(out.offer, text("offer"));
  XB_TRY_ASSIGN(const auto by, text("by"));
  if (by != "secret" && by != "code")
    return Error(ErrorCode::command_arguments, "by: secret or code");
  out.by = by == "secret" ? PairClaim::By::secret : PairClaim::By::code;
  XB_TRY_ASSIGN(out.key, hex_field(json, "key"));
  XB_TRY_ASSIGN(out.proof, hex_field(json, "proof"));
  XB_TRY_ASSIGN(out.name, text("name"));
  return out;
}

void serve_pairing(net::Server& server, const PairParts& parts) {
  const auto tally = server.tally();
  // a short address, to be typed on a phone
  server.get("/pair", [](const net::Request&, const net::ResponderRef& to) {
    net::Response there;
    there.status = 302;
    there.headers = {{"Location", "/pair.html"}};
    to->respond(std::move(there));
  });
  server.get("/api/me", [](const net::Request& request, const net::ResponderRef& to) {
    if (!may(role_of(request), "viewer"))
      return to->respond(refusal_of(Error(ErrorCode::pair_needed)));
    to->respond(said(me_json(request)));
  });
  server.get("/api/pair/devices", for_operator(tally, [parts](const net::Request& request) {
               return said(desk_json(parts, is_here(request)));
             }));
  server.get("/api/pair/code.svg", for_operator(tally, [parts](const net::Request& request) {
               return picture_of_offer(parts, request);
             }));
  server.get("/api/pair/offer", [parts](const net::Request&, const net::ResponderRef& to) {
    to->respond(tell_offer(parts));
  });
  server.post("/api/pair/offer", for_operator(tally, [parts](const net::Request& request) {
                return make_offer(parts, request);
              }));
  server.post("/api/pair/claim", [parts](const net::Request& request, const net::ResponderRef& to) {
    to->respond(take_claim(parts, request));
  });
  server.post("/api/pair/revoke", for_operator(tally, [parts](const net::Request& request) {
                return revoke(parts, request);
              }));
  server.post("/api/pair/close", for_operator(tally, [parts](const net::Request& request) {
                return close_lan(parts, request);
              }));
}

}  // namespace xb::control

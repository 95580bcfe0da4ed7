// Cookies to persons, proofs of what is posted. SPDX-License-Identifier: Apache-2.0
#include "control/lan_gate.h"

#include <charconv>
#include <string>

#include "net/key_exchange.h"

namespace xb::control {
namespace {

constexpr std::string_view claim_path = "/api/pair/claim";

bool is_api(std::string_view path) {
  return path == "/api" || path == "/metrics" || path.substr(0, 5) == "/api/";
}

// A plain number without sign and leading zeros, as it was signed; 0 for anything else.
std::uint64_t number_in(const std::map<std::string, std::string>& fields, const char* name) {
  const auto found = fields.find(name);
  if (found == fields.end() || found->second.empty() || found->second.front() == '0') return 0;
  const auto& text = found->second;
  std::uint64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? out : 0;
}

// Large bodies are only read of those who may send them: who has nothing but a cookie, or another
// role, sends nothing that is kept.
std::optional<net::Refusal> refused_before_body(const net::Request& request) {
  if (request.method != "POST") return std::nullopt;
  if (request.path.substr(0, 11) == "/api/setup/" &&
      request.person->rank < static_cast<int>(Role::operator_))
    return net::Refusal{403, "denied", ErrorCode::denied};
  if (number_in(request.own_fields, "x-xiangbo-counter") == 0 ||
      !request.own_fields.contains("x-xiangbo-proof"))
    return net::Refusal{403, "unproven", ErrorCode::pair_unproven};
  return std::nullopt;
}

}  // namespace

std::optional<net::Refusal> LanGate::at_head(net::Request& request) {
  request.person = net::Person{.rank = static_cast<int>(Role::stranger), .name = {}, .device = 0};
  const auto cookie = request.cookies.find(std::string(session_cookie(is_secure_)));
  const bool has_cookie = cookie != request.cookies.end();
  if (has_cookie) {
    if (const auto* device = pairing_.find(cookie->second, clock_.now()))
      request.person = net::Person{static_cast<int>(device->role), device->name, device->id};
  }
  if (!is_api(request.path) || request.path == claim_path) return std::nullopt;
  if (request.path == "/api/pair/offer" && request.method == "GET") return std::nullopt;
  if (request.path == "/api/ingest") return net::Refusal{403, "denied", ErrorCode::denied};
  if (request.person->device != 0) return refused_before_body(request);
  return net::Refusal{401, "unpaired", has_cookie ? ErrorCode::pair_ended : ErrorCode::pair_needed};
}

std::optional<net::Refusal> LanGate::at_body(const net::Request& request) {
  if (request.path == claim_path) return std::nullopt;  // it has a proof of its own
  const auto number = number_in(request.own_fields, "x-xiangbo-counter");
  const auto field = request.own_fields.find("x-xiangbo-proof");
  const auto proof =
      field == request.own_fields.end() ? std::nullopt : net::from_hex(field->second);
  if (number == 0 || !proof) return net::Refusal{403, "unproven", ErrorCode::pair_unproven};
  const auto checked =
      pairing_.check(request.person->device, number, request.target, request.body, *proof);
  if (checked) return std::nullopt;
  const auto code = checked.error().code();
  return net::Refusal{code == ErrorCode::pair_ended ? 401 : 403,
                      code == ErrorCode::pair_repeated ? "repeated" : "unproven", code};
}

}  // namespace xb::control

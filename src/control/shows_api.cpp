// Handlers: who asks and what is on air is looked at first, all else is done on `setup`.
// SPDX-License-Identifier: Apache-2.0
#include "control/shows_api.h"

#include <fmt/core.h>

#include <memory>
#include <string>
#include <utility>

#include "control/api.h"
#include "control/roles.h"
#include "net/json.h"
#include "studio/setup_desk.h"

namespace xb::control {
namespace {

using studio::SetupDesk;
using studio::ShowEditor;
using studio::ShowShelf;

constexpr std::size_t most_order_bytes = 4096;

// Nothing: go on.
std::optional<net::Response> refused_to_stranger(const net::Request& request) {
  if (!may(role_of(request), "operator")) return refusal_of(Error(ErrorCode::denied));
  if (!is_here(request)) return refusal_of(Error(ErrorCode::pair_elsewhere));
  return std::nullopt;
}

void post_shelf_job(SetupDesk& desk, const net::ResponderRef& to,
                    std::function<net::Response(ShowShelf&)> job) {
  const auto posted =
      desk.post([to, &desk, job = std::move(job)](ShowEditor&) { to->respond(job(desk.shelf())); });
  if (!posted) to->respond(refusal_of(Error(ErrorCode::busy, "32 changes wait")));
}

std::string argument(const net::Request& request, const char* name) {
  const auto at = request.query.find(name);
  return at == request.query.end() ? std::string() : at->second;
}

net::Response done_with(const Result<std::string>& name) {
  if (!name) return refusal_of(name.error());
  return net::json_response(200, net::dump(OrderedJson{{"ok", true}, {"name", *name}}));
}

struct Order {
  std::string what;
  std::string show;
  std::string name;
};

// What changes the Show that is open begins the program again.
net::Response carry_out(const Order& order, ShowShelf& shelf, const studio::Studio& studio,
                        std::atomic<Wish>& wish) {
  if (order.what == "make") return done_with(shelf.make(order.name, order.show));
  if (order.what == "copy") return done_with(shelf.copy(order.show, order.name));
  const bool was_open = shelf.is_open(order.show);
  const bool begins_again = order.what == "choose" ? !was_open : was_open;
  if (begins_again && is_on_air(studio.state())) return refusal_on_air();
  if (order.what == "rename") {
    auto name = shelf.rename(order.show, order.name);
    if (name && begins_again) wish.store(Wish::begin_chosen);
    return done_with(name);
  }
  if (const auto chosen = shelf.choose(order.show); !chosen) return refusal_of(chosen.error());
  if (begins_again) wish.store(order.show.empty() ? Wish::begin_given : Wish::begin_chosen);
  return done_with(order.show);
}

Result<Order> read_order(const std::string& body) {
  XB_TRY_ASSIGN(const auto json, net::parse_json(body, {.bytes = most_order_bytes, .depth = 4}));
  if (!json.is_object()) return Error(ErrorCode::json_invalid, "expected an object");
  Order out;
  XB_TRY_ASSIGN(out.what, net::require_string(json, "do"));
  XB_TRY_ASSIGN(const auto show, net::optional_string(json, "show"));
  XB_TRY_ASSIGN(const auto name, net::optional_string(json, "name"));
  if (out.what != "make" && out.what != "copy" && out.what != "rename" && out.what != "choose")
    return Error(ErrorCode::command_arguments, "do: make, copy, rename or choose");
  out.show = show.value_or("");
  out.name = name.value_or("");
  return out;
}

void serve_list(net::Server& server, studio::Studio& studio, SetupDesk& desk,
                std::atomic<Wish>& wish) {
  server.get("/api/shows", [&desk](const net::Request& request, const net::ResponderRef& to) {
    if (!may(role_of(request), "operator"))
      return to->respond(refusal_of(Error(ErrorCode::denied)));
    post_shelf_job(desk, to, [](ShowShelf& shelf) {
      return net::json_response(200, net::dump(shelf.list()));
    });
  });
  server.post(
      "/api/shows",
      [&studio, &desk, &wish](const net::Request& request, const net::ResponderRef& to) {
        if (auto refused = refused_type(request)) return to->respond(std::move(*refused));
        if (auto refused = refused_to_stranger(request)) return to->respond(std::move(*refused));
        auto order = read_order(request.body);
        if (!order) return to->respond(refusal_of(order.error()));
        post_shelf_job(desk, to, [&studio, &wish, order = std::move(*order)](ShowShelf& shelf) {
          return carry_out(order, shelf, studio, wish);
        });
      },
      most_order_bytes);
}

// RFC 6266 and 5987: a name of any script.
std::string attachment(const std::string& name) {
  std::string encoded;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    encoded += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return "attachment; filename=\"show.zip\"; filename*=UTF-8''" + encoded + ".zip";
}

void serve_zip(net::Server& server, SetupDesk& desk, std::size_t most_bytes) {
  server.get("/api/shows/zip", [&desk](const net::Request& request, const net::ResponderRef& to) {
    if (auto refused = refused_to_stranger(request)) return to->respond(std::move(*refused));
    post_shelf_job(desk, to, [show = argument(request, "show")](ShowShelf& shelf) {
      auto zip = shelf.share(show);
      if (!zip) return refusal_of(zip.error());
      net::Response out;
      out.content_type = "application/zip";
      out.body = std::make_shared<const std::string>(std::move(*zip));
      out.headers = {{"Content-Disposition", attachment(show.empty() ? "show" : show)}};
      return out;
    });
  });
  server.post(
      "/api/shows/zip",
      [&desk](const net::Request& request, const net::ResponderRef& to) {
        if (auto refused = refused_to_stranger(request)) return to->respond(std::move(*refused));
        if (request.content_type != "application/zip") {
          auto refused =
              refusal_of(Error(ErrorCode::show_zip_invalid, "Content-Type: application/zip"));
          refused.status = 415;
          return to->respond(std::move(refused));
        }
        post_shelf_job(desk, to,
                       [name = argument(request, "name"), body = request.body](ShowShelf& shelf) {
                         return done_with(shelf.open_zip(body, name));
                       });
      },
      most_bytes);
}

net::Response walk_of(const ShowShelf& shelf) {
  const auto walk = shelf.walk();
  return net::json_response(
      200, net::dump(OrderedJson{
               {"is_open", walk.is_open}, {"is_left", walk.is_left}, {"step", walk.step}}));
}

void serve_walk(net::Server& server, SetupDesk& desk) {
  server.get("/api/walk", [&desk](const net::Request& request, const net::ResponderRef& to) {
    if (!may(role_of(request), "operator"))
      return to->respond(refusal_of(Error(ErrorCode::denied)));
    post_shelf_job(desk, to, [](ShowShelf& shelf) { return walk_of(shelf); });
  });
  server.post("/api/walk", [&desk](const net::Request& request, const net::ResponderRef& to) {
    if (auto refused = refused_type(request)) return to->respond(std::move(*refused));
    if (auto refused = refused_to_stranger(request)) return to->respond(std::move(*refused));
    const auto json = net::parse_json(request.body);
    if (!json) return to->respond(refusal_of(json.error()));
    const auto is_open = net::optional_bool(*json, "is_open");
    const auto is_left = net::optional_bool(*json, "is_left");
    const auto step = net::optional_integer(*json, "step");
    if (!is_open || !is_left || !step || step->value_or(0) < 0 || step->value_or(0) > 9)
      return to->respond(
          refusal_of(Error(ErrorCode::command_arguments, "is_open, is_left, step: 0-9")));
    const ShowShelf::Walk walk{is_open->value_or(true), is_left->value_or(false),
                               static_cast<int>(step->value_or(0))};
    post_shelf_job(desk, to, [walk](ShowShelf& shelf) {
      if (const auto kept = shelf.keep_walk(walk); !kept) return refusal_of(kept.error());
      return net::json_response(200, R"({"ok":true})");
    });
  });
}

}  // namespace

void serve_shows(net::Server& server, studio::Studio& studio, std::atomic<Wish>& wish,
                 std::size_t most_zip_bytes) {
  auto* const desk = studio.setup();
  if (desk == nullptr) return;
  serve_list(server, studio, *desk, wish);
  serve_zip(server, *desk, most_zip_bytes);
  serve_walk(server, *desk);
}

}  // namespace xb::control

// Refusals first. SPDX-License-Identifier: Apache-2.0
#include "control/program_api.h"

#include "control/api.h"
#include "control/roles.h"
#include "net/json.h"

namespace xb::control {
namespace {

net::Response answer(const net::Request& request, studio::Studio& studio, std::atomic<Wish>& wish) {
  if (auto refused = refused_type(request)) return std::move(*refused);
  if (!may(role_of(request), "operator")) return refusal_of(Error(ErrorCode::denied));
  if (!is_here(request)) return refusal_of(Error(ErrorCode::pair_elsewhere));
  const auto json = net::parse_json(request.body);
  if (!json) return refusal_of(json.error());
  const auto what = net::require_string(*json, "do");
  if (!what) return refusal_of(Error(ErrorCode::command_arguments, what.error().detail()));
  if (*what == "show_window") {
    if (!studio.show_window()) return refusal_of(Error(ErrorCode::row_unknown, "window"));
    return net::json_response(200, R"({"ok":true})");
  }
  if (*what != "leave" && *what != "restart")
    return refusal_of(Error(ErrorCode::command_arguments, "do: leave, restart or show_window"));
  if (is_on_air(studio.state())) return refusal_on_air();
  wish.store(*what == "leave" ? Wish::leave : Wish::begin_again);
  return net::json_response(200, R"({"ok":true})");
}

}  // namespace

net::Response refusal_on_air() {
  const OrderedJson body{{"ok", false},
                         {"code", "program.on_air"},
                         {"zh", "正在直播：先下播，再退出、重开或换方案"},
                         {"en", "On air: end the live first, then leave, restart or change Shows"}};
  return net::json_response(409, net::dump(body));
}

bool is_on_air(const OrderedJson& state) {
  const auto& now = state.at("state");
  return now != "ready" && now != "ended";
}

void serve_program(net::Server& server, studio::Studio& studio, std::atomic<Wish>& wish) {
  server.post("/api/program",
              [&studio, &wish](const net::Request& request, const net::ResponderRef& to) {
                to->respond(answer(request, studio, wish));
              });
}

}  // namespace xb::control

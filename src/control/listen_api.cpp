// Handlers of `listen:`. SPDX-License-Identifier: Apache-2.0
#include "control/listen_api.h"

#include <charconv>
#include <utility>

#include "control/api.h"
#include "control/roles.h"
#include "net/json.h"

namespace xb::control {
namespace {

net::Server::Handler for_this_computer(
    std::function<net::Response(const net::Request&)> answering) {
  return
      [answering = std::move(answering)](const net::Request& request, const net::ResponderRef& to) {
        if (!may(role_of(request), "operator"))
          return to->respond(refusal_of(Error(ErrorCode::denied)));
        if (!is_here(request)) return to->respond(refusal_of(Error(ErrorCode::pair_elsewhere)));
        to->respond(answering(request));
      };
}

// The code of one of the addresses: `?n=0` is the first.
net::Response code_of(const studio::Studio& studio, const net::Request& request) {
  const auto doorway = studio.doorway();
  std::size_t n = 0;
  if (const auto asked = request.query.find("n"); asked != request.query.end())
    std::from_chars(asked->second.data(), asked->second.data() + asked->second.size(), n);
  std::optional<std::string> picture;
  if (doorway.is_object() && n < doorway["addresses"].size())
    picture = studio.qr_picture(doorway["addresses"][n]["whole"].get<std::string>());
  net::Response out;
  if (!picture) {
    out = refusal_of(Error(ErrorCode::file_missing, "listen.svg"));
    out.status = 404;
    return out;
  }
  out.content_type = "image/svg+xml";
  out.body = std::make_shared<const std::string>(std::move(*picture));
  return out;
}

}  // namespace

void serve_listen(net::Server& server, studio::Studio& studio) {
  server.get("/api/listen", for_this_computer([&studio](const net::Request&) {
               const OrderedJson body{{"ok", true}, {"listen", studio.doorway()}};
               return net::json_response(200, net::dump(body));
             }));
  server.get("/api/listen.svg", for_this_computer([&studio](const net::Request& request) {
               return code_of(studio, request);
             }));
}

}  // namespace xb::control

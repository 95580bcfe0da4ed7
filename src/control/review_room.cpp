// One server, the review's routes, the pages.
// SPDX-License-Identifier: Apache-2.0
#include "control/review_room.h"

#include <utility>

#include "control/review_api.h"

namespace xb::control {
namespace {

// Twenty people who look at one recording, each with some requests under way.
constexpr int most_sockets = 256;

}  // namespace

ReviewRoom::ReviewRoom(review::Archive& archive, net::Loop& web, net::Address listen,
                       const std::filesystem::path& pages) {
  net::ServerOptions options;
  options.listen = std::move(listen);
  options.limits.sockets = most_sockets;
  options.limits.sockets_per_address = most_sockets;
  options.origins = net::OriginRule::same_or_loopback_absent;
  server_ = std::make_unique<net::Server>(web, std::move(options));
  serve_review(*server_, archive);
  server_->get("/", [](const net::Request&, const net::ResponderRef& to) {
    net::Response there;
    there.status = 302;
    there.headers = {{"Location", "/review.html"}};
    to->respond(std::move(there));
  });
  server_->files("/", pages.string());
}

Status ReviewRoom::listen() {
  return server_->listen();
}

std::string ReviewRoom::address() const {
  return net::to_text(server_->address());
}

}  // namespace xb::control

// Puts the routes on the server and the feeds on the loop's clock.
// SPDX-License-Identifier: Apache-2.0
#include "control/control_room.h"

#include <utility>

#include "control/api.h"
#include "control/preview_feed.h"
#include "control/roles.h"
#include "control/updates_feed.h"

namespace xb::control {
namespace {

// Pictures come at 10 a second: half of that is added to their age at the most. State changes are
// looked for every second turn, chat of a flood goes out each.
constexpr Duration turn = std::chrono::milliseconds(50);
constexpr unsigned turns_for_state = 2;
constexpr int turns_for_a_picture = 20;  // one second
constexpr unsigned turns_for_a_sign = 20;

// A handful of pages and scripts at one station, each with two sockets.
net::ServerOptions options_for(net::Address listen) {
  net::ServerOptions out;
  out.listen = std::move(listen);
  out.limits.sockets = 128;
  out.limits.sockets_per_address = 128;
  out.origins = net::OriginRule::same_or_loopback_absent;
  return out;
}

}  // namespace

ControlRoom::ControlRoom(studio::Studio& studio, net::Loop& web, net::Address listen,
                         std::filesystem::path pages)
    : web_(web),
      updates_(std::make_shared<UpdatesFeed>(studio)),
      preview_(std::make_shared<PreviewFeed>(studio)),
      server_(std::make_unique<net::Server>(web, options_for(std::move(listen)))) {
  updates_->start(web);
  serve_api(*server_, studio);
  server_->websocket("/api/updates", updates_);
  server_->websocket("/api/preview", preview_);
  server_->get("/api/preview.jpg",
               [preview = preview_](const net::Request& request, net::ResponderRef to) {
                 if (!may(role_of(request), "viewer"))
                   return to->respond(refusal_of(Error(ErrorCode::denied)));
                 preview->answer(std::move(to), turns_for_a_picture);
               });
  studio.serve_ingest(*server_, web);
  watch_ = studio.serve_watch(*server_, web, [](const net::Request& request) {
    return may(role_of(request), "viewer") ? 0 : 403;
  });
  // short addresses, to be typed on a phone
  for (const auto* page : {"/desk", "/prompter"}) {
    server_->get(page, [to_page = std::string(page) + ".html"](const net::Request&,
                                                               const net::ResponderRef& to) {
      net::Response there;
      there.status = 302;
      there.headers = {{"Location", to_page}};
      to->respond(std::move(there));
    });
  }
  server_->files("/", pages.string());
}

// First the routes end, so that nobody new can ask; then the feeds let go of the studio.
ControlRoom::~ControlRoom() {
  server_.reset();
  watch_.reset();
  updates_->close();
  preview_->close();
}

Status ControlRoom::listen() {
  XB_TRY(server_->listen());
  web_.every(turn, [updates = std::weak_ptr<UpdatesFeed>(updates_),
                    preview = std::weak_ptr<PreviewFeed>(preview_), turns = 0U]() mutable {
    ++turns;
    if (const auto feed = preview.lock()) feed->tell_picture();
    const auto feed = updates.lock();
    if (!feed) return;
    feed->tell_chat();
    if (turns % turns_for_state == 0) feed->tell_state();
    if (turns % turns_for_a_sign == 0) feed->tell_alive();
  });
  return ok();
}

std::string ControlRoom::address() const {
  return net::to_text(server_->address());
}

}  // namespace xb::control

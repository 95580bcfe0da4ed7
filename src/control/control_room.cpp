// Puts the routes on the server and the feeds on the loop's clock.
// SPDX-License-Identifier: Apache-2.0
#include "control/control_room.h"

#include <utility>

#include "control/api.h"
#include "control/lan_door.h"
#include "control/listen_api.h"
#include "control/pair_api.h"
#include "control/preview_feed.h"
#include "control/review_api.h"
#include "control/roles.h"
#include "control/setup_api.h"
#include "control/shows_api.h"
#include "control/updates_feed.h"
#include "studio/show_zip.h"

namespace xb::control {
namespace {

// Pictures come at 10 a second: half of that is added to their age at the most. State changes are
// looked for every second turn, chat of a flood goes out each.
constexpr Duration turn = std::chrono::milliseconds(50);
constexpr unsigned turns_for_state = 2;
constexpr int turns_for_a_picture = 20;  // one second
constexpr unsigned turns_for_a_sign = 20;
constexpr unsigned turns_for_the_door = 5;
constexpr std::size_t most_from_afar = 1024;  // of a zip, which is refused there

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

ControlRoom::ControlRoom(studio::Studio& studio, net::Loop& web, Clock& clock, net::Address listen,
                         std::filesystem::path pages, LanSettings lan, review::Archive* archive)
    : studio_(studio),
      web_(web),
      clock_(clock),
      pages_(std::move(pages)),
      archive_(archive),
      recent_(std::make_shared<RecentDeeds>(clock)),
      updates_(std::make_shared<UpdatesFeed>(studio, recent_)),
      preview_(std::make_shared<PreviewFeed>(studio)),
      lan_(std::make_shared<LanDoor>(web, clock, std::move(lan))),
      server_(std::make_unique<net::Server>(web, options_for(std::move(listen)))) {
  updates_->start(web);
  watch_ = studio.serve_watch(
      web, [](const net::Request& request) { return may(role_of(request), "viewer") ? 0 : 403; });
  add_routes(*server_, Door::here);
}

// What is for this computer alone stands behind `door == Door::here`.
void ControlRoom::add_routes(net::Server& server, Door door) {
  serve_api(server, studio_, recent_);
  serve_setup(server, studio_);
  serve_listen(server, studio_);
  serve_program(server, studio_, wish_);
  serve_shows(server, studio_, wish_, door == Door::here ? studio::most_zip_bytes : most_from_afar);
  if (archive_ != nullptr) serve_review(server, *archive_);
  serve_pairing(server, {*lan_, studio_, clock_});
  server.websocket("/api/updates", updates_);
  server.websocket("/api/preview", preview_);
  server.get("/api/preview.jpg",
             [preview = preview_](const net::Request& request, net::ResponderRef to) {
               if (!may(role_of(request), "viewer"))
                 return to->respond(refusal_of(Error(ErrorCode::denied)));
               preview->answer(std::move(to), turns_for_a_picture);
             });
  server.websocket("/api/watch", watch_.route);
  if (door == Door::here) studio_.serve_ingest(server, web_);
  // short addresses, to be typed on a phone
  for (const auto* page : {"/desk", "/prompter"}) {
    server.get(page, [to_page = std::string(page) + ".html"](const net::Request&,
                                                             const net::ResponderRef& to) {
      net::Response there;
      there.status = 302;
      there.headers = {{"Location", to_page}};
      to->respond(std::move(there));
    });
  }
  server.files("/", pages_.string());
}

// First the routes end, so that nobody new can ask; then the feeds let go of the studio.
ControlRoom::~ControlRoom() {
  server_.reset();
  lan_->end();
  watch_ = {};
  updates_->close();
  preview_->close();
}

Status ControlRoom::listen() {
  XB_TRY(server_->listen());
  lan_->for_server(server_->address().port, server_->tally(),
                   [this](net::Server& server) { add_routes(server, Door::network); });
  web_.every(turn, [updates = std::weak_ptr<UpdatesFeed>(updates_),
                    preview = std::weak_ptr<PreviewFeed>(preview_),
                    lan = std::weak_ptr<LanDoor>(lan_), turns = 0U]() mutable {
    ++turns;
    const auto door = lan.lock();
    if (door && turns % turns_for_the_door == 0) door->tick();
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

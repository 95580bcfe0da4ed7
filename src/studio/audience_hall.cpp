// Routes of the audience port, and when pictures are made for them.
// SPDX-License-Identifier: Apache-2.0
#include "studio/audience_hall.h"

#include <algorithm>
#include <utility>

#include "capture/sync.h"
#include "net/json.h"

namespace xb::studio {
namespace {

constexpr Duration turn = std::chrono::milliseconds(100);
// Who reloads the page comes back within this: the encoder need not be asked for another key frame.
constexpr Duration rest_after = std::chrono::seconds(5);
constexpr Duration stills_end_after = std::chrono::seconds(5);
constexpr Duration longest_still = std::chrono::seconds(2);
constexpr std::size_t most_stills = 64;
constexpr std::size_t pieces_waiting = 64;  // six seconds
constexpr std::string_view live_files = "/live/";

net::Server::Handler file_at(std::filesystem::path path, std::string type) {
  return [path = std::move(path), type = std::move(type)](const net::Request&,
                                                          const net::ResponderRef& to) {
    net::Response out;
    out.content_type = type;
    out.file = path.string();
    to->respond(std::move(out));
  };
}

net::Response nothing(int status) {
  return net::json_response(status, R"({"ok":false})");
}

}  // namespace

AudienceHall::AudienceHall(HallParts parts)
    : parts_(std::move(parts)), still_(std::make_shared<Mailbox<Picture>>("preview to audience")) {
}

void AudienceHall::open(net::Server& server) {
  const auto weak = weak_from_this();
  pieces_ = std::make_shared<net::LoopQueue<output::WebPiece>>(
      parts_.loop,
      net::LoopQueue<output::WebPiece>::Options{"out-web to audience", pieces_waiting, 16},
      [weak](output::WebPiece&& piece) {
        if (const auto self = weak.lock()) self->take(piece);
      });
  sink_ = parts_.video.connect(
      [pieces = pieces_](output::WebPiece&& piece) { return pieces->push(std::move(piece)); });
  server.websocket("/api/watch", feed_);
  server.get("/", file_at(parts_.pages / "audience.html", "text/html; charset=utf-8"));
  server.get("/icon.svg", file_at(parts_.pages / "icon.svg", "image/svg+xml"));
  server.files("/assets/", (parts_.pages / "assets").string());
  server.get("/live.m3u8", [weak](const net::Request&, net::ResponderRef to) {
    const auto self = weak.lock();
    if (!self || !self->parts_.video.is_on_air()) return to->respond(nothing(404));
    self->parts_.video.want(self->sink_);
    self->playlist_.answer(std::move(to), self->parts_.clock.now());
  });
  server.get_below(
      std::string(live_files), [weak](const net::Request& request, const net::ResponderRef& to) {
        const auto self = weak.lock();
        const std::string_view path = request.path;
        to->respond(self ? self->playlist_.file(path.substr(live_files.size())) : nothing(404));
      });
  server.get("/api/still.jpg", [weak](const net::Request&, net::ResponderRef to) {
    const auto self = weak.lock();
    if (!self) return to->respond(nothing(404));
    self->answer_still(std::move(to));
  });
  tell_status();
  parts_.loop.every(turn, [weak] {
    if (const auto self = weak.lock()) self->tick();
  });
}

void AudienceHall::take(const output::WebPiece& piece) {
  if (!parts_.video.is_on_air()) return;
  feed_->take(piece);
  playlist_.take(piece);
}

void AudienceHall::tick() {
  const auto now = parts_.clock.now();
  pieces_->nudge();
  const bool is_on_air = parts_.video.is_on_air();
  if (!is_on_air && was_on_air_) {
    feed_->clear();
    playlist_.clear();
  }
  was_on_air_ = is_on_air;
  tell_status();
  feed_->sweep(now);
  playlist_.tick(now);
  hand_out_stills(now);
  const bool is_a_player_here = playlist_.is_wanted(now) || still_watch_ != nullptr;
  watching_.store(std::max<std::size_t>(feed_->pages(), is_a_player_here ? 1 : 0),
                  std::memory_order_relaxed);
  if (feed_->viewers() > 0 || playlist_.is_wanted(now)) {
    last_viewer_ = now;
    parts_.video.want(sink_);
  } else if (now - last_viewer_ >= rest_after) {
    parts_.video.rest(sink_);
  }
}

void AudienceHall::tell_status() {
  auto status = parts_.about;
  status["on_air"] = parts_.video.is_on_air();
  status["signal"] = capture::name_of(parts_.program.signal());
  feed_->set_status(net::dump(status));
}

void AudienceHall::answer_still(net::ResponderRef to) {
  if (!parts_.video.is_on_air()) return to->respond(nothing(404));
  if (stills_.size() >= most_stills) return to->respond(nothing(429));
  const auto now = parts_.clock.now();
  still_asked_ = now;
  stills_.push_back({std::move(to), now + longest_still});
  if (!still_watch_)
    still_watch_ =
        parts_.preview.watch([still = still_](Picture jpeg) { still->put(std::move(jpeg)); });
}

void AudienceHall::hand_out_stills(MonoTime now) {
  if (const auto picture = still_->try_take()) {
    for (const auto& each : std::exchange(stills_, {})) {
      net::Response out;
      out.content_type = "image/jpeg";
      out.body = *picture;
      each.to->respond(std::move(out));
    }
  }
  for (const auto& each : stills_)
    if (now >= each.until) each.to->respond(nothing(503));
  std::erase_if(stills_, [&](const Waiting& each) { return now >= each.until; });
  if (still_watch_ && stills_.empty() && now - still_asked_ >= stills_end_after) {
    still_watch_.reset();
    still_->try_take();
  }
}

}  // namespace xb::studio

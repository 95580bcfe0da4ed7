// One more sink of the pieces, on the loop of the control port.
// SPDX-License-Identifier: Apache-2.0
#include "studio/desk_watch.h"

#include <utility>

#include "capture/sync.h"

namespace xb::studio {
namespace {

constexpr Duration between_looks = std::chrono::milliseconds(100);
// A page that is hidden and shown again, or a second one, need not wait for another key frame.
constexpr Duration kept_after = std::chrono::seconds(5);
constexpr std::size_t waiting_pieces = 64;  // six seconds

}  // namespace

DeskWatch::DeskWatch(Clock& clock, output::WebVideo& video, const Program& program,
                     OrderedJson about)
    : parts_(Parts{clock, video, program}), about_(std::move(about)) {
}

std::shared_ptr<net::WebSocketRoute> DeskWatch::open(net::Loop& web, WatchFeed::Admission admit) {
  feed_ = std::make_shared<WatchFeed>(std::move(admit));
  const auto weak = weak_from_this();
  pieces_ = std::make_shared<net::LoopQueue<output::WebPiece>>(
      web, net::LoopQueue<output::WebPiece>::Options{"out-web to control", waiting_pieces, 16},
      [weak](output::WebPiece&& piece) {
        if (const auto self = weak.lock()) self->take(piece);
      });
  sink_ = parts_->video.connect(
      [pieces = pieces_](output::WebPiece&& piece) { return pieces->push(std::move(piece)); });
  web.every(between_looks, [weak] {
    if (const auto self = weak.lock()) self->tick();
  });
  return feed_;
}

void DeskWatch::close() {
  pieces_->close();
  std::lock_guard lock(mutex_);
  parts_->video.rest(sink_);
  parts_.reset();
}

void DeskWatch::take(const output::WebPiece& piece) {
  std::lock_guard lock(mutex_);
  if (parts_ && parts_->video.is_on_air()) feed_->take(piece);
}

void DeskWatch::tick() {
  std::lock_guard lock(mutex_);
  if (!parts_) return;
  const auto now = parts_->clock.now();
  pieces_->nudge();
  const bool is_on_air = parts_->video.is_on_air();
  if (!is_on_air && was_on_air_) feed_->clear();
  was_on_air_ = is_on_air;
  auto status = about_;
  status["on_air"] = is_on_air;
  status["signal"] = capture::name_of(parts_->program.signal());
  feed_->set_status(net::dump(status));
  feed_->sweep(now);
  if (feed_->viewers() > 0) {
    last_viewer_ = now;
    parts_->video.want(sink_);
  } else if (now - last_viewer_ >= kept_after) {
    parts_->video.rest(sink_);
  }
}

}  // namespace xb::studio

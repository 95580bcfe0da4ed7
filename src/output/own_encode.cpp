// Turns. SPDX-License-Identifier: Apache-2.0
#include "output/own_encode.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace xb::output {
namespace {

constexpr const char* own_component = "output.encoder.recording";

}  // namespace

void OwnEncode::frame(const media::Frame& frame) {
  std::lock_guard lock(mutex_);
  if (turn_ == Turn::ready) turn_ = Turn::own;
  if (turn_ != Turn::own && turn_ != Turn::ending) return;
  if (frames_.push(media::Frame(frame)) == Pushed::refused)
    skipped_.fetch_add(1, std::memory_order_relaxed);
}

void OwnEncode::shared(media::PacketRef packet) {
  std::lock_guard lock(mutex_);
  if (turn_ == Turn::ending) {
    // own pictures from here on are not needed; those before it go
    for (auto& own : waiting_) {
      if (own->pts < packet->pts || (own->pts == packet->pts && !packet->is_key))
        to_.push(std::move(own));
    }
    std::erase_if(waiting_, [&](const auto& own) { return own == nullptr || packet->is_key; });
    cut_ = packet->pts;
    if (packet->is_key) turn_ = Turn::draining;
  }
  if (turn_ == Turn::draining)
    waiting_.push_back(std::move(packet));
  else if (turn_ == Turn::shared || turn_ == Turn::ready)
    to_.push(std::move(packet));
}

// Thread venc-rec.
void OwnEncode::own(media::PacketRef packet) {
  std::lock_guard lock(mutex_);
  if (turn_ == Turn::draining && packet->pts >= cut_) return;
  // the shared encoder may make a key frame of the same one: it is waited for
  if (turn_ == Turn::ending && packet->pts > cut_) return waiting_.push_back(std::move(packet));
  to_.push(std::move(packet));
}

Status OwnEncode::begin(const EncoderSettings& settings, const VideoOpener& opener,
                        const media::StreamParameters& like, FrameNumber first) {
  if (encoder_ && goes_on()) return ok();
  if (encoder_) put_away();
  auto cheaper = settings;
  cheaper.preset = preset_of(Effort::less, settings.preset);
  cheaper.x264_params = params_of_veryfast;
  VideoThreadSetup setup{std::move(cheaper), frames_,
                         [this](media::PacketRef packet) { own(std::move(packet)); }};
  setup.thread = "venc-rec";
  setup.component = own_component;
  setup.opener = [opener,
                  like](const EncoderSettings& its) -> Result<std::unique_ptr<VideoEncoder>> {
    XB_TRY_ASSIGN(auto encoder, opener(its));
    encoder->succeed(like);
    return encoder;
  };
  XB_TRY_ASSIGN(auto encoder, VideoThread::open(std::move(setup), clock_, health_));
  frames_.clear();
  if (effort_ != Effort::less) encoder->set_effort(effort_);
  encoder->run(first);
  std::lock_guard lock(mutex_);
  encoder_ = std::move(encoder);
  turn_ = Turn::ready;
  return ok();
}

// What waited for a key frame of the shared stream is wanted after all.
bool OwnEncode::goes_on() {
  std::lock_guard lock(mutex_);
  if (turn_ == Turn::ending) {
    turn_ = Turn::own;
    for (auto& own : waiting_) to_.push(std::move(own));
    waiting_.clear();
  }
  return turn_ == Turn::own || turn_ == Turn::ready;
}

void OwnEncode::set_effort(Effort effort) {
  const auto wanted = std::max(effort, Effort::less);
  if (std::exchange(effort_, wanted) != wanted && encoder_) encoder_->set_effort(wanted);
}

void OwnEncode::end() {
  std::lock_guard lock(mutex_);
  if (turn_ == Turn::own) {
    turn_ = Turn::ending;
    cut_ = -1;
  }
  if (turn_ == Turn::ready) turn_ = Turn::shared;  // it has had no Frame
}

void OwnEncode::look() {
  {
    std::lock_guard lock(mutex_);
    if (!encoder_ || (turn_ != Turn::draining && turn_ != Turn::shared)) return;
  }
  put_away();
}

void OwnEncode::stop() {
  if (encoder_) put_away();
}

// The thread needs the lock to hand out its last pictures.
void OwnEncode::put_away() {
  encoder_->finish();
  eased_ += encoder_->eased();
  std::unique_ptr<VideoThread> gone;
  std::lock_guard lock(mutex_);
  gone = std::move(encoder_);
  for (auto& packet : waiting_) to_.push(std::move(packet));
  waiting_.clear();
  turn_ = Turn::shared;
}

bool OwnEncode::is_own() const {
  std::lock_guard lock(mutex_);
  return turn_ == Turn::ready || turn_ == Turn::own;
}

bool OwnEncode::force_key_frame() {
  std::lock_guard lock(mutex_);
  if (turn_ != Turn::own && turn_ != Turn::ready) return false;
  encoder_->force_key_frame();
  return true;
}

}  // namespace xb::output

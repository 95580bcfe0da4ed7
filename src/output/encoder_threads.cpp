// venc and aenc.
// SPDX-License-Identifier: Apache-2.0
#include "output/encoder_threads.h"

#include <utility>

#include "base/log.h"

namespace xb::output {
namespace {

constexpr int most_refused = 10;  // in a row

const std::string component = "output.encoder";
const std::string sound_component = "output.encoder.sound";

}  // namespace

EncoderThreads::EncoderThreads(EncoderSettings settings, FrameQueue& frames, BlockQueue& blocks,
                               PacketSink sink, Clock& clock, Health& health, VideoOpener opener)
    : settings_(std::move(settings)),
      frames_(frames),
      blocks_(blocks),
      sink_(std::move(sink)),
      clock_(clock),
      health_(health),
      opener_(std::move(opener)) {
}

Result<std::unique_ptr<EncoderThreads>> EncoderThreads::open(EncoderSettings settings,
                                                             FrameQueue& frames, BlockQueue& blocks,
                                                             PacketSink sink, Clock& clock,
                                                             Health& health, VideoOpener opener) {
  std::unique_ptr<EncoderThreads> made(new EncoderThreads(
      std::move(settings), frames, blocks, std::move(sink), clock, health, std::move(opener)));
  XB_TRY_ASSIGN(made->video_, made->opener_(made->settings_));
  XB_TRY_ASSIGN(made->audio_, AudioEncoder::open(made->settings_));
  made->video_parameters_ = made->video_->parameters();
  made->name_ = made->video_->name();
  return made;
}

EncoderThreads::~EncoderThreads() {
  finish();
}

void EncoderThreads::run(RunStart begin) {
  begin_ = begin;
  video_->begin(begin.frame);
  audio_->begin(begin.sample);
  health_.set(component, Condition::running);
  health_.set(sound_component, Condition::running);
  venc_ = Worker("venc", health_, [this](std::stop_token stop) { encode_video(stop); });
  aenc_ = Worker("aenc", health_, [this](std::stop_token stop) { encode_audio(stop); });
}

void EncoderThreads::finish() {
  venc_.request_stop();
  aenc_.request_stop();
  venc_.join();
  aenc_.join();
  health_.set(component, Condition::stopped);
  health_.set(sound_component, Condition::stopped);
}

// Both take until stop is requested and the queue is empty.
void EncoderThreads::encode_video(const std::stop_token& stop) {
  int refused = 0;
  while (auto frame = frames_.pop(stop)) {
    if (wants_key_.exchange(false)) video_->force_key_frame();
    const auto before = clock_.now();
    auto status = video_->encode(*frame, sink_);
    if (status) {
      refused = 0;
      frames_encoded_.fetch_add(1, std::memory_order_relaxed);
      const auto us = (clock_.now() - before).count() / 1000;
      const auto mean = encode_us_.load(std::memory_order_relaxed);
      encode_us_.store(mean == 0 ? us : mean + (us - mean) / 16, std::memory_order_relaxed);
      continue;
    }
    log_error(component, "{}", status.error().log_line());
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (++refused < most_refused) continue;
    refused = 0;
    status = replace_video();
    if (status)
      health_.set(component, Condition::running);
    else
      health_.set(component, Condition::failed, std::move(status).error());
  }
  if (auto flushed = video_->finish(sink_); !flushed)
    log_error(component, "{}", flushed.error().log_line());
}

Status EncoderThreads::replace_video() {
  settings_.video_encoder = software_encoder;
  XB_TRY_ASSIGN(auto other, opener_(settings_));
  log_warn(component, "{} takes the place of {}", other->name(), video_->name());
  other->begin(begin_.frame);
  video_ = std::move(other);
  std::lock_guard lock(mutex_);
  name_ = video_->name();
  return ok();
}

void EncoderThreads::encode_audio(const std::stop_token& stop) {
  int refused = 0;
  while (auto block = blocks_.pop(stop)) {
    auto status = audio_->encode(*block, sink_);
    if (status) {
      if (refused >= most_refused) health_.set(sound_component, Condition::running);
      refused = 0;
      continue;
    }
    log_error(sound_component, "{}", status.error().log_line());
    refused_.fetch_add(1, std::memory_order_relaxed);
    if (++refused == most_refused)
      health_.set(sound_component, Condition::failed, std::move(status).error());
  }
  if (auto flushed = audio_->finish(sink_); !flushed)
    log_error(sound_component, "{}", flushed.error().log_line());
}

std::string EncoderThreads::encoder_name() const {
  std::lock_guard lock(mutex_);
  return name_;
}

}  // namespace xb::output

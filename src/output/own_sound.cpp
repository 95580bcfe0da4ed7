// Two encoders in step.
// SPDX-License-Identifier: Apache-2.0
#include "output/own_sound.h"

#include <algorithm>

namespace xb::output {
namespace {

// Its first packet primes the decoder, the second is made of half of the sound.
constexpr std::int64_t packets_before = 3;

}  // namespace

void OwnSound::shared(const media::PacketRef& packet) {
  if (packet->pts < from_) to_(packet);
}

// The packets of this block are the last of its own: the shared encoder's were passed over already.
Status OwnSound::block(const media::AudioBlock& block, bool is_wanted) {
  if (!is_wanted && !encoder_) {
    has_failed_ = false;
    return ok();
  }
  if (has_failed_) return ok();
  auto done = encoder_ ? encoder_->encode(block, own_sink()) : begin_own(block);
  if (!done) has_failed_ = true;
  if (!done || !is_wanted) share();
  return done;
}

// From the next seam of the shared Packets on.
Status OwnSound::begin_own(const media::AudioBlock& after) {
  auto settings = settings_;
  settings.is_quick_sound = true;
  XB_TRY_ASSIGN(encoder_, AudioEncoder::open(settings));
  const auto past =
      std::max<std::int64_t>(0, after.first.value + media::Samples::count - first_.value);
  const auto at = (past + aac_samples - 1) / aac_samples * aac_samples;
  encoder_->begin(SampleCount{first_.value + at}, at);
  from_ = at + packets_before * aac_samples;
  return ok();
}

void OwnSound::share() {
  encoder_.reset();
  from_ = never;
}

PacketSink OwnSound::own_sink() {
  return [this](media::PacketRef packet) {
    if (packet->pts >= from_) to_(std::move(packet));
  };
}

Status OwnSound::finish() {
  if (!encoder_) return ok();
  return encoder_->finish(own_sink());
}

}  // namespace xb::output

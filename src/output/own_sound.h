// OwnSound: an encoder of the sound for the recording alone, while the stream has fewer bits for
// it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "output/encoder.h"

namespace xb::output {

// Hands the shared Packets to the recording, or those of an encoder of its own with the bits the
// sound was opened with. Both encoders cut the sound at the same samples and are equally far with
// it, so they change places between two Packets: none is missing or there twice, and what a decoder
// puts together over the seam is made of the same sound.
//
// Thread: single-threaded (aenc).
class OwnSound {
 public:
  // `settings` of the shared encoder; `to` gets what is recorded.
  OwnSound(EncoderSettings settings, PacketSink to)
      : settings_(std::move(settings)), to_(std::move(to)) {}
  // As AudioEncoder::begin() of the shared encoder.
  void begin(SampleCount first) { first_ = first; }
  // Every Packet of the shared encoder, before the block it came of.
  void shared(const media::PacketRef& packet);
  // Each block the shared encoder has taken. Errors: encoder_failed, once; then the recording
  // shares until it is not wanted for a while.
  Status block(const media::AudioBlock& block, bool is_wanted);
  // After the shared encoder's own.
  Status finish();
  bool is_own() const { return encoder_ != nullptr; }

 private:
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  Status begin_own(const media::AudioBlock& after);
  void share();
  PacketSink own_sink();

  const EncoderSettings settings_;
  const PacketSink to_;
  SampleCount first_;
  std::unique_ptr<AudioEncoder> encoder_;
  std::int64_t from_ = never;  // the first sample that is recorded of its own
  bool has_failed_ = false;
};

}  // namespace xb::output

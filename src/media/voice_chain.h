// VoiceChain: a voice through its filters, on one channel as long as both are the same.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "media/sound_filter.h"

namespace xb::media {

// Most microphones have one channel, which is heard on both: filtering it once is half the work.
// Once the channels differ, both are filtered for the rest of the evening; what was heard just
// before prepares the filters, so that nothing jumps.
//
// Thread: one at a time. Stereo, interleaved float, 48 kHz; what comes out is at the place of what
// went in, however late the filters give it.
class VoiceChain {
 public:
  // `chain` as for SoundFilter. Errors: media_failed.
  static Result<std::unique_ptr<VoiceChain>> open(const std::string& chain);
  // Appends what has come out so far: in all never more than has gone in. Errors: media_failed.
  Status process(std::span<const float> in, std::vector<float>& out);
  bool is_mono() const { return mono_ != nullptr; }

 private:
  explicit VoiceChain(std::string chain) : chain_(std::move(chain)) {}
  Status process_mono(std::span<const float> in, std::vector<float>& out);
  Status process_stereo(std::span<const float> in, std::vector<float>& out);
  Status go_to_stereo(std::vector<float>& out);
  void forget_old();

  const std::string chain_;
  std::unique_ptr<SoundFilter> mono_;  // one of the two is there
  std::unique_ptr<SoundFilter> stereo_;
  std::int64_t delay_ = 0;    // of the filters; all in samples
  std::int64_t to_skip_ = 0;  // still to be, of what they give
  std::int64_t in_ = 0;       // so far
  std::int64_t out_ = 0;
  std::vector<float> recent_;   // of one channel
  std::vector<float> channel_;  // of one call, as the one below
  std::vector<float> filtered_;
};

}  // namespace xb::media

// VoiceChain: a voice through its filters, on one side as long as both are the same.
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

// Most microphones have one side, which is heard on both: filtering it once is half the work. Once
// the sides differ, both are filtered for the rest of the evening; what was heard just before
// prepares the filters, so that nothing jumps.
//
// Thread: one at a time. Stereo, interleaved float, 48 kHz; what comes out is at the place of what
// went in, however late the filters give it.
class VoiceChain {
 public:
  // `chain` as for SoundFilter. Errors: media_failed.
  static Result<std::unique_ptr<VoiceChain>> open(const std::string& chain);
  // Appends what has come out so far: in all never more than has gone in. Errors: media_failed.
  Status process(std::span<const float> in, std::vector<float>& out);
  bool is_on_one_side() const { return one_ != nullptr; }

 private:
  explicit VoiceChain(std::string chain) : chain_(std::move(chain)) {}
  Status process_one(std::span<const float> in, std::vector<float>& out);
  Status process_both(std::span<const float> in, std::vector<float>& out);
  Status go_to_both(std::vector<float>& out);

  const std::string chain_;
  std::unique_ptr<SoundFilter> one_;  // one of the two is there
  std::unique_ptr<SoundFilter> both_;
  std::int64_t delay_ = 0;     // of the filters; all in samples
  std::int64_t left_out_ = 0;  // still to be, of what they give
  std::int64_t in_ = 0;        // so far
  std::int64_t out_ = 0;
  std::vector<float> recent_;  // of one side
  std::vector<float> side_;    // of one call, as the one below
  std::vector<float> filtered_;
};

}  // namespace xb::media

// SoundLevel: whether a microphone gives nothing, too much or too little; for words, not for a
// meter. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace xb::capture {

enum class LevelFault : std::uint8_t { silent = 1, clipped, low };

// Time is counted in samples. All is said within 2 s of sound.
//
// Silent: nothing above -70 dBFS for 1.5 s; a room with a switched-on microphone is louder.
// Clipped: three samples in a row at full scale, in two of the last twenty tenths of a second;
// until 5 s without. Low: nothing above -34 dBFS for 2 s, or, once it was loud enough, for 10 s: a
// pause is no fault. Thread: one at a time. Pure.
class SoundLevel {
 public:
  void add(std::span<const float> stereo);
  // Of the newest sound; nothing while it is right, or too short to tell.
  std::optional<LevelFault> fault() const;
  void reset() { *this = SoundLevel(); }

 private:
  void end_tenth();

  // in tenths of a second
  int seen_ = 0;
  int since_heard_ = 0;  // above -70 dBFS
  int since_loud_ = 0;   // above -34 dBFS
  int since_clipped_ = 1000;
  std::uint32_t clipped_ = 0;  // the last 32, newest lowest
  bool was_loud_ = false;
  bool is_clipping_ = false;
  // of the tenth that is being filled
  int samples_ = 0;
  float peak_ = 0;
  bool has_clipped_ = false;
  int full_in_a_row_ = 0;
};

}  // namespace xb::capture

// AdaptiveBitrate: how many bits a strand's encoder may spend, so that what it makes gets through.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace xb::output {

// What a live Output sees of its way to the platform.
struct LinkLook {
  // What waits here and in the kernel would take so long to leave, beyond the time on the way.
  std::int64_t delay_ms = 0;
  std::int64_t taken_kbps = 0;  // by the platform's side, over the last half second or so
};

// Lowers when more than half a second waits for a quarter of one, to 80 % of what is taken, and
// again when that grows, is not less after some seconds, or cannot leave because the stream still
// fills the way; climbs by a tenth of the ceiling, or a
// quarter of what there is, each 3 s of a free way. Where a step up was too much, the next one
// waits twice as long, up to 12 s; a step that held ends that. A way that takes nothing at all is
// broken and not slow: the Output sees to that. While nobody is live, half of the ceiling is right:
// enough for a recording, and not too much for a connection that begins.
//
// Pure. Thread: one at a time.
class AdaptiveBitrate {
 public:
  // Of the picture alone; `sound_kbps` goes the same way. The ceiling is what the operator wants.
  AdaptiveBitrate(std::int64_t ceiling_kbps, std::int64_t sound_kbps);

  // `worst`: of the live Outputs of this strand the one with the longest delay, or nothing.
  // `is_shared`: others get the same stream over better ways; for one it is not lowered below half.
  // Returns the bits for the picture, kbit/s.
  std::int64_t look(const std::optional<LinkLook>& worst, bool is_shared, MonoTime now);
  std::int64_t kbps() const { return now_kbps_; }
  std::int64_t ceiling_kbps() const { return ceiling_kbps_; }
  // Enough for people to see it.
  bool is_lowered() const { return now_kbps_ * 10 < ceiling_kbps_ * 9; }

 private:
  // What waited since it was lowered last.
  struct Waited {
    MonoTime since;
    std::int64_t least_ms = 0;
    std::int64_t window_ms = 0;  // at the begin of the present window
    MonoTime window;
    bool is_last = false;  // the next one comes only from too long a delay
  };
  bool fills(const LinkLook& way) const;
  bool is_still_full(const LinkLook& way, MonoTime now);
  std::int64_t least_of(bool is_shared) const;
  bool is_too_much(const LinkLook& way, MonoTime now);
  void lower(const LinkLook& way, std::int64_t least, MonoTime now);
  void climb(MonoTime now);

  const std::int64_t ceiling_kbps_;
  const std::int64_t sound_kbps_;
  std::int64_t now_kbps_;
  std::optional<Waited> lowered_;
  std::optional<MonoTime> climbed_;
  std::optional<MonoTime> long_since_;
  std::optional<MonoTime> free_since_;
  std::optional<MonoTime> alone_since_;  // nobody is live
  Duration climb_wait_;
};

}  // namespace xb::output

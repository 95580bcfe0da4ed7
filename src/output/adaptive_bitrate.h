// AdaptiveBitrate: how many bits and pictures a strand may have, so that what it makes gets
// through. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/time.h"
#include "output/pace.h"

namespace xb::output {

// What a live Output sees of its way to the platform.
struct LinkLook {
  // What waits here and in the kernel would take so long to leave, beyond the time on the way.
  std::int64_t delay_ms = 0;
  std::int64_t taken_kbps = 0;  // by the platform's side, over the last half second or so
  bool is_free() const { return delay_ms < 200; }
};

// An Output of a strand, at one look.
struct OutputLook {
  bool is_live = false;
  std::optional<LinkLook> way;  // while it is live and that can be told
};

// Lowers when more than half a second waits for a quarter of one, to 80 % of what is taken, and
// again when that grows, is not less after some seconds, or cannot leave because the stream still
// fills the way; climbs by a quarter of what there is after 3 s of a free way and then each 2 s.
// Where a step up was too much, the next one to there waits twice as long, up to 12 s, so that it
// does not swing; one that holds ends that. A way that takes nothing at all is broken and not slow:
// the Output sees to that, and where it looked like a slow one at first, the others have all of it
// back when it is no longer live. While nobody is live, half of the ceiling is right: enough for a
// recording, and not too much for a connection that begins.
//
// With less than 150 kbit/s a picture at full pace is not worth its bits: then there are fewer
// pictures, down to one that stands, and less for the sound, which goes on whatever comes. The last
// step is at most 84 kbit/s in all.
//
// Pure. Thread: one at a time.
class AdaptiveBitrate {
 public:
  // The ceiling, of the picture alone, is what the operator wants; `sound_kbps` goes the same way.
  AdaptiveBitrate(std::int64_t ceiling_kbps, std::int64_t sound_kbps);

  // `all` Outputs of this strand, always in the same order. The one with the longest delay counts;
  // while others get the same stream over a free way, it is not lowered below half for that one.
  // Returns the bits for the picture, kbit/s.
  std::int64_t look(std::span<const OutputLook> all, MonoTime now);
  std::int64_t kbps() const { return share_.kbps; }
  std::int64_t ceiling_kbps() const { return ceiling_kbps_; }
  Pace pace() const { return share_.pace; }
  std::int64_t sound_kbps() const { return sound_at(share_.pace); }
  // Enough for people to see it.
  bool is_lowered() const { return share_.kbps * 10 < ceiling_kbps_ * 9; }
  // It is lowered, and it may yet turn out that the way is broken and not slow.
  bool is_in_doubt() const { return doubt_.has_value(); }

 private:
  // What the picture has.
  struct Share {
    std::int64_t kbps = 0;
    Pace pace = Pace::full;
    bool operator==(const Share&) const = default;
  };
  // The first step down, while nothing has been taken since.
  struct Doubt {
    MonoTime since;
    std::size_t about = 0;  // which Output
    std::int64_t before_kbps = 0;
  };
  // What waited since it was lowered last.
  struct Waited {
    MonoTime since;
    std::int64_t least_ms = 0;
    std::int64_t window_ms = 0;  // at the begin of the present window
    MonoTime window;
    bool is_last = false;  // the next one comes only from too long a delay
  };
  void look_at_worst(const LinkLook& worst, bool is_shared, MonoTime now);
  void look_at_doubt(std::span<const OutputLook> all, MonoTime now);
  bool fills(const LinkLook& way) const;
  bool is_still_full(const LinkLook& way, MonoTime now);
  std::int64_t total_kbps() const { return total_of(share_); }
  std::int64_t total_of(const Share& share) const { return share.kbps + sound_at(share.pace); }
  std::int64_t sound_at(Pace pace) const;
  std::int64_t least_at(Pace pace) const;
  Share fitting(std::int64_t total_kbps) const;
  bool is_too_much(const LinkLook& way, MonoTime now);
  void lower(const LinkLook& way, bool is_shared, MonoTime now);
  void look_at_others(bool is_held_up, MonoTime now);
  void stand_alone(MonoTime now);
  Share step_up() const;
  Duration climb_wait() const;
  void climb(MonoTime now);

  const std::int64_t ceiling_kbps_;
  const std::int64_t sound_kbps_;
  Share share_;
  std::size_t worst_ = 0;  // Output
  std::optional<Doubt> doubt_;
  std::optional<Waited> lowered_;
  std::optional<MonoTime> climbed_;            // since it was lowered last
  std::optional<std::int64_t> too_much_kbps_;  // in all, where the last step up led that failed
  std::optional<MonoTime> long_since_;
  std::optional<MonoTime> free_since_;
  std::optional<MonoTime> busy_since_;
  std::optional<MonoTime> shared_since_;  // others are held up by this one
  std::optional<MonoTime> alone_since_;   // nobody is live
  Duration retry_wait_;                   // before it is tried again
};

}  // namespace xb::output

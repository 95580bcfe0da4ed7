// DeviceClock: maps the clock of one live source to SessionTime by when its pieces arrive.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace xb::capture {

// Pieces arrive late by a different amount each (network, bundling: MPEG-TS packs 0.2 s of sound
// into one packet). The offset follows the 98th percentile of arrival over 4 s, so that nearly
// every piece is there when its SessionTime comes; picture and sound of one source share it and so
// stay together. It rises at once when pieces come too late to be used, falls slowly (0.5 ms a
// second, which sound can follow unheard), and by one jump only when more than 100 ms are gained,
// as after the burst of a stream just opened. It is set anew by a jump of the source's own clock,
// and when all pieces of 0.3 s come more than 0.5 s early: a network that stood still gives all it
// held at once, and what follows is on time again.
//
// Thread: one at a time. No heap.
class DeviceClock {
 public:
  struct Stamp {
    SessionTime time;
    bool is_after_jump = false;  // not continuous with the stamp before
  };
  Stamp stamp(Duration device_time, SessionTime arrival);
  Duration jitter() const { return jitter_; }  // 95th percentile above the earliest, last 4 s
  std::uint64_t jumps() const { return jumps_; }

 private:
  struct Arrival {
    Duration late;
    SessionTime at;
  };
  static constexpr std::size_t most = 512;
  void set_anew(Duration late, SessionTime arrival);
  void note(Duration late, SessionTime arrival);
  Duration latest_of(Duration length, SessionTime arrival) const;
  void measure(SessionTime arrival);

  std::array<Arrival, most> window_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::optional<Duration> offset_;
  Duration target_{};
  Duration jitter_{};
  SessionTime last_measured_{};
  SessionTime last_slewed_{};
  SessionTime in_place_{};  // when a piece came last that was not much too early
  std::uint64_t jumps_ = 0;
};

}  // namespace xb::capture

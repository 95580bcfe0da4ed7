// Binder: joins what chat, outputs and the clock say into the LiveValues the painter shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/pipe.h"
#include "chat/desk.h"
#include "overlay/values.h"
#include "studio/line_choice.h"
#include "studio/show.h"

namespace xb::studio {

// Thread: any (chat brings counter and lines, the floor badges). Each call publishes a new
// immutable set; the mutex guards the set being changed and is held for a copy of plain data.
class Binder {
 public:
  Binder(overlay::LiveValues first, Snapshot<overlay::LiveValues>& values);
  // Figures and the followers who made them, in one set: the number rolls to its new value with the
  // pulse and never jumps there before. Followers within 1.5 s of the first are shown as one line.
  void counter(const chat::CounterUpdate& update, SessionTime now);
  // Figures with this stamp are on the picture: when the oldest event they were the first to show
  // was received; nothing when they have been there before.
  std::optional<MonoTime> aired(MonoTime stamp);
  // Shown at once, or chosen among many: LineChoice.
  void line(overlay::ChatLine line);
  // Called some times in a second: a message that waits may have its turn.
  void turn(SessionTime now);
  void take_off(const std::vector<std::uint64_t>& sequences);
  // The total may be behind since this time of day; nothing: it is right.
  void stale(std::optional<std::string> since);
  void badges(const overlay::BadgeValues& badges);
  // Quiet while the machine is starved, or always when the Show wishes it.
  void starved(bool is_starved);
  void show(const Show& show, std::uint64_t version);

 private:
  void publish();             // with mutex_ held
  mutable std::mutex mutex_;  // guards live_, lines_ and waiting_
  overlay::LiveValues live_;
  LineChoice lines_;
  std::deque<MonoTime> waiting_;  // stamps not on the picture yet, in order
  const bool wishes_quiet_;
  Snapshot<overlay::LiveValues>& values_;
};

}  // namespace xb::studio

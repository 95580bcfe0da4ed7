// Onward: a place that gets the program's pictures as they are: another program's window capture or
// camera. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "media/frame.h"
#include "output/output.h"

namespace xb::output {

struct OnwardStats {
  std::string name;  // `window`, `virtual-camera`, `virtual-mic`
  // `reconnecting`: it is not there, and looked for; `ended`: closed by hand; `refused`: it cannot
  // be.
  OutputState state = OutputState::connecting;
  std::uint64_t shown = 0;    // pictures, or blocks of sound
  std::uint64_t dropped = 0;  // that came faster than they were taken
  std::optional<Error> error = {};
  std::string about = {};  // "1280x720", "/dev/video4 yuyv422"
};

// What waits is at most two pictures, the newest ones.
inline constexpr std::size_t onward_waiting = 2;
// Of a pool: these, and the one at work.
inline constexpr std::size_t onward_holds = onward_waiting + 1;

// Thread: offer() is the program's: it never waits and takes no memory. stats() from any. The rest
// is the thread's that works inside.
class Onward {
 public:
  virtual ~Onward() = default;
  void offer(const media::Frame& frame) {
    if (is_open_.load(std::memory_order_relaxed)) frames_.push(media::Frame(frame));
  }
  OnwardStats stats() const;
  // What was closed by hand comes back. False: it is there, or cannot. Thread: any.
  virtual bool show_again() { return false; }

 protected:
  // `component`: its name in Health.
  Onward(std::string name, std::string component, Health& health);
  std::optional<media::Frame> next(Duration wait, const std::stop_token& stop) {
    return frames_.pop_for(wait, stop);
  }
  void is_live(std::string about);
  void is_over(OutputState state, std::optional<Error> error);
  void count_shown() { shown_.fetch_add(1, std::memory_order_relaxed); }
  void count_dropped() { dropped_.fetch_add(1, std::memory_order_relaxed); }

 private:
  const std::string name_;
  const std::string component_;
  Health& health_;
  Queue<media::Frame> frames_;
  std::atomic<bool> is_open_{false};
  std::atomic<std::uint64_t> shown_{0}, dropped_{0};
  mutable std::mutex mutex_;  // guards what follows
  OutputState state_ = OutputState::connecting;
  std::optional<Error> error_;
  std::string about_;
};

// A frameless window of the program, for window capture: at the program's size, or as large as the
// screen allows. F: full screen and back, Esc: back, Q: closes it, show_again() brings it back; it
// can be dragged anywhere.
// Without a desktop, or when that ends, it says so once and the evening goes on. Thread `window`.
std::unique_ptr<Onward> make_program_window(int width, int height, Health& health);

}  // namespace xb::output

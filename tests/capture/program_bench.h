// A small program thread: ticks, picks, and notes when it saw flashes and heard beeps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "capture/sync.h"

namespace xb::capture {

// `Time` is SystemClock, or ManualClock: then one Runner's thread has always done what it could
// before time goes on, and every run is the same.
template <class Time>
struct ProgramBench {
  static constexpr Rate rate{30, 1};
  Time clock;
  Health health;
  MonoTime start = clock.now();
  PictureQueue pictures{"pictures", picture_queue_size, Overflow::drop_oldest};
  SoundQueue sounds{"sounds", sound_queue_size, Overflow::drop_oldest};
  Sync sync{rate, &pictures, &sounds};
  std::vector<double> flashes_ms;
  std::vector<double> beeps_ms;
  PickedPicture picked;  // of the last tick
  int fresh_ticks = 0;
  int repeats_after_first = 0;
  std::optional<std::int64_t> first_fresh_tick;
  std::int64_t tick = 0;
  std::int64_t samples = 0;

  RunnerSetup setup(const std::string& text) {
    RunnerSetup out;
    out.source = *parse_source(text);
    out.canvas = media::Canvas{160, 90, {}};
    out.rate = rate;
    out.session_start = start;
    out.pictures = &pictures;
    out.sounds = &sounds;
    return out;
  }

  void run(int ticks) {
    media::Samples block;
    for (int i = 0; i < ticks; ++i, ++tick) {
      const auto time = time_of(FrameNumber{tick}, rate);
      until(start + time.time_since_epoch());
      picked = sync.pick(time);
      if (picked.signal == Signal::fresh) {
        ++fresh_ticks;
        if (!first_fresh_tick) first_fresh_tick = tick;
      }
      if (first_fresh_tick && !picked.is_new) ++repeats_after_first;
      const bool is_bright =
          picked.picture && picked.picture->plane(0)[picked.picture->stride(0) * 4 + 4] > 200;
      if (is_bright && !was_bright_) flashes_ms.push_back(ms(time));
      was_bright_ = is_bright;
      while (samples < sample_of(FrameNumber{tick + 1}, rate).value) {
        sync.pick_audio(SampleCount{samples}, block);
        for (int s = 0; s < media::Samples::count; ++s, ++samples) {
          if (std::abs(block.values[static_cast<std::size_t>(s) * 2]) > 0.2F) {
            if (quiet_ > 9'600) beeps_ms.push_back(ms(time_of(SampleCount{samples})));
            quiet_ = 0;
          } else {
            ++quiet_;
          }
        }
      }
    }
  }

  void run_for(Duration length) {
    run(static_cast<int>(length * rate.num / std::chrono::seconds(1)));
  }

  ComponentHealth state_of(const std::string& component) const {
    for (auto& one : health.all()) {
      if (one.component == component) return one;
    }
    return {};
  }

  // Sound minus picture of each pair; + is sound late.
  std::vector<double> offsets_ms() const {
    std::vector<double> out;
    for (const double flash : flashes_ms) {
      for (const double beep : beeps_ms) {
        if (std::abs(beep - flash) < 300) out.push_back(beep - flash);
      }
    }
    return out;
  }

 private:
  void until(MonoTime due) {
    if constexpr (std::is_same_v<Time, ManualClock>) {
      while (clock.now() < due) {
        clock.await_waiting(1);
        clock.advance(std::min<Duration>(due - clock.now(), std::chrono::milliseconds(5)));
      }
      clock.await_waiting(1);
    } else {
      clock.wait_until(due, {});
    }
  }
  static double ms(SessionTime time) {
    return static_cast<double>(time.time_since_epoch().count()) / 1e6;
  }
  bool was_bright_ = false;
  std::int64_t quiet_ = 48'000;
};

}  // namespace xb::capture

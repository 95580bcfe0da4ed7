// Hours with a camera and a microphone whose clocks run apart.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

#include "capture/device_clock.h"
#include "capture/sync.h"

namespace xb::capture {
namespace {

constexpr Rate rate{30, 1};
constexpr int block_length = media::Samples::count;
constexpr std::int64_t beep_length = 960;

// A device with a clock of its own: what it makes comes some milliseconds later, as over USB.
class Device {
 public:
  Device(double ppm, unsigned seed) : pace_(1 + ppm / 1e6), random_(seed) {}
  double true_s(double own_s) const { return own_s / pace_; }
  double own_s(double true_s) const { return true_s * pace_; }
  SessionTime stamp(double own_s) {
    const auto arrival = true_s(own_s) + 0.001 * static_cast<double>(random_() % 12);
    return clock_.stamp(in_ns(own_s), SessionTime(in_ns(arrival))).time;
  }

 private:
  static Duration in_ns(double s) { return Duration(static_cast<std::int64_t>(s * 1e9)); }
  const double pace_;
  std::minstd_rand random_;
  DeviceClock clock_;
};

// Each true second the camera sees a flash and the microphone hears a beep.
class Evening {
 public:
  Evening(double camera_ppm, double microphone_ppm)
      : camera_(camera_ppm, 1), microphone_(microphone_ppm, 2) {}

  void run(std::int64_t seconds) {
    const auto ticks = seconds * rate.num / rate.den;
    for (std::int64_t n = 0; n < ticks; ++n) {
      const auto time = time_of(FrameNumber{n}, rate);
      const auto true_s = static_cast<double>(time.time_since_epoch().count()) / 1e9;
      feed_pictures(true_s);
      feed_sound(true_s);
      look(time, sync_.pick(time));
      for (; heard_ < sample_of(FrameNumber{n + 1}, rate).value; heard_ += block_length) {
        sync_.pick_audio(SampleCount{heard_}, out_);
        listen();
      }
    }
  }
  // Sound after picture, ms, of the last so many seconds.
  std::vector<double> offsets(std::size_t count) const {
    std::vector<double> out;
    for (std::size_t i = flashes_.size() - count; i < flashes_.size(); ++i) {
      const auto next = std::lower_bound(beeps_.begin(), beeps_.end(), flashes_[i] - 300);
      if (next != beeps_.end()) out.push_back(*next - flashes_[i]);
    }
    return out;
  }
  SyncStats stats() const { return sync_.stats(); }

 private:
  void feed_pictures(double until_s) {
    while (true) {
      const auto own_s = static_cast<double>(pictures_made_) / rate.num;
      const auto true_s = camera_.true_s(own_s);
      if (true_s > until_s - 0.012) return;
      auto picture = pictures_.take();
      ASSERT_TRUE(picture);
      // the nearest one, so that the rhythm of pictures is no delay
      const bool is_flash = std::abs(true_s - std::round(true_s)) <= camera_.true_s(0.5 / rate.num);
      picture->fill(is_flash ? 235 : 16, 128, 128);
      camera_queue_.push(media::Frame{std::move(picture), camera_.stamp(own_s), {}});
      ++pictures_made_;
    }
  }
  void feed_sound(double until_s) {
    while (true) {
      const auto begin_s = static_cast<double>(samples_made_) / 48'000;
      if (microphone_.true_s(begin_s) + 0.0214 > until_s - 0.012) return;
      auto samples = samples_.take();
      ASSERT_TRUE(samples);
      samples->values.fill(0);
      for (int i = 0; i < block_length; ++i) {
        const auto since = samples_made_ + i - next_beep_;
        if (since < 0) continue;
        samples->values[static_cast<std::size_t>(i) * 2] = 0.5F;
        if (since < beep_length) continue;
        next_beep_ = static_cast<std::int64_t>(microphone_.own_s(++beeps_made_) * 48'000);
      }
      media::AudioBlock block;
      block.samples = std::move(samples);
      block.time = microphone_.stamp(begin_s);
      microphone_queue_.push(std::move(block));
      samples_made_ += block_length;
    }
  }
  void look(SessionTime time, const PickedPicture& picked) {
    const bool is_bright = picked.picture && *picked.picture->plane(0) > 100;
    if (is_bright && !was_bright_)
      flashes_.push_back(static_cast<double>(time.time_since_epoch().count()) / 1e6);
    was_bright_ = is_bright;
  }
  void listen() {
    for (int i = 0; i < block_length; ++i) {
      const bool is_loud = out_.values[static_cast<std::size_t>(i) * 2] > 0.2F;
      if (is_loud && quiet_ > 9600) beeps_.push_back(static_cast<double>(heard_ + i) / 48);
      quiet_ = is_loud ? 0 : quiet_ + 1;
    }
  }

  Device camera_;
  Device microphone_;
  media::PicturePool pictures_{"camera", 60, [] { return media::Picture(2, 2); }};
  media::SamplesPool samples_{"microphone", 200, [] { return media::Samples(); }};
  PictureQueue camera_queue_{"camera", picture_queue_size, Overflow::drop_oldest};
  SoundQueue microphone_queue_{"microphone", sound_queue_size, Overflow::drop_oldest};
  Sync sync_{rate, &camera_queue_, &microphone_queue_};
  media::Samples out_;
  std::int64_t pictures_made_ = 0;
  std::int64_t samples_made_ = 0;
  std::int64_t next_beep_ = 0;
  int beeps_made_ = 0;
  std::int64_t heard_ = 0;  // samples
  std::int64_t quiet_ = 48'000;
  bool was_bright_ = false;
  std::vector<double> flashes_;
  std::vector<double> beeps_;
};

// XB_DRIFT_SECONDS=7200: two hours.
std::int64_t drift_seconds() {
  const char* text = std::getenv("XB_DRIFT_SECONDS");
  return text == nullptr ? 900 : std::strtoll(text, nullptr, 10);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Drift, of_two_devices_leaves_sound_and_picture_within_20_ms) {
  for (const double ppm : {200.0, -200.0}) {
    Evening evening(-ppm, ppm);
    evening.run(drift_seconds());
    const auto offsets = evening.offsets(340);  // in which a camera gains or loses two pictures
    ASSERT_GT(offsets.size(), 330U);
    std::printf("%+.0f ppm: %.1f ms after %lld s\n", ppm, mean_of(offsets),
                static_cast<long long>(drift_seconds()));
    EXPECT_LE(std::abs(mean_of(offsets)), 20) << ppm;
    for (const auto offset : offsets) EXPECT_LE(std::abs(offset), 45) << "half a picture more";
    EXPECT_EQ(evening.stats().sound.gaps, 0U) << ppm;
  }
}

}  // namespace
}  // namespace xb::capture

// Sound by time: bit by bit when all is well, without clicks when it is not.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sound_sync.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace xb::capture {
namespace {

constexpr int length = media::Samples::count;

struct Bench {
  media::SamplesPool pool{"test", 200, [] { return media::Samples(); }};
  SoundQueue queue{"test", 64, Overflow::drop_oldest};
  SoundSync sync{&queue};
  std::int64_t made = 0;  // samples of the source so far

  static float wave(std::int64_t sample) {
    return static_cast<float>(
        0.5 * std::sin(6.283185307179586 * 440 * static_cast<double>(sample) / 48'000));
  }
  // The next block of an endless sine, said to begin at `time`.
  void feed(SessionTime time) {
    auto samples = pool.take();
    ASSERT_TRUE(samples);
    for (int i = 0; i < length; ++i) {
      samples->values[static_cast<std::size_t>(i) * 2] = wave(made + i);
      samples->values[static_cast<std::size_t>(i) * 2 + 1] = wave(made + i);
    }
    made += length;
    media::AudioBlock block;
    block.samples = std::move(samples);
    block.time = time;
    queue.push(std::move(block));
  }
  media::Samples pick(SessionTime wanted) {
    media::Samples out;
    sync.pick(wanted, out);
    return out;
  }
};

SessionTime block_time(std::int64_t index) {
  return time_of(SampleCount{index * length});
}

float biggest_step(const std::vector<float>& played) {
  float most = 0;
  for (std::size_t i = 1; i < played.size(); ++i)
    most = std::max(most, std::abs(played[i] - played[i - 1]));
  return most;
}
// The sine's own steps are up to 0.029; a click is far above.
constexpr float no_click = 0.035F;

TEST(SoundSync, gives_the_source_bit_by_bit_when_clocks_agree) {
  Bench bench;
  for (int i = 0; i < 20; ++i) bench.feed(block_time(i));
  static_cast<void>(bench.pick(block_time(0)));  // fades in
  for (int i = 1; i < 20; ++i) {
    const auto out = bench.pick(block_time(i));
    for (int s = 0; s < length; ++s)
      ASSERT_EQ(out.values[static_cast<std::size_t>(s) * 2], Bench::wave(i * length + s));
  }
  EXPECT_EQ(bench.sync.stats().stretched, 0U);
  EXPECT_EQ(bench.sync.stats().gaps, 0U);
}

TEST(SoundSync, is_silent_without_source_and_before_its_time) {
  SoundSync none(nullptr);
  media::Samples out;
  out.values.fill(1);
  none.pick(block_time(0), out);
  EXPECT_EQ(out.values, media::Samples().values);
  EXPECT_EQ(none.stats().blocks_silent, 1U);
  Bench bench;
  bench.feed(block_time(5));
  EXPECT_EQ(bench.pick(block_time(0)).values, media::Samples().values);
  EXPECT_FALSE(bench.sync.stats().late_ms);
}

TEST(SoundSync, begins_inside_a_block_where_its_time_is) {
  Bench bench;
  for (int i = 0; i < 3; ++i) bench.feed(block_time(i));
  static_cast<void>(bench.pick(time_of(SampleCount{500})));
  const auto out = bench.pick(time_of(SampleCount{500 + length}));
  EXPECT_EQ(out.values[0], Bench::wave(500 + length));
}

TEST(SoundSync, steers_a_drifting_device_without_a_click) {
  for (const double ppm : {200.0, -200.0}) {
    Bench bench;
    std::vector<float> played;
    double worst = 0;
    for (int i = 0; i < 6000; ++i) {  // 128 s: 25 ms of drift
      while (bench.made < (i + 5) * std::int64_t{length}) {
        const auto true_time = time_of(SampleCount{bench.made}).time_since_epoch();
        bench.feed(SessionTime(Duration(
            static_cast<std::int64_t>(static_cast<double>(true_time.count()) * (1 + ppm / 1e6)))));
      }
      const auto out = bench.pick(block_time(i));
      if (i > 0)
        for (std::size_t s = 0; s < out.values.size(); s += 2) played.push_back(out.values[s]);
      worst = std::max(worst, std::abs(bench.sync.stats().late_ms.value_or(0)));
    }
    EXPECT_LT(worst, 3) << ppm;
    EXPECT_GT(bench.sync.stats().stretched, 500U) << ppm;
    EXPECT_EQ(bench.sync.stats().gaps, 0U) << ppm;
    EXPECT_LT(biggest_step(played), no_click) << ppm;
  }
}

TEST(SoundSync, a_hole_is_silence_with_ramps_and_sound_is_in_its_place_after) {
  Bench bench;
  for (int i = 0; i < 4; ++i) bench.feed(block_time(i));
  std::vector<float> played;
  media::Samples out;
  for (int i = 0; i < 12; ++i) {
    if (i == 6) {
      bench.made = 8 * length;
      for (int b = 8; b < 14; ++b) bench.feed(block_time(b));
    }
    out = bench.pick(block_time(i));
    for (std::size_t s = 0; s < out.values.size(); s += 2) played.push_back(out.values[s]);
  }
  EXPECT_LT(biggest_step(played), no_click);
  EXPECT_EQ(played[static_cast<std::size_t>(6 * length)], 0);
  EXPECT_EQ(out.values[0], Bench::wave(11 * length));
  EXPECT_EQ(bench.sync.stats().gaps, 1U);
}

TEST(SoundSync, clock_jumps_both_ways_neither_crash_nor_click) {
  Bench bench;
  std::vector<float> played;
  std::int64_t shift = 0;
  for (int i = 0; i < 200; ++i) {
    if (i == 50) shift = 300;    // 6.4 s into the future
    if (i == 100) shift = -300;  // back
    if (i == 150) shift = 0;
    bench.feed(block_time(i + shift + 3));
    const auto out = bench.pick(block_time(i));
    for (std::size_t s = 0; s < out.values.size(); s += 2) played.push_back(out.values[s]);
  }
  EXPECT_LT(biggest_step(played), no_click);
  bool is_heard_again = false;
  for (std::size_t s = played.size() - 4 * length; s < played.size(); ++s)
    is_heard_again = is_heard_again || std::abs(played[s]) > 0.3F;
  EXPECT_TRUE(is_heard_again);
}

}  // namespace
}  // namespace xb::capture

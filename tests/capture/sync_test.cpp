// Which picture a tick gets, and how late picture and sound are to each other.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sync.h"

#include <gtest/gtest.h>

#include <random>

namespace xb::capture {
namespace {

constexpr Rate rate{30, 1};

struct Bench {
  media::PicturePool pool{"test", 60, [] { return media::Picture(2, 2); }};
  PictureQueue queue{"test", 4, Overflow::drop_oldest};
  Sync sync{rate, &queue, nullptr};
  void feed(SessionTime time) {
    auto picture = pool.take();
    ASSERT_TRUE(picture);
    queue.push(media::Frame{std::move(picture), time, {}});
  }
};

SessionTime frame_time(std::int64_t n) {
  return time_of(FrameNumber{n}, rate);
}

TEST(Sync, shows_each_picture_once_under_jitter_whatever_its_phase) {
  for (const int phase_ms : {0, 8, 16, 17, 25, 33}) {
    Bench bench;
    std::mt19937 random(3);
    int repeats = 0;
    SessionTime last{};
    for (int n = 0; n < 300; ++n) {
      bench.feed(frame_time(n) + from_ms(phase_ms) + from_ms(random() % 6));
      const auto picked = bench.sync.pick(frame_time(n + 3));
      if (n < 10) continue;
      ASSERT_TRUE(picked.picture);
      EXPECT_GE(picked.time, last);
      last = picked.time;
      repeats += picked.is_new ? 0 : 1;
      EXPECT_EQ(picked.signal, Signal::fresh);
      EXPECT_LE(std::abs(to_ms(frame_time(n + 3) - bench.sync.latency() - picked.time)), 30);
    }
    EXPECT_EQ(repeats, 0) << phase_ms;
    EXPECT_EQ(bench.sync.stats().passed_over, 0U) << phase_ms;
  }
}

TEST(Sync, repeats_pictures_of_a_slow_source_and_passes_over_those_of_a_fast_one) {
  Bench slow;
  Bench fast;
  int shown_slow = 0;
  int shown_fast = 0;
  for (int n = 0; n < 300; ++n) {
    if (n % 2 == 0) slow.feed(frame_time(n));
    fast.feed(frame_time(n));
    fast.feed(frame_time(n) + from_ms(16));
    shown_slow += slow.sync.pick(frame_time(n + 4)).is_new ? 1 : 0;
    shown_fast += fast.sync.pick(frame_time(n + 4)).is_new ? 1 : 0;
  }
  EXPECT_NEAR(shown_slow, 150, 2);
  EXPECT_NEAR(shown_fast, 300, 3);
  EXPECT_NEAR(static_cast<double>(fast.sync.stats().passed_over), 300, 10);
}

TEST(Sync, says_frozen_then_lost_and_keeps_the_last_picture) {
  Bench bench;
  EXPECT_EQ(bench.sync.pick(frame_time(0)).signal, Signal::none);
  for (int n = 0; n < 30; ++n) {
    bench.feed(frame_time(n));
    bench.sync.pick(frame_time(n + 3));
  }
  EXPECT_EQ(bench.sync.pick(frame_time(35)).signal, Signal::fresh);
  EXPECT_EQ(bench.sync.pick(frame_time(45)).signal, Signal::frozen);
  const auto late = bench.sync.pick(frame_time(60));
  EXPECT_EQ(late.signal, Signal::lost);
  EXPECT_TRUE(late.picture);
  bench.feed(frame_time(62));
  EXPECT_EQ(bench.sync.pick(frame_time(65)).signal, Signal::fresh);
}

TEST(Sync, a_picture_that_comes_again_is_still_the_right_one) {
  Bench bench;
  auto picture = media::Ref<const media::Picture>(bench.pool.take());
  bench.queue.push(media::Frame{picture, frame_time(0), {}});
  EXPECT_TRUE(bench.sync.pick(frame_time(3)).is_new);
  for (int n = 3; n < 300; n += 3) {
    bench.queue.push(media::Frame{picture, frame_time(n), {}});
    const auto picked = bench.sync.pick(frame_time(n + 3));
    EXPECT_EQ(picked.signal, Signal::fresh);
    EXPECT_FALSE(picked.is_new);
  }
  EXPECT_EQ(bench.sync.stats().repeated, 99U);
  EXPECT_EQ(bench.sync.stats().passed_over, 0U);
  EXPECT_EQ(bench.sync.pick(frame_time(330)).signal, Signal::lost);
}

TEST(Sync, goes_on_when_the_clock_of_the_source_jumps) {
  Bench bench;
  std::int64_t shift = 0;
  int fresh_at_end = 0;
  for (int n = 0; n < 300; ++n) {
    if (n == 100) shift = 90;  // future: they wait, the last is repeated
    if (n == 200) shift = 0;   // back in place
    bench.feed(frame_time(n + shift));
    const auto picked = bench.sync.pick(frame_time(n + 3));
    if (n >= 290) fresh_at_end += picked.is_new ? 1 : 0;
  }
  EXPECT_EQ(fresh_at_end, 10);
}

TEST(Sync, keeps_no_reference_to_a_picture_whose_successor_waits) {
  Bench bench;
  for (int n = 0; n < 30; ++n) {
    bench.feed(frame_time(n));
    const auto picked = bench.sync.pick(frame_time(n + 3));
    if (n < 10) continue;
    ASSERT_TRUE(picked.picture);
    EXPECT_FALSE(picked.picture.is_only_reference()) << "the next tick may show it again";
  }
  bench.feed(frame_time(30));
  bench.feed(frame_time(31));
  EXPECT_TRUE(bench.sync.pick(frame_time(33)).picture.is_only_reference());
  EXPECT_FALSE(bench.sync.pick(frame_time(34)).picture.is_only_reference());
  EXPECT_TRUE(bench.sync.pick(frame_time(35)).picture) << "again";
}

// Its clock jumped ahead, and so many came at once that there was no room for the one in line.
TEST(Sync, has_no_picture_to_repeat_when_the_successor_was_pushed_out) {
  Bench bench;
  PictureQueue queue("burst", 64, Overflow::drop_oldest);
  Sync sync(rate, &queue, nullptr);
  const auto feed = [&](std::int64_t from, std::int64_t count) {
    for (auto n = from; n < from + count; ++n)
      queue.push(media::Frame{bench.pool.take(), frame_time(n), {}});
  };
  feed(0, 1);
  EXPECT_TRUE(sync.pick(frame_time(3)).picture);
  feed(1, 2);
  feed(900, 14);
  EXPECT_TRUE(sync.pick(frame_time(3)).picture);
  feed(914, 16);
  EXPECT_TRUE(sync.pick(frame_time(4)).picture.is_only_reference()) << "2 is in line";
  feed(930, 16);
  const auto repeated = sync.pick(frame_time(5));
  EXPECT_EQ(repeated.signal, Signal::fresh);
  EXPECT_FALSE(repeated.is_new);
  EXPECT_FALSE(repeated.picture) << "it was given away";
}

TEST(Sync, holds_a_bounded_number_of_pictures) {
  Bench bench;
  for (int n = 0; n < 500; ++n) {
    bench.feed(frame_time(1000 + n));  // never due
    bench.sync.pick(frame_time(0));
  }
  EXPECT_GE(bench.pool.free_count(), 60U - picture_room - 6U);
}

TEST(Sync, sound_is_whole_at_any_rate_of_the_program) {
  for (const int fps : {5, 10, 15, 25, 60}) {
    media::SamplesPool pool("test", 200, [] { return media::Samples(); });
    SoundQueue queue("test", sound_queue_size, Overflow::drop_oldest);
    Sync sync({fps, 1}, nullptr, &queue);
    media::Samples out;
    std::int64_t made = 0;
    std::int64_t asked = 0;
    for (int n = 0; n < 20 * fps; ++n) {
      // a block is there when its last sample has been heard, and 40 ms later
      const auto now = time_of(FrameNumber{n}, {fps, 1}) - std::chrono::milliseconds(40);
      for (; time_of(SampleCount{made + 1024}) <= now; made += 1024) {
        auto block = pool.take();
        ASSERT_TRUE(block);
        queue.push(media::AudioBlock{std::move(block), time_of(SampleCount{made}), {}, false});
      }
      const auto end = sample_of(FrameNumber{n + 1}, {fps, 1}).value;
      for (; asked + 1024 <= end; asked += 1024) sync.pick_audio(SampleCount{asked}, out);
    }
    const auto& stats = sync.stats().sound;
    EXPECT_EQ(stats.gaps, 0U) << fps;
    EXPECT_LE(stats.blocks_silent, 20U) << fps;  // before the first
  }
}

}  // namespace
}  // namespace xb::capture

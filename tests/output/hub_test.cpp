// SPDX-License-Identifier: Apache-2.0
#include "output/hub.h"

#include <gtest/gtest.h>

#include "media_support.h"

namespace xb::output {
namespace {

using media::Kind;
using testing::packet_of;

// 1 Mbit/s: 125 bytes a millisecond. Frames of 40 ms with 4000 bytes, sound of 20 ms with 320.
QueueLimits live_limits() {
  QueueLimits limits;
  limits.bits_per_second = 1'000'000;
  return limits;
}

std::vector<media::PacketRef> take_all(PacketQueue& queue) {
  std::vector<media::PacketRef> out;
  while (auto packet = queue.pop_for(Duration{}, {})) out.push_back(*packet);
  return out;
}

TEST(Interleaver, hands_on_in_order_of_time_with_video_first) {
  Interleaver interleaver;
  std::vector<std::pair<Kind, std::int64_t>> order;
  const auto out = [&](const media::PacketRef& p) {
    order.emplace_back(p->kind, time_us(*p) / 1000);
  };
  for (const int ms : {0, 20, 40, 60}) interleaver.push(packet_of(Kind::audio, ms, 1), out);
  EXPECT_TRUE(order.empty());
  interleaver.push(packet_of(Kind::video, 0, 1, true), out);
  interleaver.push(packet_of(Kind::video, 40, 1), out);
  interleaver.flush(out);
  const std::vector<std::pair<Kind, std::int64_t>> expected{{Kind::video, 0},  {Kind::audio, 0},
                                                            {Kind::audio, 20}, {Kind::video, 40},
                                                            {Kind::audio, 40}, {Kind::audio, 60}};
  EXPECT_EQ(order, expected);
}

TEST(Interleaver, does_not_wait_for_a_stream_that_stands_still) {
  Interleaver interleaver;
  std::int64_t newest = -1;
  for (int ms = 0; ms <= 1000; ms += 40)
    interleaver.push(packet_of(Kind::video, ms, 1),
                     [&](const auto& p) { newest = time_us(*p) / 1000; });
  EXPECT_GE(newest, 640);
}

TEST(PacketQueue, begins_at_a_key_frame_and_counts_nothing_before_it) {
  PacketQueue queue(live_limits());
  queue.push(packet_of(Kind::video, 0, 100));
  queue.push(packet_of(Kind::audio, 0, 10));
  queue.push(packet_of(Kind::video, 40, 100, true));
  queue.push(packet_of(Kind::audio, 40, 10));
  const auto taken = take_all(queue);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_TRUE(taken[0]->is_key);
  EXPECT_EQ(queue.counters().dropped_video, 0U);
  EXPECT_EQ(queue.counters().dropped_audio, 0U);
}

TEST(PacketQueue, takes_no_sound_from_before_the_key_frame_it_began_with) {
  PacketQueue queue(live_limits());
  queue.push(packet_of(Kind::video, 1000, 100, true));
  queue.push(packet_of(Kind::audio, 980, 10));  // its encoder was behind
  queue.push(packet_of(Kind::audio, 1000, 10));
  EXPECT_EQ(take_all(queue).size(), 2U);
  EXPECT_EQ(queue.counters().dropped_audio, 1U);
}

TEST(PacketQueue, drops_video_to_the_next_key_frame_when_late_and_keeps_the_sound) {
  PacketQueue queue(live_limits());
  // a key frame at 0, then delta frames; nobody takes anything
  int frames = 0;
  for (int ms = 0; ms < 1480; ms += 20) {
    if (ms % 40 == 0) {
      queue.push(packet_of(Kind::video, ms, 4000, ms == 0));
      ++frames;
    }
    queue.push(packet_of(Kind::audio, ms, 320));
  }
  // above 1350 ms of bytes all video was let go, and later deltas are not taken either
  const auto counters = queue.counters();
  EXPECT_EQ(counters.dropped_video, static_cast<std::uint64_t>(frames));
  EXPECT_EQ(counters.dropped_audio, 0U);
  EXPECT_LE(counters.queue_ms, 1500);
  // the network takes half a second of sound, then comes a delta frame and a key frame
  for (int i = 0; i < 25; ++i) ASSERT_EQ((*queue.pop_for(Duration{}, {}))->kind, Kind::audio);
  queue.push(packet_of(Kind::video, 1480, 4000));
  queue.push(packet_of(Kind::video, 1500, 4000, true));
  const auto taken = take_all(queue);
  EXPECT_EQ(taken.size(), 50U);  // 49 of sound and the new key frame
  EXPECT_EQ(taken.back()->kind, Kind::video);
  EXPECT_EQ(queue.counters().dropped_video, static_cast<std::uint64_t>(frames) + 1);
}

TEST(PacketQueue, keeps_what_follows_a_key_frame_that_is_queued_already) {
  PacketQueue queue(live_limits());
  for (int ms = 0; ms <= 1360; ms += 40)
    queue.push(packet_of(Kind::video, ms, 1000, ms == 0 || ms == 800));
  const auto taken = take_all(queue);
  ASSERT_FALSE(taken.empty());
  EXPECT_TRUE(taken.front()->is_key);
  EXPECT_EQ(time_us(*taken.front()), 800'000);
  EXPECT_EQ(taken.size(), 15U);
  EXPECT_EQ(queue.counters().dropped_video, 20U);
}

TEST(PacketQueue, counts_bytes_in_the_kernel_as_time_at_the_nominal_rate) {
  PacketQueue queue(live_limits());
  queue.push(packet_of(Kind::video, 0, 1000, true));
  queue.set_kernel_bytes(125'000);
  EXPECT_EQ(queue.counters().queue_ms, 1008);
  queue.set_kernel_bytes(180'000);  // 1440 ms: late
  queue.push(packet_of(Kind::video, 40, 1000));
  EXPECT_EQ(queue.counters().packets, 0U);
  EXPECT_EQ(queue.counters().dropped_video, 2U);
}

TEST(PacketQueue, never_holds_more_than_its_span_in_a_long_stall) {
  PacketQueue queue(live_limits());
  for (int ms = 0; ms < 60'000; ms += 20) {
    if (ms % 40 == 0) queue.push(packet_of(Kind::video, ms, 4000, ms % 2000 == 0));
    queue.push(packet_of(Kind::audio, ms, 320));
    ASSERT_LE(queue.counters().queue_ms, 1500);
  }
  const auto taken = take_all(queue);
  // what is left can be decoded: the first picture is a key frame
  for (const auto& packet : taken) {
    if (packet->kind != Kind::video) continue;
    EXPECT_TRUE(packet->is_key);
    break;
  }
}

TEST(PacketQueue, lets_sound_wait_for_seconds_where_pictures_may_not) {
  PacketQueue queue(live_limits());
  queue.push(packet_of(Kind::video, 0, 4000, true));
  for (int ms = 0; ms < 7000; ms += 20) queue.push(packet_of(Kind::audio, ms, 320));
  queue.push(packet_of(Kind::video, 2000, 4000));
  EXPECT_EQ(queue.counters().dropped_audio, 0U);
  EXPECT_EQ(queue.counters().dropped_video, 2U);
  for (int ms = 7000; ms < 9000; ms += 20) queue.push(packet_of(Kind::audio, ms, 320));
  EXPECT_NEAR(static_cast<double>(queue.counters().dropped_audio), 50, 2);
  const auto taken = take_all(queue);
  EXPECT_NEAR(static_cast<double>(time_us(*taken.front())), 1'000'000, 40'000) << "the oldest goes";
}

TEST(PacketQueue, of_a_recording_keeps_what_it_holds_whole_and_counts_what_came_too_late) {
  QueueLimits limits;
  limits.when_full = WhenFull::stop_taking;
  limits.bytes = 10'000;
  PacketQueue queue(limits);
  for (int i = 0; i < 10; ++i) queue.push(packet_of(Kind::video, i * 40, 1000, i == 0));
  EXPECT_FALSE(queue.counters().has_overflowed);
  queue.push(packet_of(Kind::video, 400, 1000));
  EXPECT_TRUE(queue.counters().has_overflowed);
  EXPECT_EQ(queue.counters().dropped_video, 0U);
  queue.push(packet_of(Kind::video, 440, 1000, true));
  EXPECT_EQ(queue.counters().dropped_video, 1U);
  EXPECT_EQ(take_all(queue).size(), 11U);
  queue.restart();
  queue.push(packet_of(Kind::video, 480, 1000));
  queue.push(packet_of(Kind::video, 520, 1000, true));
  EXPECT_EQ(queue.counters().dropped_video, 2U);
  EXPECT_EQ(take_all(queue).size(), 1U);
}

TEST(PacketQueue, waits_for_a_key_frame_again_after_a_restart_and_counts_the_loss) {
  PacketQueue queue(live_limits());
  queue.push(packet_of(Kind::video, 0, 100, true));
  queue.push(packet_of(Kind::audio, 0, 10));
  queue.set_open(false);
  queue.restart();
  queue.push(packet_of(Kind::video, 40, 100));
  queue.set_open(true);
  queue.push(packet_of(Kind::video, 80, 100));
  queue.push(packet_of(Kind::video, 120, 100, true));
  EXPECT_EQ(queue.counters().packets, 1U);
  EXPECT_EQ(queue.counters().dropped_video, 3U);
  EXPECT_EQ(queue.counters().dropped_audio, 1U);
}

TEST(Hub, lets_no_output_hold_up_another) {
  Hub hub;
  PacketQueue stuck(live_limits());
  PacketQueue moving(live_limits());
  hub.attach(stuck);
  hub.attach(moving);
  std::size_t seen = 0;
  for (int ms = 0; ms < 10'000; ms += 20) {
    if (ms % 40 == 0) hub.push(packet_of(Kind::video, ms, 4000, ms % 2000 == 0));
    hub.push(packet_of(Kind::audio, ms, 320));
    seen += take_all(moving).size();
  }
  hub.end();
  seen += take_all(moving).size();
  EXPECT_EQ(seen, 750U);
  EXPECT_EQ(moving.counters().dropped_video, 0U);
  EXPECT_GT(stuck.counters().dropped_video, 0U);
  EXPECT_TRUE(moving.counters().is_ended);
}

}  // namespace
}  // namespace xb::output

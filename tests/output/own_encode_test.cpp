// One file, two encoders, every frame once.
// SPDX-License-Identifier: Apache-2.0
#include "output/own_encode.h"

#include <gtest/gtest.h>

#include "media_support.h"

namespace xb::output {
namespace {

using testing::small_settings;
using testing::Synthetic;

// The strand's encoder, its Frames and the recording's queue; this thread stands for venc.
struct Recorded {
  Recorded() {
    hub.attach(queue);
    auto opened = VideoEncoder::open(settings);
    XB_CHECK(opened.has_value());
    shared = std::move(*opened);
  }
  ~Recorded() { hub.detach(queue); }
  void frames(int count) {
    for (const auto end = next + count; next < end; ++next) {
      const auto frame = program.frame(next, settings.rate);
      own.frame(frame);
      XB_CHECK(shared->encode(frame, [&](auto packet) { own.shared(std::move(packet)); }));
      clock.wait_until(clock.now() + from_ms(5), {});  // as frames come
    }
  }
  void begin() {
    XB_CHECK(own.begin(settings, VideoEncoder::open, shared->parameters(), FrameNumber{}));
  }
  std::vector<media::PacketRef> all() {
    own.stop();
    hub.end();
    std::vector<media::PacketRef> out;
    while (auto packet = queue.pop_for(Duration{}, {})) out.push_back(std::move(*packet));
    return out;
  }

  static EncoderSettings usual() {
    auto settings = small_settings();
    settings.preset = "veryfast";
    return settings;
  }
  const EncoderSettings settings = usual();
  SystemClock clock;
  Health health;
  Hub hub;
  PacketQueue queue{QueueLimits{WhenFull::stop_taking}};
  OwnEncode own{hub, clock, health};
  std::unique_ptr<VideoEncoder> shared;
  Synthetic program{settings.width, settings.height};
  int next = 0;
};

void expect_every_frame_once(const std::vector<media::PacketRef>& packets, int count,
                             const media::StreamParameters& of) {
  ASSERT_EQ(packets.size(), static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i]->pts, static_cast<std::int64_t>(i) * 3000);
    EXPECT_EQ(packets[i]->codec, of.codec) << "and no new file";
  }
}

TEST(OwnEncode, takes_over_and_gives_back_without_a_lost_frame) {
  Recorded recorded;
  recorded.frames(10);
  recorded.shared->set_bitrate(60'000);
  recorded.begin();
  EXPECT_TRUE(recorded.own.is_own());
  recorded.frames(20);
  recorded.own.end();
  recorded.frames(5);  // until there is a key frame the own pictures go on
  recorded.shared->force_key_frame();
  recorded.frames(8);
  recorded.own.look();
  recorded.frames(5);
  ASSERT_EQ(recorded.own.skipped(), 0U);
  const auto packets = recorded.all();
  expect_every_frame_once(packets, 48, recorded.shared->parameters());
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (packets[i]->is_key) keys.push_back(i);
  }
  EXPECT_EQ(keys, (std::vector<std::size_t>{0, 10, 35}));
}

TEST(OwnEncode, ends_whole_wherever_it_stands) {
  for (const bool is_ending : {false, true}) {
    Recorded recorded;
    recorded.frames(3);
    recorded.begin();
    recorded.frames(4);
    if (is_ending) recorded.own.end();
    recorded.frames(2);
    expect_every_frame_once(recorded.all(), 9, recorded.shared->parameters());
  }
}

TEST(OwnEncode, that_had_no_frame_yet_is_put_away) {
  Recorded recorded;
  recorded.frames(2);
  recorded.begin();
  recorded.own.end();
  recorded.own.look();
  EXPECT_FALSE(recorded.own.is_own());
  recorded.frames(2);
  expect_every_frame_once(recorded.all(), 4, recorded.shared->parameters());
}

TEST(OwnEncode, goes_on_where_it_is_wanted_again_before_it_has_ended) {
  for (const bool is_draining : {false, true}) {
    Recorded recorded;
    recorded.frames(4);
    recorded.begin();
    recorded.frames(6);
    recorded.own.end();
    if (is_draining) recorded.shared->force_key_frame();
    recorded.frames(3);
    recorded.begin();
    EXPECT_TRUE(recorded.own.is_own());
    recorded.frames(6);
    expect_every_frame_once(recorded.all(), 19, recorded.shared->parameters());
  }
}

TEST(OwnEncode, takes_less_of_a_busy_machine_in_the_same_file) {
  Recorded recorded;
  recorded.begin();
  recorded.frames(4);
  recorded.own.set_effort(Effort::least);
  recorded.frames(6);
  expect_every_frame_once(recorded.all(), 10, recorded.shared->parameters());
  recorded.own.set_effort(Effort::every_other);
}

TEST(OwnEncode, asks_the_encoder_that_records_for_key_frames) {
  Recorded recorded;
  EXPECT_FALSE(recorded.own.force_key_frame());
  recorded.begin();
  recorded.frames(3);
  EXPECT_TRUE(recorded.own.force_key_frame());
}

}  // namespace
}  // namespace xb::output

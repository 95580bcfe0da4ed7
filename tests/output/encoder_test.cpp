// SPDX-License-Identifier: Apache-2.0
#include "output/encoder.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "media_support.h"
#include "output/encoder_threads.h"
#include "output/hub.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xb::output {
namespace {

using media::Kind;
using testing::encode_program;
using testing::small_settings;
using testing::Synthetic;

std::vector<media::PacketRef> of(const std::vector<media::PacketRef>& packets, Kind kind) {
  std::vector<media::PacketRef> out;
  for (const auto& p : packets)
    if (p->kind == kind) out.push_back(p);
  return out;
}

TEST(Encoder, counts_timestamps_of_both_streams_from_zero_wherever_the_run_begins) {
  for (const std::int64_t begin : {0, 1, 1234567}) {
    const auto encoded = encode_program(small_settings(), 2, begin);
    const auto video = of(encoded.packets, Kind::video);
    const auto audio = of(encoded.packets, Kind::audio);
    ASSERT_EQ(video.size(), 60U);
    ASSERT_GE(audio.size(), 92U);
    for (std::size_t i = 0; i < video.size(); ++i)
      EXPECT_EQ(video[i]->pts, static_cast<std::int64_t>(i) * 3000);
    for (std::size_t i = 0; i < audio.size(); ++i)
      EXPECT_EQ(audio[i]->pts, static_cast<std::int64_t>(i) * 1024);
    EXPECT_TRUE(video[0]->is_key);
  }
}

TEST(Encoder, does_not_drift_at_ntsc_rates) {
  auto settings = small_settings();
  settings.rate = Rate{30000, 1001};
  const auto video = of(encode_program(settings, 2).packets, Kind::video);
  for (std::size_t i = 0; i < video.size(); ++i)
    EXPECT_EQ(video[i]->pts, static_cast<std::int64_t>(i) * 3003);
}

TEST(Encoder, makes_a_key_frame_every_two_seconds_and_when_asked) {
  const auto settings = small_settings();
  auto encoder = VideoEncoder::open(settings, FrameNumber{0});
  ASSERT_TRUE(encoder.has_value());
  Synthetic program(settings.width, settings.height);
  std::vector<int> keys;
  for (int n = 0; n < 130; ++n) {
    if (n == 37) (*encoder)->force_key_frame();
    ASSERT_TRUE((*encoder)->encode(program.frame(n, settings.rate), [&](const auto& packet) {
      if (packet->is_key) keys.push_back(n);
    }));
  }
  EXPECT_EQ(keys, (std::vector<int>{0, 37, 97}));
}

TEST(Encoder, leaves_the_hole_of_a_skipped_frame_in_the_timestamps) {
  const auto settings = small_settings();
  auto encoder = VideoEncoder::open(settings, FrameNumber{0});
  ASSERT_TRUE(encoder.has_value());
  Synthetic program(settings.width, settings.height);
  std::vector<std::int64_t> times;
  for (const int n : {0, 1, 5, 6}) {
    ASSERT_TRUE((*encoder)->encode(program.frame(n, settings.rate),
                                   [&](const auto& packet) { times.push_back(packet->pts); }));
  }
  EXPECT_EQ(times, (std::vector<std::int64_t>{0, 3000, 15000, 18000}));
}

TEST(Encoder, holds_no_picture_after_the_packet_is_out) {
  const auto settings = small_settings();
  auto encoder = VideoEncoder::open(settings, FrameNumber{0});
  ASSERT_TRUE(encoder.has_value());
  media::PicturePool pool("one", 2,
                          [&] { return media::Picture(settings.width, settings.height); });
  for (int n = 0; n < 20; ++n) {
    auto picture = pool.take();
    ASSERT_TRUE(picture) << "frame " << n;
    picture->fill(100, 128, 128);
    const media::Frame frame{picture, SessionTime{}, FrameNumber{n}};
    ASSERT_TRUE((*encoder)->encode(frame, [](const auto&) {}));
  }
}

TEST(Encoder, is_tagged_bt709_limited_and_carries_parameter_sets) {
  const auto encoded = encode_program(small_settings(), 1);
  const auto& parameters = *encoded.video.codec->parameters;
  EXPECT_EQ(parameters.color_space, AVCOL_SPC_BT709);
  EXPECT_EQ(parameters.color_primaries, AVCOL_PRI_BT709);
  EXPECT_EQ(parameters.color_trc, AVCOL_TRC_BT709);
  EXPECT_EQ(parameters.color_range, AVCOL_RANGE_MPEG);
  EXPECT_GT(parameters.extradata_size, 16);
}

TEST(Encoder, keeps_near_the_bitrate_it_was_given) {
  auto settings = small_settings();
  settings.video_bitrate = 300'000;
  std::size_t bytes = 0;
  for (const auto& p : of(encode_program(settings, 6).packets, Kind::video)) bytes += p->bytes;
  EXPECT_LT(static_cast<double>(bytes) * 8 / 6, 300'000 * 1.2);
}

TEST(AudioEncoder, puts_silence_where_blocks_were_lost) {
  const auto settings = small_settings();
  auto encoder = AudioEncoder::open(settings, SampleCount{500});
  ASSERT_TRUE(encoder.has_value());
  Synthetic program(settings.width, settings.height);
  std::vector<std::int64_t> times;
  const auto sink = [&](const auto& packet) { times.push_back(packet->pts); };
  for (const std::int64_t first : {0, 1024, 5 * 1024, 6 * 1024})
    ASSERT_TRUE((*encoder)->encode(program.block(first), sink));
  ASSERT_TRUE((*encoder)->finish(sink));
  ASSERT_EQ(times.size(), 7U);  // 7 * 1024 - 500 samples
  for (std::size_t i = 0; i < times.size(); ++i)
    EXPECT_EQ(times[i], static_cast<std::int64_t>(i) * 1024);
}

TEST(Encoder, refuses_a_size_it_cannot_encode_with_a_reason) {
  auto settings = small_settings();
  settings.width = 321;
  const auto opened = VideoEncoder::open(settings, FrameNumber{0});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code(), ErrorCode::encoder_failed);
}

TEST(Encoder, auto_finds_something_that_encodes) {
  auto settings = small_settings();
  settings.video_encoder = "auto";
  EXPECT_TRUE(VideoEncoder::open(settings, FrameNumber{0}).has_value());
}

TEST(EncoderThreads, encode_all_that_was_queued_before_the_end) {
  SystemClock clock;
  Health health;
  FrameQueue frames("program -> venc", frame_queue_size, Overflow::refuse);
  BlockQueue blocks("program -> aenc", block_queue_size, Overflow::refuse);
  Hub hub;
  PacketQueue out(QueueLimits{WhenFull::fail});
  hub.attach(out);
  const auto settings = small_settings();
  auto threads = EncoderThreads::start(
      settings, RunStart{}, frames, blocks,
      [&](media::PacketRef packet) { hub.push(std::move(packet)); }, clock, health);
  ASSERT_TRUE(threads.has_value());
  Synthetic program(settings.width, settings.height);
  for (int n = 0; n < 6; ++n) {
    // the queue holds six, so all are taken
    ASSERT_EQ(frames.push(program.frame(n, settings.rate)), Pushed::taken);
  }
  for (int n = 0; n < 9; ++n) ASSERT_EQ(blocks.push(program.block(n * 1024)), Pushed::taken);
  (*threads)->finish();
  hub.end();
  EXPECT_EQ((*threads)->frames_encoded(), 6U);
  EXPECT_EQ(out.counters().packets, 15U);
}

}  // namespace
}  // namespace xb::output

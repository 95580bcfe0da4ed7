// Fewer pictures and less sound, in the same stream.
// SPDX-License-Identifier: Apache-2.0
#include "output/pace.h"

#include <gtest/gtest.h>

#include <mutex>
#include <random>

#include "base/clock.h"
#include "media_support.h"
#include "output/encoder_threads.h"

namespace xb::output {
namespace {

using testing::small_settings;
using testing::Synthetic;

struct Paced {
  explicit Paced(Effort effort = Effort::usual) {
    auto opened = VideoThread::open({.settings = settings,
                                     .frames = frames,
                                     .sink =
                                         [this](media::PacketRef packet) {
                                           std::lock_guard lock(mutex);
                                           packets.push_back(std::move(packet));
                                         }},
                                    clock, health);
    XB_CHECK(opened.has_value());
    video = std::move(*opened);
    video->set_effort(effort);
  }
  void run(Pace pace, int count) {
    video->set_pace(pace);
    video->run(FrameNumber{});
    for (int n = 0; n < count; ++n) {
      while (frames.counters().depth > 2) clock.wait_until(clock.now() + from_ms(1), {});
      frames.push(program.frame(n, settings.rate));
    }
    video->finish();
  }
  std::vector<std::int64_t> numbers() const {
    std::vector<std::int64_t> out;
    for (const auto& packet : packets) out.push_back(packet->pts / 3000);
    return out;
  }

  const EncoderSettings settings = small_settings();
  SystemClock clock;
  Health health;
  FrameQueue frames{"program -> venc", 400, Overflow::refuse};
  std::mutex mutex;  // guards packets
  std::vector<media::PacketRef> packets;
  Synthetic program{settings.width, settings.height};
  std::unique_ptr<VideoThread> video;
};

TEST(Pace, leaves_frames_out_evenly_and_says_how_long_a_picture_stands) {
  for (const auto& [pace, apart] : {std::pair(Pace::half, 2), std::pair(Pace::quarter, 4)}) {
    Paced paced;
    paced.run(pace, 16);
    ASSERT_EQ(paced.packets.size(), 16U / static_cast<unsigned>(apart));
    for (std::size_t i = 0; i < paced.packets.size(); ++i) {
      EXPECT_EQ(paced.packets[i]->pts, static_cast<std::int64_t>(i) * apart * 3000);
      EXPECT_EQ(paced.packets[i]->duration, apart * 3000);
      EXPECT_EQ(paced.packets[i]->codec, paced.video->parameters().codec);
    }
    EXPECT_EQ(paced.video->eased(), 0U) << "that is about the machine";
  }
}

TEST(Pace, of_a_picture_that_stands_has_a_key_frame_in_six_seconds) {
  Paced paced;
  paced.run(Pace::still, 301);
  EXPECT_EQ(paced.numbers(), (std::vector<std::int64_t>{0, 60, 120, 180, 240, 300}));
  std::vector<std::int64_t> keys;
  for (const auto& packet : paced.packets) {
    if (packet->is_key) keys.push_back(packet->pts / 3000);
  }
  EXPECT_EQ(keys, (std::vector<std::int64_t>{0, 180}));
}

TEST(Pace, takes_the_frames_a_busy_machine_takes_too) {
  Paced paced(Effort::every_other);
  paced.run(Pace::half, 12);
  EXPECT_EQ(paced.numbers(), (std::vector<std::int64_t>{0, 2, 4, 6, 8, 10}));
}

TEST(Pace, is_even_at_every_rate) {
  for (const Rate rate : {Rate{25, 1}, Rate{30000, 1001}, Rate{30, 1}, Rate{60, 1}, Rate{1, 1}}) {
    for (const auto pace : {Pace::half, Pace::quarter, Pace::still})
      EXPECT_EQ(frames_apart(pace, rate) % 2, 0);
  }
}

// Noise takes all the bits there are.
TEST(AudioEncoder, spends_what_it_is_told_in_the_same_stream) {
  auto encoder = AudioEncoder::open(small_settings());
  ASSERT_TRUE(encoder.has_value());
  media::SamplesPool pool("noise", 2, [] { return media::Samples{}; });
  std::minstd_rand random(1);
  std::uniform_real_distribution<float> any(-0.5F, 0.5F);
  SampleCount at{0};
  const auto kbps_of = [&](int seconds) {
    std::size_t bytes = 0;
    const auto blocks = seconds * sample_rate / media::Samples::count;
    for (std::int64_t i = 0; i < blocks; ++i) {
      auto samples = pool.take();
      for (auto& value : samples->values) value = any(random);
      const media::AudioBlock block{samples, time_of(at), at};
      EXPECT_TRUE((*encoder)->encode(block, [&](const auto& packet) { bytes += packet->bytes; }));
      at.value += media::Samples::count;
    }
    return static_cast<double>(bytes) * 8 / 1000 / seconds;
  };
  kbps_of(1);
  EXPECT_NEAR(kbps_of(3), 128, 20);
  (*encoder)->set_bitrate(64'000);
  kbps_of(1);
  EXPECT_NEAR(kbps_of(3), 64, 12);
  (*encoder)->set_bitrate(128'000);
  kbps_of(1);
  EXPECT_NEAR(kbps_of(3), 128, 20);
}

}  // namespace
}  // namespace xb::output

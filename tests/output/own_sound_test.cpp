// One track, two encoders, all of the sound.
// SPDX-License-Identifier: Apache-2.0
#include "output/own_sound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "media_support.h"

namespace xb::output {
namespace {

using testing::small_settings;

// Noise, so that all the bits there are get spent; this thread stands for aenc.
struct Heard {
  Heard() {
    auto opened = AudioEncoder::open(small_settings());
    XB_CHECK(opened.has_value());
    shared = std::move(*opened);
    shared->begin(first);
    own.begin(first);
  }
  void blocks(int count, std::int64_t bits) {
    shared->set_bitrate(bits);
    for (int i = 0; i < count; ++i, at.value += media::Samples::count) {
      auto samples = pool.take();
      for (auto& value : samples->values) value = any(random);
      const media::AudioBlock block{samples, time_of(at), at};
      XB_CHECK(shared->encode(block, [&](const auto& packet) {
        sent.push_back(packet);
        own.shared(packet);
      }));
      XB_CHECK(own.block(block, bits < 128'000));
    }
  }
  static double kbps_of(const std::vector<media::PacketRef>& packets, std::size_t from,
                        std::size_t to) {
    std::size_t bytes = 0;
    for (std::size_t i = from; i < to; ++i) bytes += packets[i]->bytes;
    return static_cast<double>(bytes) * 8 * 48 / (1024.0 * static_cast<double>(to - from));
  }

  const SampleCount first{300};
  SampleCount at{0};
  std::minstd_rand random{1};
  std::uniform_real_distribution<float> any{-0.5F, 0.5F};
  media::SamplesPool pool{"noise", 2, [] { return media::Samples{}; }};
  std::vector<media::PacketRef> sent;
  std::vector<media::PacketRef> kept;
  std::unique_ptr<AudioEncoder> shared;
  OwnSound own{small_settings(), [this](media::PacketRef p) { kept.push_back(std::move(p)); }};
};

TEST(OwnSound, keeps_all_bits_without_a_missing_packet_while_the_stream_has_fewer) {
  Heard heard;
  heard.blocks(100, 128'000);
  EXPECT_FALSE(heard.own.is_own());
  heard.blocks(300, 64'000);
  EXPECT_TRUE(heard.own.is_own());
  heard.blocks(100, 128'000);
  EXPECT_FALSE(heard.own.is_own());
  heard.blocks(2, 64'000);  // given back before it began
  heard.blocks(50, 128'000);
  ASSERT_GT(heard.kept.size(), 500U);
  ASSERT_EQ(heard.kept.size(), heard.sent.size());
  for (std::size_t i = 0; i < heard.kept.size(); ++i)
    ASSERT_EQ(heard.kept[i]->pts, static_cast<std::int64_t>(i) * aac_samples);
  EXPECT_LT(Heard::kbps_of(heard.sent, 150, 390), 80);
  EXPECT_GT(Heard::kbps_of(heard.kept, 150, 390), 110);
  EXPECT_EQ(heard.kept[50], heard.sent[50]);
  EXPECT_NE(heard.kept[200], heard.sent[200]);
  EXPECT_EQ(heard.kept[450], heard.sent[450]);
}

TEST(OwnSound, ends_as_whole_as_the_stream) {
  Heard heard;
  heard.blocks(40, 64'000);
  const auto keep = [&](const auto& packet) {
    heard.sent.push_back(packet);
    heard.own.shared(packet);
  };
  ASSERT_TRUE(heard.shared->finish(keep));
  ASSERT_TRUE(heard.own.finish());
  ASSERT_EQ(heard.kept.size(), heard.sent.size());
  EXPECT_EQ(heard.kept.back()->pts, heard.sent.back()->pts);
}

}  // namespace
}  // namespace xb::output

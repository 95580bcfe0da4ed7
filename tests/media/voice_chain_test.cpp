// One channel or both: nobody hears the difference.
// SPDX-License-Identifier: Apache-2.0
#include "media/voice_chain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <span>

#include "media/sound_desk.h"

namespace xb::media {
namespace {

constexpr std::size_t a_second = 48'000;
constexpr std::size_t at_once = 1024;  // samples

// A voice that swells, in some noise.
std::vector<float> swelling_voice(std::size_t samples) {
  std::mt19937 random(5);
  std::normal_distribution<float> noise(0, 0.004F);
  std::vector<float> out(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const auto t = static_cast<double>(i) / a_second;
    const double swell = 0.15 + 0.15 * std::sin(2 * std::numbers::pi * 1.5 * t);
    out[i] = static_cast<float>(swell * std::sin(2 * std::numbers::pi * 220 * t)) + noise(random);
  }
  return out;
}

std::vector<float> interleaved(const std::vector<float>& left, const std::vector<float>& right) {
  std::vector<float> out;
  for (std::size_t i = 0; i < left.size(); ++i) out.insert(out.end(), {left[i], right[i]});
  return out;
}

// Block by block, as the program does.
std::vector<float> heard(VoiceChain& chain, const std::vector<float>& stereo) {
  std::vector<float> out;
  for (std::size_t at = 0; at < stereo.size(); at += 2 * at_once) {
    const auto count = std::min(2 * at_once, stereo.size() - at);
    EXPECT_TRUE(chain.process(std::span(stereo).subspan(at, count), out));
    EXPECT_LE(out.size(), at + count);
  }
  return out;
}

std::unique_ptr<VoiceChain> usual_chain() {
  auto made = VoiceChain::open(filters_of({}));
  EXPECT_TRUE(made);
  return std::move(*made);
}

TEST(VoiceChain, one_side_sounds_as_both_do) {
  const auto left = swelling_voice(3 * a_second);
  const auto chain = usual_chain();
  const auto out = heard(*chain, interleaved(left, left));
  EXPECT_TRUE(chain->is_mono());
  ASSERT_GT(out.size(), 2 * 2 * a_second);
  const auto both = usual_chain();
  auto unlike = left;
  unlike[0] += 0.001F;  // from the first sample on
  const auto as_both = heard(*both, interleaved(left, unlike));
  EXPECT_FALSE(both->is_mono());
  for (std::size_t i = a_second; i < 2 * 2 * a_second; i += 2) {
    ASSERT_EQ(out[i], out[i + 1]) << i;
    ASSERT_NEAR(out[i], as_both[i], 0.003) << i;
  }
}

TEST(VoiceChain, sides_that_begin_to_differ_are_heard_apart_without_a_jump) {
  const auto left = swelling_voice(4 * a_second);
  auto right = left;
  // in the middle of a block
  for (std::size_t i = 2 * a_second + 300; i < right.size(); ++i) right[i] *= 0.95F;
  const auto chain = usual_chain();
  const auto out = heard(*chain, interleaved(left, right));
  EXPECT_FALSE(chain->is_mono());
  const auto alone = usual_chain();
  const auto unchanged = heard(*alone, interleaved(left, left));
  ASSERT_GT(out.size(), 2 * 3 * a_second);
  // the left side goes on as if nothing were: at its place, and as loud
  double worst = 0;
  for (std::size_t i = 0; i < 3 * a_second; ++i)
    worst = std::max(worst, static_cast<double>(std::abs(out[2 * i] - unchanged[2 * i])));
  EXPECT_LT(worst, 0.03);
  double apart = 0;
  for (std::size_t i = 2 * a_second + 300; i < 3 * a_second; ++i)
    apart = std::max(apart, std::abs(0.95 * out[2 * i] - out[2 * i + 1]));
  EXPECT_LT(apart, 0.01);
}

}  // namespace
}  // namespace xb::media

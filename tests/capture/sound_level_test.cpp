// SPDX-License-Identifier: Apache-2.0
#include "capture/sound_level.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace xb::capture {
namespace {

class SoundLevelTest : public ::testing::Test {
 protected:
  // `seconds` of a hum of this peak, cut at full scale.
  void hum(double seconds, double peak) {
    std::vector<float> stereo;
    for (int i = 0; i < static_cast<int>(seconds * 48'000); ++i) {
      const auto value = static_cast<float>(std::clamp(peak * std::sin(0.03 * i), -1.0, 1.0));
      stereo.insert(stereo.end(), {value, value});
    }
    level.add(stereo);
  }
  SoundLevel level;
};

TEST_F(SoundLevelTest, IsRightWithOrdinarySpeech) {
  for (int i = 0; i < 20; ++i) {
    hum(0.6, 0.2);
    EXPECT_FALSE(level.fault());
    hum(1.4, 0.002);  // a pause in a room
    EXPECT_FALSE(level.fault());
  }
}

TEST_F(SoundLevelTest, SaysWithinTwoSecondsThatThereIsNothing) {
  hum(1, 0);
  EXPECT_FALSE(level.fault());
  hum(1, 0);
  EXPECT_EQ(level.fault(), LevelFault::silent);
  hum(0.2, 0.2);
  EXPECT_FALSE(level.fault());
  hum(1.9, 0);
  EXPECT_EQ(level.fault(), LevelFault::silent);
}

TEST_F(SoundLevelTest, SaysWithinTwoSecondsThatItDistortsAndTakesItBack) {
  hum(3, 0.5);
  EXPECT_FALSE(level.fault());
  hum(1, 1.5);
  EXPECT_EQ(level.fault(), LevelFault::clipped);
  hum(4, 0.5);
  EXPECT_EQ(level.fault(), LevelFault::clipped);
  hum(2, 0.5);
  EXPECT_FALSE(level.fault());
}

TEST_F(SoundLevelTest, APeakAloneDoesNotDistort) {
  hum(3, 0.99);
  hum(0.05, 1.5);  // one bang
  hum(0.5, 0.5);
  EXPECT_FALSE(level.fault());
}

TEST_F(SoundLevelTest, SaysWithinTwoSecondsThatItIsTooLow) {
  hum(2.1, 0.008);
  EXPECT_EQ(level.fault(), LevelFault::low);
  hum(0.2, 0.2);
  EXPECT_FALSE(level.fault());
  hum(9, 0.008);
  EXPECT_FALSE(level.fault());
  hum(1.2, 0.008);
  EXPECT_EQ(level.fault(), LevelFault::low);
}

}  // namespace
}  // namespace xb::capture

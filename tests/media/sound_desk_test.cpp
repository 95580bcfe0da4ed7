// SPDX-License-Identifier: Apache-2.0
#include "media/sound_desk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace xb::media {
namespace {

constexpr int rate = static_cast<int>(sample_rate);

// Left side of what came out, at its positions.
struct Heard {
  std::vector<float> values;
  std::int64_t begin = -1;
  std::int64_t next = -1;
  int holes = 0;
  SoundDesk::Sink sink() {
    return [this](const AudioBlock& block) {
      if (begin < 0) begin = next = block.first.value;
      if (block.first.value != next) ++holes;
      next = block.first.value + Samples::count;
      for (std::size_t i = 0; i < static_cast<std::size_t>(Samples::count); ++i)
        values.push_back(block.samples->values[2 * i]);
    };
  }
  double peak(double from_s, double to_s) const {
    double out = 0;
    for (auto i = static_cast<std::size_t>(from_s * rate);
         i < std::min(values.size(), static_cast<std::size_t>(to_s * rate)); ++i)
      out = std::max(out, static_cast<double>(std::abs(values[i])));
    return out;
  }
  double lufs() const {
    const auto meter = LoudnessMeter::open();
    EXPECT_TRUE(meter);
    std::vector<float> stereo;
    for (const float value : values) stereo.insert(stereo.end(), {value, value});
    EXPECT_TRUE((*meter)->add(stereo));
    return (*meter)->reading().integrated.value_or(-99);
  }
};

struct Bench {
  explicit Bench(const SoundSettings& settings = {}) : desk(settings, &music) {
    EXPECT_TRUE(desk.begin());
  }
  // `seconds` of value(sample), from where the last ended.
  template <class F>
  void play(double seconds, F value) {
    const auto end = next + static_cast<std::int64_t>(seconds * rate);
    while (next + Samples::count <= end) {
      auto samples = pool.take();
      for (int i = 0; i < Samples::count; ++i) {
        const auto place = static_cast<std::size_t>(i) * 2;
        samples->values[place] = samples->values[place + 1] = value(next + i);
      }
      if (fills_music) fill_music();
      EXPECT_TRUE(desk.process({std::move(samples), {}, SampleCount{next}, false}, heard.sink()));
      next += Samples::count;
    }
  }
  void fill_music() {
    auto samples = pool.take();
    for (auto& one : samples->values)
      one = 0.5F * static_cast<float>(std::sin(2 * std::numbers::pi * 0.011 * phase++));
    music.push(Ref<const Samples>(std::move(samples)));
  }
  MusicQueue music{"music", 4, Overflow::refuse};
  SamplesPool pool{"test", 16, [] { return Samples(); }};
  SoundDesk desk;
  Heard heard;
  std::int64_t next = 0;
  int phase = 0;
  bool fills_music = false;
};

float silence(std::int64_t) {
  return 0;
}

// Words of a third of a second with pauses: noise like a voice's, at this peak.
auto words(float peak) {
  return [peak, random = std::mt19937(7), low = 0.0F](std::int64_t at) mutable {
    const float white = std::uniform_real_distribution<float>(-1, 1)(random);
    low += 0.2F * (white - low);
    return at % 24'000 < 16'000 ? peak * 2.5F * low : 0.0001F * white;
  };
}

TEST(SoundDesk, EverySampleIsHeardAtItsOwnPosition) {
  Bench bench;
  bench.next = 4800;  // a run begins anywhere
  bench.play(3, [](std::int64_t at) { return at == 100'000 ? 0.9F : 0.0F; });
  bench.desk.flush(bench.heard.sink());
  EXPECT_EQ(bench.heard.begin, 4800);
  EXPECT_EQ(bench.heard.next, bench.next);
  EXPECT_EQ(bench.heard.holes, 0);
  const auto& values = bench.heard.values;
  const auto loudest =
      std::max_element(values.begin(), values.end(),
                       [](float a, float b) { return std::abs(a) < std::abs(b); }) -
      values.begin();
  EXPECT_NEAR(static_cast<double>(loudest + 4800), 100'000, 3);
}

TEST(SoundDesk, QuietAndLoudSpeechComeToTheTarget) {
  for (const float peak : {0.04F, 0.3F, 0.9F}) {
    Bench bench;
    bench.play(6, words(peak));
    bench.heard.values.clear();
    bench.play(12, words(peak));
    EXPECT_NEAR(bench.heard.lufs(), -16, 1.5) << peak;
    EXPECT_LT(bench.heard.peak(0, 12), 0.85) << peak;
    EXPECT_NEAR(bench.desk.readings().loudness.short_term.value_or(-99), -16, 3) << peak;
  }
}

TEST(SoundDesk, WithoutItsStagesTheSoundIsAsItWas) {
  Bench bench({.has_highpass = false,
               .has_denoise = false,
               .has_gate = false,
               .has_compressor = false,
               .has_limiter = false});
  std::vector<float> given;
  bench.play(
      2, [&, next = words(0.3F)](std::int64_t at) mutable { return given.emplace_back(next(at)); });
  bench.desk.flush(bench.heard.sink());
  EXPECT_EQ(bench.heard.values, given);
  EXPECT_EQ(filters_of({.has_denoise = false, .has_gate = false, .has_compressor = false}),
            "highpass=f=80");
}

TEST(SoundDesk, NoiseBetweenWordsIsLess) {
  const auto noisy = [random = std::mt19937(3)](std::int64_t) mutable {
    return 0.004F * std::uniform_real_distribution<float>(-1, 1)(random);
  };
  Bench plain({.has_denoise = false, .has_gate = false});
  Bench cleaned;
  plain.play(4, noisy);
  cleaned.play(4, noisy);
  EXPECT_LT(cleaned.heard.peak(2, 4), 0.5 * plain.heard.peak(2, 4));
}

TEST(SoundDesk, MuteIsSilentAtOnceAndTakenBack) {
  Bench bench;
  bench.play(3, words(0.3F));
  bench.desk.mute(true);
  bench.play(2, words(0.3F));
  bench.desk.mute(false);
  bench.play(2, words(0.3F));
  EXPECT_GT(bench.heard.peak(2, 3), 0.1);
  EXPECT_EQ(bench.heard.peak(3.1, 4.9), 0);
  EXPECT_GT(bench.heard.peak(5.5, 6.5), 0.1);
}

TEST(SoundDesk, MusicPlaysUnderSpeechAndMutedMicrophones) {
  Bench bench;
  bench.fills_music = true;
  bench.desk.play_music(true);
  bench.play(4, silence);
  const auto alone = bench.heard.peak(2, 4);
  EXPECT_NEAR(alone, 0.5 * std::pow(10, -12.0 / 20), 0.02);
  EXPECT_FALSE(bench.desk.readings().is_ducked);
  bench.play(2, words(0.3F));
  EXPECT_TRUE(bench.desk.readings().is_ducked);
  bench.desk.mute(true);
  bench.play(4, words(0.3F));
  EXPECT_NEAR(bench.heard.peak(8.5, 9.5), alone, 0.01);
  bench.desk.play_music(false);
  bench.play(1, silence);
  EXPECT_EQ(bench.heard.peak(10.5, 10.9), 0);
  EXPECT_TRUE(bench.desk.is_music_over());
  EXPECT_EQ(bench.desk.readings().music_late, 0U);
}

TEST(SoundDesk, UnderSpeechMusicIsTwelveDecibelsLower) {
  // a voice that is over for less than a pause
  Bench bench({.has_limiter = false});
  bench.fills_music = true;
  bench.desk.play_music(true);
  bench.play(3, silence);
  bench.play(3, words(0.3F));
  bench.play(0.6, silence);
  EXPECT_TRUE(bench.desk.readings().is_ducked);
  EXPECT_EQ(bench.desk.readings().music_late, 0U);
  EXPECT_NEAR(bench.heard.peak(6.2, 6.4) / bench.heard.peak(2, 3), std::pow(10, -12.0 / 20), 0.05);
}

TEST(SoundDesk, PanicSilencesEverything) {
  Bench bench;
  bench.fills_music = true;
  bench.desk.play_music(true);
  bench.play(2, words(0.3F));
  bench.desk.panic(true);
  bench.play(2, words(0.3F));
  EXPECT_EQ(bench.heard.peak(2.03, 3.9), 0);
  bench.desk.panic(false);
  bench.play(1, words(0.3F));
  EXPECT_GT(bench.heard.peak(4.2, 4.9), 0.05);
}

TEST(SoundDesk, ALostBlockIsSilenceAndMovesNothing) {
  Bench bench;
  bench.play(1, silence);
  bench.next += 3L * Samples::count;
  bench.play(1, [](std::int64_t at) { return at == 60'000 ? 0.9F : 0.0F; });
  bench.next += 100L * rate;  // a closed lid
  bench.play(1, silence);
  bench.desk.flush(bench.heard.sink());
  EXPECT_EQ(bench.heard.holes, 1);
  EXPECT_EQ(bench.heard.next, bench.next);
  EXPECT_GT(std::abs(bench.heard.values[60'000]), 0.1);
}

TEST(SoundDesk, MusicThatComesLateIsCountedAndWhatIsNoNumberIsSilent) {
  Bench bench;
  bench.desk.play_music(true);
  bench.play(1, silence);  // the file is being opened
  EXPECT_EQ(bench.desk.readings().music_late, 0U);
  bench.fills_music = true;
  bench.play(1, silence);
  bench.fills_music = false;
  bench.play(1, [](std::int64_t) { return std::numeric_limits<float>::quiet_NaN(); });
  bench.play(2, words(0.3F));
  EXPECT_GE(bench.desk.readings().music_late, 1U) << "it broke off";
  for (const float value : bench.heard.values) ASSERT_TRUE(std::isfinite(value));
  EXPECT_GT(bench.heard.peak(4, 5), 0.1);
}

}  // namespace
}  // namespace xb::media

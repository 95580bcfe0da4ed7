// Plucked strings by adding harmonics, water by filtered noise.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sample_tune.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "base/time.h"

namespace xb::capture {
namespace {

constexpr std::size_t half_beat = 19'200;  // 75 beats a minute
constexpr std::size_t length = sample_tune_samples;
static_assert(length == half_beat * 48);

struct Note {
  int half_beats;  // where it begins
  int step;        // of the five notes, 0 is C4, 5 is C5
  float strength;
};

// Three phrases of eight beats: question, echo, coming home.
constexpr std::array melody{
    Note{0, 4, 1.0F},  Note{2, 5, 0.8F},  Note{3, 6, 0.7F},  Note{4, 7, 1.0F},  Note{7, 6, 0.6F},
    Note{8, 5, 0.9F},  Note{10, 4, 0.7F}, Note{12, 3, 0.9F}, Note{16, 3, 0.9F}, Note{18, 4, 0.8F},
    Note{19, 5, 0.7F}, Note{20, 6, 1.0F}, Note{22, 5, 0.6F}, Note{23, 4, 0.6F}, Note{24, 5, 0.9F},
    Note{28, 3, 0.7F}, Note{30, 2, 0.6F}, Note{32, 3, 0.9F}, Note{34, 5, 0.8F}, Note{36, 4, 0.9F},
    Note{37, 3, 0.6F}, Note{38, 2, 0.8F}, Note{40, 3, 0.9F}, Note{42, 1, 0.7F}, Note{44, 0, 0.9F}};
constexpr std::array bass{Note{0, -5, 0.8F},  Note{8, -3, 0.7F},  Note{16, -2, 0.7F},
                          Note{24, -4, 0.7F}, Note{32, -3, 0.7F}, Note{40, -5, 0.8F}};

double frequency_of(int step) {
  constexpr std::array<int, 5> semitones{0, 2, 4, 7, 9};
  const int octave = (step + 10) / 5 - 2;
  const int semitone = semitones[static_cast<std::size_t>((step + 10) % 5)] + 12 * octave;
  return 261.6256 * std::pow(2.0, semitone / 12.0);
}

// Adds a string that rings out over the end of the loop into its beginning.
void pluck(std::vector<float>& out, const Note& note, double loudness, double balance) {
  constexpr std::size_t ringing = 3 * static_cast<std::size_t>(sample_rate);
  constexpr std::array<double, 5> harmonics{1.0, 0.45, 0.22, 0.12, 0.06};
  const auto begin = static_cast<std::size_t>(note.half_beats) * half_beat;
  const auto step = 2 * std::numbers::pi * frequency_of(note.step) / double{sample_rate};
  for (std::size_t i = 0; i < ringing; ++i) {
    const auto seconds = static_cast<double>(i) / double{sample_rate};
    const auto onset = std::min(1.0, seconds / 0.004);
    const auto release = std::min(1.0, (3.0 - seconds) / 0.3);
    double sample = 0;
    for (std::size_t h = 0; h < harmonics.size(); ++h) {
      const auto order = static_cast<double>(h + 1);
      sample += harmonics[h] * std::exp(-seconds * (1.3 + 0.9 * order)) *
                std::sin(step * order * static_cast<double>(i));
    }
    sample *= onset * release * loudness * static_cast<double>(note.strength);
    const auto at = (begin + i) % length * 2;
    out[at] += static_cast<float>(sample * (1 - balance));
    out[at + 1] += static_cast<float>(sample * (1 + balance));
  }
}

// Noise of a fixed seed through two poles, swelling slowly; begins and ends at the same level and,
// by running the filter once round beforehand, with the same state.
void add_brook(std::vector<float>& out, std::size_t side, std::uint32_t seed) {
  double low = 0;
  double lower = 0;
  for (const bool is_heard : {false, true}) {
    std::uint32_t state = seed;
    for (std::size_t i = 0; i < length; ++i) {
      state = state * 1'664'525U + 1'013'904'223U;
      const auto noise = static_cast<double>(static_cast<std::int32_t>(state)) / 2'147'483'648.0;
      low += 0.11 * (noise - low);
      lower += 0.02 * (low - lower);
      if (!is_heard) continue;
      const auto swell = 1 + 0.35 * std::sin(2 * std::numbers::pi * 3 * static_cast<double>(i) /
                                             static_cast<double>(length));
      out[i * 2 + side] += static_cast<float>(0.03 * swell * (low - lower));
    }
  }
}

}  // namespace

std::vector<float> sample_tune() {
  std::vector<float> out(length * 2);
  for (const auto& note : melody) pluck(out, note, 0.115, 0.12 * (note.step - 4) / 4.0);
  for (const auto& note : bass) pluck(out, note, 0.075, -0.15);
  add_brook(out, 0, 20'260'501U);
  add_brook(out, 1, 19'350'801U);
  return out;
}

}  // namespace xb::capture

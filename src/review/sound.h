// The sound lane: how loud an evening was, and where it was silent.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/json_fwd.h"
#include "review/evening.h"

namespace xb::review {

struct SoundLane {
  std::int64_t step_ms = 500;
  std::vector<std::int16_t> peaks;        // 0..100 for each step; -1: nothing is recorded
  std::vector<Span> silences;             // of 15 s and more
  std::optional<std::string> error_name;  // there is no sound to be heard
};

// 0..100: the loudest sample on a scale of 60 dB, 100 = full scale.
std::int16_t loudness_of(float peak);
// Where the peaks stay below -58 dBFS for 15 s and more.
std::vector<Span> silences_in(const std::vector<std::int16_t>& peaks, std::int64_t step_ms);

// Decodes the sound of all segments; `progress` is told 0..1 now and then. A segment that is
// missing, foreign or cut gives what it has. Takes some seconds an hour. Nothing when stopped.
std::optional<SoundLane> hear(const Evening& evening, const std::filesystem::path& folder,
                              Clock& clock, std::stop_token stop,
                              const std::function<void(double)>& progress);

// In the cache; an empty path: nowhere.
std::optional<SoundLane> load_sound(const std::filesystem::path& file, std::string_view key);
void save_sound(const std::filesystem::path& file, std::string_view key, const SoundLane& lane);

std::vector<Problem> problems_in(const SoundLane& lane);
OrderedJson sound_json(const SoundLane& lane);

}  // namespace xb::review

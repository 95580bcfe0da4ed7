// Effort: how much of the machine an encoder takes for a picture.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xb::output {

// Each costs less than the one before. The picture keeps its size, so that nobody who receives it
// has to begin anew.
enum class Effort : std::uint8_t {
  usual = 1,
  less,         // x264's superfast: some two thirds of the time of veryfast
  least,        // x264's ultrafast: less than half of it
  every_other,  // that, and only every other Frame
};

inline std::string_view name_of(Effort effort) {
  switch (effort) {
    case Effort::usual: return "usual";
    case Effort::less: return "less";
    case Effort::least: return "least";
    case Effort::every_other: return "every_other";
  }
  return "usual";
}

// What veryfast has, for presets below it: with them the parameter sets stay as they are.
inline constexpr const char* params_of_veryfast = "cabac=1:8x8dct=1:ref=1:weightp=1";

// x264's name for it.
inline std::string preset_of(Effort effort, const std::string& usual) {
  switch (effort) {
    case Effort::usual: return usual;
    case Effort::less: return "superfast";
    case Effort::least:
    case Effort::every_other: return "ultrafast";
  }
  return usual;
}

}  // namespace xb::output

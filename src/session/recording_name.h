// What recordings in a Session folder are called: "program-012.mp4".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xb::session {

// What was on air, and the same without overlays.
inline constexpr std::string_view program_recording = "program";
inline constexpr std::string_view clean_recording = "clean";

std::string recording_name(std::string_view recording, int number);
// 0 to 999999. Nothing: not a recording of this sort. A name that has one leads nowhere else.
std::optional<int> recording_number(std::string_view name, std::string_view recording);
// Of either sort.
bool is_recording_name(std::string_view name);

// Regular files of this sort in `folder`, by number; of the first 100 000 names the disk tells, the
// 5000 with the lowest numbers. Touches the disk.
std::vector<std::string> recordings_in(const std::filesystem::path& folder,
                                       std::string_view recording);
// Whether there is one among the first 1000 names the disk tells: stops at the first.
bool has_recording(const std::filesystem::path& folder, std::string_view recording);

}  // namespace xb::session

// A name, a dash, three digits or more. SPDX-License-Identifier: Apache-2.0
#include "session/recording_name.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace xb::session {
namespace {

constexpr std::string_view ending = ".mp4";
constexpr std::ptrdiff_t fewest_digits = 3;
constexpr std::size_t most_files = 5000;

}  // namespace

std::string recording_name(std::string_view recording, int number) {
  return fmt::format("{}-{:03}{}", recording, number, ending);
}

std::optional<int> recording_number(std::string_view name, std::string_view recording) {
  if (!name.starts_with(recording) || !name.ends_with(ending)) return std::nullopt;
  name.remove_suffix(ending.size());
  name.remove_prefix(std::min(name.size(), recording.size()));
  if (!name.starts_with('-')) return std::nullopt;
  name.remove_prefix(1);
  const char* const end = name.data() + name.size();
  if (end - name.data() < fewest_digits || *name.data() == '-') return std::nullopt;
  int number = 0;
  const auto read = std::from_chars(name.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

bool is_recording_name(std::string_view name) {
  return recording_number(name, program_recording) || recording_number(name, clean_recording);
}

std::vector<std::string> recordings_in(const std::filesystem::path& folder,
                                       std::string_view recording) {
  std::vector<std::pair<int, std::string>> found;
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder, code), end;
       !code && at != end && found.size() < most_files; at.increment(code)) {
    auto name = at->path().filename().string();
    std::error_code unknown;
    const auto number = recording_number(name, recording);
    if (number && std::filesystem::is_regular_file(at->symlink_status(unknown)))
      found.emplace_back(*number, std::move(name));
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& [number, name] : found) out.push_back(std::move(name));
  return out;
}

}  // namespace xb::session

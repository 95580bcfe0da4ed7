// A name, a dash, three to six digits. SPDX-License-Identifier: Apache-2.0
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
constexpr std::ptrdiff_t most_digits = 6;
constexpr std::size_t most_files = 5000;
constexpr std::size_t most_names = 100'000;
constexpr std::size_t most_names_for_one = 1000;

// Calls `found` with the number and the name of each until it says false.
template <class Found>
void each_recording(const std::filesystem::path& folder, std::string_view recording,
                    std::size_t names_left, Found found) {
  std::error_code code;
  for (std::filesystem::directory_iterator at(folder, code), end;
       !code && at != end && names_left > 0; at.increment(code), --names_left) {
    auto name = at->path().filename().string();
    std::error_code unknown;
    const auto number = recording_number(name, recording);
    if (number && std::filesystem::is_regular_file(at->symlink_status(unknown)) &&
        !found(*number, std::move(name)))
      return;
  }
}

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
  const auto digits = end - name.data();
  if (digits < fewest_digits || digits > most_digits || *name.data() == '-') return std::nullopt;
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
  each_recording(folder, recording, most_names, [&](int number, std::string&& name) {
    found.emplace_back(number, std::move(name));
    return true;
  });
  std::sort(found.begin(), found.end());
  if (found.size() > most_files) found.resize(most_files);
  std::vector<std::string> out;
  for (auto& [number, name] : found) out.push_back(std::move(name));
  return out;
}

bool has_recording(const std::filesystem::path& folder, std::string_view recording) {
  bool is_there = false;
  each_recording(folder, recording, most_names_for_one, [&](int, std::string&&) {
    is_there = true;
    return false;
  });
  return is_there;
}

}  // namespace xb::session

// One decimal number in a small file.
// SPDX-License-Identifier: Apache-2.0
#include "session/reserved.h"

#include <charconv>
#include <string>

#include "base/files.h"

namespace xb::session {
namespace {

// What pages can tell apart; 5000 events a second get there in 57 000 years.
constexpr std::int64_t most_numbers = std::int64_t{1} << 53;

}  // namespace

std::int64_t read_reserved(const std::filesystem::path& file) {
  const auto text = read_file(file, 64);
  if (!text) return 0;
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  const bool is_ours = error == std::errc() && stop == end && number > 0 && number <= most_numbers;
  return is_ours ? number : 0;
}

Status write_reserved(const std::filesystem::path& file, std::int64_t up_to) {
  return write_file_atomically(file, std::to_string(up_to), 0600);
}

}  // namespace xb::session

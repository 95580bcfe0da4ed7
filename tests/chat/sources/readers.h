// What the tests of the platforms' readers share. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "chat/reading.h"
#include "net/json.h"

namespace xb::chat {

// All events of a reading in their one form, one a line.
inline std::string lines_of(const Reading& reading) {
  std::string out;
  for (const auto& event : reading.events) out += net::dump(to_json(event)) + "\n";
  return out;
}

inline std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  return out;
}

}  // namespace xb::chat

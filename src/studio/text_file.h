// Text files as they come: encoding found, limits kept, places counted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace xb::studio {

struct Place {
  int line = 1;
  int column = 1;  // in characters
};

// The first byte that is not valid UTF-8, a NUL included.
std::optional<std::size_t> first_bad_byte(std::string_view text);
Place place_of(std::string_view text, std::size_t byte);

// `text` without a UTF-8 byte order mark.
std::string_view without_bom(std::string_view text);

// UTF-8 of GB18030 bytes; nothing when they are not GB18030.
std::optional<std::string> from_gb18030(std::string_view bytes);

// Code points of valid UTF-8.
std::size_t length_of(std::string_view utf8);

}  // namespace xb::studio

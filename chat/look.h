// Look: walks JSON of a foreign shape without ever failing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/json_fwd.h"

namespace xb::chat {

// A place in a JSON value, or nowhere: a missing field, an index beyond the end and a wrong type
// all lead nowhere, as do their children. The JSON must outlive it. Platforms leave fields out and
// change types from one month to the next; what matters is judged when the ChatEvent is checked.
class Look {
 public:
  Look() = default;
  explicit Look(const Json& json) : json_(&json) {}
  // Nothing when it is no object, or has no such key.
  Look operator[](std::string_view key) const;
  // Nothing when it is no array, or shorter.
  Look operator[](std::size_t index) const;
  const Json* json() const { return json_; }
  bool is_there() const;
  bool is_object() const;
  bool is_text() const;
  // Of an array; else 0.
  std::size_t size() const;

  // Empty when it is no string.
  std::string text() const;
  // A string as it is, an integer by its digits (never through a double); else empty.
  std::string id() const;
  // An integer within int64, also when it is written as a string ("123"): some platforms do either.
  std::optional<std::int64_t> whole() const;
  // Not negative.
  std::optional<std::int64_t> natural() const {
    const auto value = whole();
    return value && *value >= 0 ? value : std::nullopt;
  }
  // true, or the number 1.
  bool is_true() const;

 private:
  const Json* json_ = nullptr;
};

}  // namespace xb::chat

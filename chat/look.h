// Look: walks JSON of a foreign shape without ever failing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/json.h"

namespace xb::chat {

// A place in a JSON value, or nowhere: a missing field, an index beyond the end and a wrong type
// all lead nowhere, as do their children. The JSON must outlive it. Platforms leave fields out and
// change types from one month to the next; what matters is judged when the ChatEvent is checked.
class Look {
 public:
  Look() = default;
  explicit Look(const Json& json) : json_(&json) {}
  Look operator[](std::string_view key) const {
    if (json_ == nullptr || !json_->is_object()) return {};
    const auto at = json_->find(key);
    return at == json_->end() ? Look() : Look(*at);
  }
  Look operator[](std::size_t index) const {
    if (json_ == nullptr || !json_->is_array() || index >= json_->size()) return {};
    return Look((*json_)[index]);
  }
  const Json* json() const { return json_; }
  bool is_there() const { return json_ != nullptr && !json_->is_null(); }
  bool is_object() const { return json_ != nullptr && json_->is_object(); }
  bool is_text() const { return json_ != nullptr && json_->is_string(); }
  std::size_t size() const { return json_ != nullptr && json_->is_array() ? json_->size() : 0; }

  // Empty when it is no string.
  std::string text() const { return is_text() ? json_->get<std::string>() : std::string(); }
  // A string as it is, an integer by its digits (never through a double); else empty.
  std::string id() const {
    if (json_ == nullptr) return {};
    if (json_->is_number_unsigned()) return std::to_string(json_->get<std::uint64_t>());
    if (json_->is_number_integer()) return std::to_string(json_->get<std::int64_t>());
    return text();
  }
  // An integer within int64, also when it is written as a string ("123"): some platforms do either.
  std::optional<std::int64_t> whole() const;
  // Not negative.
  std::optional<std::int64_t> natural() const {
    const auto value = whole();
    return value && *value >= 0 ? value : std::nullopt;
  }
  // true, or the number 1.
  bool is_true() const {
    return json_ != nullptr && (json_->is_boolean() ? json_->get<bool>() : whole() == 1);
  }

 private:
  const Json* json_ = nullptr;
};

}  // namespace xb::chat

// SPDX-License-Identifier: Apache-2.0
#include "chat/look.h"

#include <charconv>
#include <limits>

#include "net/json.h"

namespace xb::chat {

Look Look::operator[](std::string_view key) const {
  if (!is_object()) return {};
  const auto at = json_->find(key);
  return at == json_->end() ? Look() : Look(*at);
}

Look Look::operator[](std::size_t index) const {
  return index < size() ? Look((*json_)[index]) : Look();
}

bool Look::is_there() const { return json_ != nullptr && !json_->is_null(); }
bool Look::is_object() const { return json_ != nullptr && json_->is_object(); }
bool Look::is_text() const { return json_ != nullptr && json_->is_string(); }

std::size_t Look::size() const {
  return json_ != nullptr && json_->is_array() ? json_->size() : 0;
}

std::string Look::text() const { return is_text() ? json_->get<std::string>() : std::string(); }

std::string Look::id() const {
  if (json_ == nullptr) return {};
  if (json_->is_number_unsigned()) return std::to_string(json_->get<std::uint64_t>());
  if (json_->is_number_integer()) return std::to_string(json_->get<std::int64_t>());
  return text();
}

std::optional<std::int64_t> Look::whole() const {
  if (json_ == nullptr) return std::nullopt;
  if (json_->is_number_unsigned()) {
    const auto value = json_->get<std::uint64_t>();
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return value <= most ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
  }
  if (json_->is_number_integer()) return json_->get<std::int64_t>();
  if (!json_->is_string()) return std::nullopt;
  const auto& digits = json_->get_ref<const std::string&>();
  std::int64_t value = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

bool Look::is_true() const {
  return json_ != nullptr && (json_->is_boolean() ? json_->get<bool>() : whole() == 1);
}

}  // namespace xb::chat

// SPDX-License-Identifier: Apache-2.0
#include "chat/look.h"

#include <charconv>
#include <limits>

namespace xb::chat {

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

}  // namespace xb::chat

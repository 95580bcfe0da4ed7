// Checks without floating point: 0.1 + 0.2 has no place on a price tag.
// SPDX-License-Identifier: Apache-2.0
#include "rules/price_label.h"

#include <algorithm>
#include <utility>

namespace xb::rules {
namespace {

constexpr std::size_t most_digits = 6;
constexpr std::size_t most_decimals = 2;

bool are_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

std::optional<std::string> shown_price(std::string_view price) {
  price = trimmed(price);
  const auto dot = price.find('.');
  auto whole = price.substr(0, dot);
  auto decimals = dot == std::string_view::npos ? std::string_view() : price.substr(dot + 1);
  if (whole.empty() || !are_digits(whole) || !are_digits(decimals)) return std::nullopt;
  if (dot != std::string_view::npos && decimals.empty()) return std::nullopt;
  if (decimals.size() > most_decimals) return std::nullopt;
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.size() > most_digits) return std::nullopt;
  while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  if (whole.empty() && decimals.empty()) return std::nullopt;  // zero
  std::string out(whole.empty() ? "0" : whole);
  if (!decimals.empty()) out.append(".").append(decimals);
  return out;
}

Result<std::string> complete_price(const PriceLabel& label) {
  std::string missing;
  const auto miss = [&missing](std::string_view what) {
    if (!missing.empty()) missing += ", ";
    missing += what;
  };
  auto price = shown_price(label.price);
  if (trimmed(label.name).empty()) miss("name");
  if (trimmed(label.unit).empty()) miss("unit");
  if (!price) miss("price");
  if (!missing.empty()) return Error(ErrorCode::price_incomplete, std::move(missing));
  return std::move(*price);
}

}  // namespace xb::rules

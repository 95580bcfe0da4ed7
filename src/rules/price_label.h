// Price label: a product card is complete or it does not go on air.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xb::rules {

struct PriceLabel {
  std::string_view name;
  std::string_view unit;   // "5 斤装"
  std::string_view price;  // yuan, a decimal
};

// The price as it is shown: "29.90" -> "29.9", "030" -> "30". A price is digits with at most two
// decimals, up to 999999.99, and above zero: an empty cell must not give goods away. Nothing when
// it is no price.
std::optional<std::string> shown_price(std::string_view price);

// The price as it is shown. Errors: price_incomplete, naming what is missing or wrong.
Result<std::string> complete_price(const PriceLabel& label);

}  // namespace xb::rules

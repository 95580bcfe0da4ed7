// The stock of a product: how many are left, in words and as a bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "overlay/text.h"
#include "overlay/theme.h"
#include "overlay/values.h"

namespace xb::overlay {

// The bar needs a whole: the most there was of a product since the program began. No other number
// is known, and none is invented. Only products of the tables noted last are kept.
class MostStock {
 public:
  void note(const std::shared_ptr<const Tables>& tables);
  std::int64_t of(const Product& product) const;  // 0: never had one

 private:
  std::shared_ptr<const Tables> noted_;
  std::map<std::string, std::int64_t> most_;  // by product id
};

inline constexpr double stock_h = 61;  // u

// `product` has a stock; `most` is the whole of the bar, 0: there is none.
void draw_stock(Canvas& canvas, const Theme& theme, TextShaper& text, const Product& product,
                std::int64_t most, Area area);

}  // namespace xb::overlay

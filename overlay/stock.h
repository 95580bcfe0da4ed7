// The stock of a product: how many are left, in words and as a bar.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "overlay/text.h"
#include "overlay/theme.h"
#include "overlay/values.h"

namespace xb::overlay {

inline constexpr double stock_h = 61;  // u

// `product` has a stock; `most` is the whole of the bar, 0: there is none.
void draw_stock(Canvas& canvas, const Theme& theme, TextShaper& text, const Product& product,
                std::int64_t most, Area area);

}  // namespace xb::overlay

// A card without name, unit or price is refused.
// SPDX-License-Identifier: Apache-2.0
#include "rules/price_label.h"

#include <gtest/gtest.h>

namespace xb::rules {
namespace {

std::string price_of(std::string_view price) {
  auto checked = complete_price({"高山小米", "5 斤装", price});
  return checked ? *checked : "refused";
}

TEST(PriceLabel, shows_a_price_without_idle_zeros) {
  EXPECT_EQ(price_of("29.9"), "29.9");
  EXPECT_EQ(price_of("29.90"), "29.9");
  EXPECT_EQ(price_of("30.00"), "30");
  EXPECT_EQ(price_of("030"), "30");
  EXPECT_EQ(price_of("0.05"), "0.05");
  EXPECT_EQ(price_of(" 1286 "), "1286");
  EXPECT_EQ(price_of("999999.99"), "999999.99");
}

TEST(PriceLabel, refuses_what_is_no_price) {
  for (const std::string_view bad :
       {"", " ", "0", "0.00", "-1", "+1", "29,9", "1e3", "29.999", ".5", "5.", "1000000", "29.9.1",
        "¥29.9", "２９", "NaN", "面议"})
    EXPECT_EQ(price_of(bad), "refused") << bad;
}

TEST(PriceLabel, names_everything_that_is_missing) {
  EXPECT_EQ(complete_price({"", " ", "0"}).error().detail(), "name, unit, price");
  EXPECT_EQ(complete_price({"高山小米", "", "29.9"}).error().detail(), "unit");
  EXPECT_EQ(complete_price({"", "", ""}).error().code(), ErrorCode::price_incomplete);
}

}  // namespace
}  // namespace xb::rules

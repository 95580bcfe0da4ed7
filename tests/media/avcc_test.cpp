// SPDX-License-Identifier: Apache-2.0
#include "media/avcc.h"

#include <gtest/gtest.h>

namespace xb::media {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Avcc, turns_start_codes_into_lengths) {
  const Bytes annex_b{0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 1, 0x68, 9, 0, 0, 0, 1, 0x65, 0, 5};
  const auto units = nal_units(annex_b);
  ASSERT_EQ(units.size(), 3U);
  EXPECT_EQ(units[0].size(), 4U);
  EXPECT_EQ(units[1].size(), 2U);
  Bytes out;
  append_avcc(out, std::span(annex_b).subspan(13));
  EXPECT_EQ(out, (Bytes{0, 0, 0, 3, 0x65, 0, 5}));
  EXPECT_EQ(avc_configuration(annex_b),
            (Bytes{1, 1, 2, 3, 0xFF, 0xE1, 0, 4, 0x67, 1, 2, 3, 1, 0, 2, 0x68, 9}));
  EXPECT_TRUE(avc_configuration(Bytes{0, 0, 1, 0x65}).empty());
}

TEST(Avcc, finds_the_parameter_sets_before_a_picture) {
  const Bytes annex_b{0, 0,    1, 0x09, 0x10, 0, 0,    1, 0x67, 1, 2, 3,    0, 0,
                      1, 0x68, 9, 0,    0,    1, 0x65, 7, 0,    0, 1, 0x68, 8};
  EXPECT_EQ(parameter_sets(annex_b), (Bytes{0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68, 9}));
  EXPECT_TRUE(parameter_sets(Bytes{0, 0, 1, 0x65, 7}).empty());
  EXPECT_TRUE(parameter_sets({}).empty());
}

TEST(Avcc, tells_a_picture_to_begin_with_in_both_forms) {
  EXPECT_TRUE(has_idr(Bytes{0, 0, 1, 0x06, 5, 0, 0, 1, 0x65, 7}, {}));
  EXPECT_FALSE(has_idr(Bytes{0, 0, 1, 0x06, 5, 0, 0, 1, 0x41, 7}, {}));
  const Bytes four{1, 0x64, 0, 31, 0xFF, 0xE1, 0};
  const Bytes two{1, 0x64, 0, 31, 0xFD, 0xE1, 0};
  EXPECT_TRUE(has_idr(Bytes{0, 0, 0, 2, 0x06, 5, 0, 0, 0, 2, 0x65, 7}, four));
  EXPECT_FALSE(has_idr(Bytes{0, 0, 0, 2, 0x06, 5, 0, 0, 0, 2, 0x41, 7}, four));
  EXPECT_TRUE(has_idr(Bytes{0, 2, 0x06, 5, 0, 2, 0x65, 7}, two));
  EXPECT_FALSE(has_idr(Bytes{0, 0, 0, 9, 0x65, 7}, four)) << "longer than the packet";
  EXPECT_FALSE(has_idr(Bytes{0, 0, 0, 0, 0, 0, 0, 0}, four));
  EXPECT_FALSE(has_idr({}, four));
}

}  // namespace
}  // namespace xb::media

// SPDX-License-Identifier: Apache-2.0
#include "overlay/qr_picture.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "overlay/qr.h"

namespace xb::overlay {
namespace {

TEST(QrPicture, has_a_square_for_each_dark_module_and_room_around) {
  const std::string link = "http://192.168.1.5:7181/";
  const auto code = make_qr(link);
  const auto picture = qr_picture(link);
  ASSERT_TRUE(code && picture);
  const auto side = std::to_string(code->side + 8);
  EXPECT_NE(picture->find("viewBox=\"0 0 " + side + " " + side + "\""), std::string::npos);
  std::vector<bool> drawn(code->is_dark.size());
  for (auto at = picture->find("h1v1h-1z"); at != picture->npos;
       at = picture->find("h1v1h-1z", at + 1)) {
    int x = 0;
    int y = 0;
    ASSERT_EQ(std::sscanf(picture->c_str() + picture->rfind('M', at), "M%d %d", &x, &y), 2);
    drawn.at(static_cast<std::size_t>((y - 4) * code->side + x - 4)) = true;
  }
  EXPECT_EQ(drawn, code->is_dark);
}

TEST(QrPicture, is_none_of_what_no_code_can_hold) {
  EXPECT_FALSE(qr_picture(""));
  EXPECT_FALSE(qr_picture(std::string(600, 'x')));
}

}  // namespace
}  // namespace xb::overlay

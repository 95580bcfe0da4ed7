// SPDX-License-Identifier: Apache-2.0
#include "vision/qr_reader.h"

#include <gtest/gtest.h>

#include "media/key_picture.h"

namespace xb::vision {
namespace {

TEST(QrReader, reads_nothing_where_there_is_no_code_nor_outside_the_picture) {
  media::Picture picture(640, 360);
  picture.fill(200, 128, 128);
  EXPECT_FALSE(read_qr(picture, {100, 100, 92, 92}));
  EXPECT_FALSE(read_qr(picture, {600, 300, 200, 200}));
  EXPECT_FALSE(read_qr(picture, {900, 900, 92, 92}));
  EXPECT_FALSE(read_qr(picture, {0, 0, 0, 0}));
}

TEST(QrReader, refuses_a_packet_that_is_no_picture) {
  EXPECT_FALSE(media::decode_key_frame(media::Packet{}));
}

}  // namespace
}  // namespace xb::vision

// SPDX-License-Identifier: Apache-2.0
#include "output/preview.h"

#include <gtest/gtest.h>

#include "live_support.h"
#include "media/jpeg.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include "media/av.h"

namespace xb::output {
namespace {

struct Decoded {
  int width = 0;
  int height = 0;
  int y = 0, u = 0, v = 0;  // of the middle, as JPEG has them: full range, BT.601
};

Decoded decode(const std::string& jpeg) {
  Decoded out;
  media::CodecContext decoder(avcodec_alloc_context3(avcodec_find_decoder(AV_CODEC_ID_MJPEG)));
  if (avcodec_open2(decoder.get(), nullptr, nullptr) < 0) return out;
  auto packet = media::make_av_packet();
  av_new_packet(packet.get(), static_cast<int>(jpeg.size()));
  std::copy(jpeg.begin(), jpeg.end(), packet->data);
  auto frame = media::make_av_frame();
  if (avcodec_send_packet(decoder.get(), packet.get()) < 0 ||
      avcodec_receive_frame(decoder.get(), frame.get()) < 0)
    return out;
  out.width = frame->width;
  out.height = frame->height;
  out.y = frame->data[0][frame->height / 2 * frame->linesize[0] + frame->width / 2];
  out.u = frame->data[1][frame->height / 4 * frame->linesize[1] + frame->width / 4];
  out.v = frame->data[2][frame->height / 4 * frame->linesize[2] + frame->width / 4];
  return out;
}

TEST(Preview, keeps_colours_right) {
  media::Picture picture(1280, 720);
  picture.fill(235, 128, 128);  // white
  auto white = decode(*media::jpeg_of(picture, 640));
  EXPECT_EQ(white.width, 640);
  EXPECT_EQ(white.height, 360);
  EXPECT_GE(white.y, 253);
  picture.fill(63, 102, 240);  // red in BT.709: 255, 0, 0
  const auto red = decode(*media::jpeg_of(picture, 640));
  EXPECT_NEAR(red.y, 76, 3);  // red in BT.601 full range
  EXPECT_NEAR(red.u, 85, 3);
  EXPECT_NEAR(red.v, 255, 3);
}

TEST(Preview, makes_pictures_only_while_someone_watches) {
  SystemClock clock;
  Health health;
  Mailbox<media::Frame> frames("program -> preview");
  testing::Synthetic program(360, 640);
  Preview preview(frames, clock, health);
  EXPECT_FALSE(preview.is_watched());
  std::atomic<int> seen{0};
  std::atomic<int> width{0};
  auto handle = preview.watch([&](const Preview::Jpeg& jpeg) {
    width = decode(*jpeg).width;
    ++seen;
  });
  EXPECT_TRUE(preview.is_watched());
  frames.put(program.frame(0, Rate{}));
  ASSERT_TRUE(testing::eventually(clock, from_ms(3000), [&] { return seen == 1; }));
  EXPECT_EQ(width, 360);
  handle.reset();
  EXPECT_FALSE(preview.is_watched());
  frames.put(program.frame(1, Rate{}));
  ASSERT_TRUE(
      testing::eventually(clock, from_ms(3000), [&] { return frames.counters().depth == 0; }));
  EXPECT_EQ(seen, 1);
}

TEST(Preview, makes_at_most_ten_a_second) {
  SystemClock clock;
  Health health;
  Mailbox<media::Frame> frames("program -> preview");
  testing::Synthetic program(320, 180);
  Preview preview(frames, clock, health);
  std::atomic<int> seen{0};
  const auto handle = preview.watch([&](const Preview::Jpeg&) { ++seen; });
  const auto begin = clock.now();
  int number = 0;
  const bool has_made_some = testing::eventually(clock, from_ms(20'000), [&] {
    frames.put(program.frame(number++, Rate{}));
    return seen >= 5;
  });
  EXPECT_TRUE(has_made_some);
  const auto tenths = to_ms(clock.now() - begin) / 100;
  EXPECT_LE(seen, tenths + 2);
}

}  // namespace
}  // namespace xb::output

// The QR code of a real card, encoded by the real encoder and read back from its key frames.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>

#include "media/key_picture.h"
#include "output/encoder.h"
#include "overlay/artist.h"
#include "overlay/compositor.h"
#include "vision/qr_reader.h"

namespace xb::studio {
namespace {

constexpr Rate rate{30, 1};

// Leaves in the wind, grain and a slow pan: more than a camera in a room gives the encoder to do.
void draw_scene(media::Picture& picture, int frame) {
  std::uint32_t noise = 12345U + static_cast<std::uint32_t>(frame) * 7919U;
  for (int y = 0; y < picture.height(); ++y) {
    auto* row = picture.plane(0) + y * picture.stride(0);
    for (int x = 0; x < picture.width(); ++x) {
      noise = noise * 1664525U + 1013904223U;
      const int leaves = ((x + frame * 3) / 24 * 37 + (y + frame) / 18 * 61) % 90;
      row[x] = static_cast<std::uint8_t>(70 + leaves + static_cast<int>(noise >> 28U) - 8);
    }
  }
}

struct Read {
  int key_frames = 0;
  int scanned = 0;
};

// Four seconds of the card with this link on air; every key frame but the first is read.
Read off_air(overlay::CanvasSize size, const std::string& link, std::int64_t bitrate) {
  auto artist = overlay::Artist::make(size, "red", XB_SOURCE_DIR "/assets");
  EXPECT_TRUE(artist) << artist.error().log_line();
  auto tables = std::make_shared<overlay::Tables>();
  tables->products = {{"orange", 3, "高山红心果冻橙", "望溪村", "29.9", "5 斤装", 128, "", link}};
  overlay::LiveValues values;
  values.station.name = "望溪村";
  values.tables = tables;
  overlay::Scene scene;
  scene.product = "orange";
  const SessionTime settled(std::chrono::seconds(30));
  const auto bitmaps = (*artist)->paint(scene, values, settled);
  std::shared_ptr<const overlay::PlacedQr> qr;
  for (const auto& layer : bitmaps->layers) qr = layer.qr ? layer.qr : qr;
  Read out;
  if (!qr) return out;

  output::EncoderSettings settings;
  settings.width = size.width;
  settings.height = size.height;
  settings.rate = rate;
  settings.video_bitrate = bitrate;
  auto encoder = output::VideoEncoder::open(settings);
  EXPECT_TRUE(encoder) << encoder.error().log_line();
  const auto look = [&](media::PacketRef packet) {
    if (!packet->is_key || packet->pts == 0) return;
    const auto picture = media::decode_key_frame(*packet);
    ASSERT_TRUE(picture) << picture.error().log_line();
    ++out.key_frames;
    const auto text = vision::read_qr(*picture, {qr->box.x, qr->box.y, qr->box.w, qr->box.h});
    if (text == qr->link) ++out.scanned;
  };
  media::PicturePool pool("test", 40, [&] { return media::Picture(size.width, size.height); });
  for (int frame = 0; frame < 4 * 30 + 1; ++frame) {
    auto picture = pool.take();
    picture->fill(120, 120, 135);
    draw_scene(*picture, frame);
    overlay::compose(*picture, *bitmaps, settled);
    const FrameNumber number{frame};
    EXPECT_TRUE((*encoder)->encode({std::move(picture), time_of(number, rate), number}, look));
  }
  EXPECT_TRUE((*encoder)->finish(look));
  return out;
}

const std::string short_link = "https://x.example/p/orange";  // 26 bytes

TEST(QrOffAir, is_scanned_from_720_lines_at_1200_kbit) {
  const auto read = off_air({1280, 720}, short_link, 1'200'000);
  EXPECT_GE(read.key_frames, 2);
  EXPECT_EQ(read.scanned, read.key_frames);
}

TEST(QrOffAir, with_a_longer_link_than_surely_scans_is_shown_at_720_lines_and_may_read_back) {
  const auto read = off_air({1280, 720}, short_link + "/12345678", 2'500'000);
  EXPECT_GE(read.key_frames, 2);
  EXPECT_EQ(read.scanned, read.key_frames);
}

TEST(QrOffAir, is_scanned_from_1080_lines_with_a_longer_link) {
  const auto read = off_air({1920, 1080}, short_link + "?from=live&village=wangxi", 3'000'000);
  EXPECT_GE(read.key_frames, 2);
  EXPECT_EQ(read.scanned, read.key_frames);
}

TEST(QrOffAir, is_not_scanned_when_the_bitrate_is_far_too_low) {
  const auto read = off_air({1920, 1080}, short_link + "?from=live&village=wangxi", 150'000);
  EXPECT_GE(read.key_frames, 2);
  EXPECT_EQ(read.scanned, 0);
}

TEST(QrOffAir, is_never_shown_below_720_lines_nor_with_a_link_that_cannot_be_drawn_sharply) {
  EXPECT_EQ(off_air({854, 480}, short_link, 1'200'000).key_frames, 0);
  EXPECT_EQ(off_air({1280, 720}, short_link + std::string(60, 'x'), 1'200'000).key_frames, 0);
}

}  // namespace
}  // namespace xb::studio

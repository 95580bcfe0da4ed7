// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "capture/sample_scene.h"
#include "capture/sample_sprite.h"
#include "capture/sample_tune.h"
#include "capture/source.h"

namespace xb::capture {
namespace {

const std::filesystem::path samples = XB_SOURCE_DIR "/assets/samples";

bool same(const media::Picture& a, const media::Picture& b) {
  for (int p = 0; p < 3; ++p) {
    const int width = p == 0 ? a.width() : a.width() / 2;
    const int height = p == 0 ? a.height() : a.height() / 2;
    for (int y = 0; y < height; ++y) {
      if (std::memcmp(a.plane(p) + static_cast<std::ptrdiff_t>(y) * a.stride(p),
                      b.plane(p) + static_cast<std::ptrdiff_t>(y) * b.stride(p),
                      static_cast<std::size_t>(width)) != 0)
        return false;
    }
  }
  return true;
}

TEST(SampleScene, moves_and_is_the_same_at_the_same_time) {
  const auto scene = SampleScene::load(samples, 320, 180);
  ASSERT_TRUE(scene) << scene.error().en();
  media::Picture first(320, 180);
  media::Picture later(320, 180);
  media::Picture again(320, 180);
  (*scene)->draw(Duration(0), first);
  (*scene)->draw(std::chrono::seconds(1), later);
  (*scene)->draw(Duration(0), again);
  EXPECT_TRUE(same(first, again));
  EXPECT_FALSE(same(first, later));
}

TEST(SampleScene, covers_every_canvas_to_its_edges) {
  for (const auto& [width, height] :
       {std::pair{1280, 720}, {720, 1280}, {640, 480}, {64, 64}, {322, 100}, {98, 326}}) {
    const auto scene = SampleScene::load(samples, width, height);
    ASSERT_TRUE(scene) << scene.error().en();
    media::Picture picture(width, height);
    (*scene)->draw(std::chrono::hours(10), picture);
    int darkest = 255;
    for (int x = 0; x < width; ++x) {
      darkest = std::min(darkest, int{picture.plane(0)[x]});
      darkest = std::min(
          darkest,
          int{picture.plane(0)[static_cast<std::ptrdiff_t>(height - 1) * picture.stride(0) + x]});
    }
    for (int y = 0; y < height; ++y) {
      const auto* row = picture.plane(0) + static_cast<std::ptrdiff_t>(y) * picture.stride(0);
      darkest = std::min({darkest, int{row[0]}, int{row[width - 1]}});
    }
    EXPECT_GT(darkest, 22) << width << "x" << height;
  }
}

TEST(SampleScene, missing_drawings_are_an_error_that_names_them) {
  const auto scene = SampleScene::load("/nonexistent", 320, 180);
  ASSERT_FALSE(scene);
  EXPECT_EQ(scene.error().code(), ErrorCode::file_missing);
}

TEST(Sprite, blends_like_the_plain_formula) {
  media::Still still{2, 2, {}};
  for (int i = 0; i < 4; ++i) still.rgba.insert(still.rgba.end(), {128, 128, 128, 128});
  const Sprite sprite(still);
  media::Picture picture(8, 8);
  picture.fill(16, 128, 128);
  sprite.blend(picture, {.x16 = 2 * 16, .y16 = 2 * 16});
  // half white over black: the middle of the limited range
  EXPECT_NEAR(picture.plane(0)[2 * picture.stride(0) + 2], 126, 1);
  EXPECT_EQ(picture.plane(0)[0], 16);
  EXPECT_NEAR(picture.plane(1)[picture.stride(1) + 1], 128, 1);
}

TEST(Sprite, stays_inside_the_picture_wherever_it_is_put) {
  const Sprite sprite(media::Still{3, 5, std::vector<std::uint8_t>(60, 255)});
  media::Picture picture(16, 10);
  for (int x = -200; x < 400; x += 7) {
    for (int y = -200; y < 300; y += 11) sprite.blend(picture, {.x16 = x, .y16 = y});
  }
  picture.fill(16, 128, 128);
  sprite.blend(picture, {.x16 = 0, .y16 = 0, .opacity = 256, .below = 0});
  EXPECT_EQ(picture.plane(0)[0], 16);
}

TEST(SampleTune, is_clearly_heard_and_never_clips) {
  const auto tune = sample_tune();
  ASSERT_EQ(tune.size(), static_cast<std::size_t>(sample_tune_samples) * 2);
  float peak = 0;
  for (const float value : tune) peak = std::max(peak, std::abs(value));
  const auto dbfs = 20 * std::log10(peak);
  EXPECT_GT(dbfs, -20);
  EXPECT_LT(dbfs, -12);
  // the end joins the beginning without a click
  EXPECT_LT(std::abs(tune.front() - tune[tune.size() - 2]), 0.02F);
}

TEST(SampleSource, gives_pictures_and_sound_in_the_order_of_time) {
  const auto spec = parse_source("sample:");
  ASSERT_TRUE(spec) << spec.error().en();
  SourceSetup setup;
  setup.canvas.width = 160;
  setup.canvas.height = 90;
  setup.rate = {30, 1};
  setup.assets = XB_SOURCE_DIR "/assets";
  auto source = make_source(*spec, setup);
  ASSERT_TRUE(source) << source.error().en();
  ASSERT_TRUE((*source)->open({}));
  media::Picture picture(160, 90);
  Duration before{};
  int pictures = 0;
  int sounds = 0;
  while (pictures < 30) {
    const auto due = (*source)->next({});
    ASSERT_TRUE(due);
    EXPECT_GE(due->time, before);
    before = due->time;
    if (due->what == Next::picture) {
      ++pictures;
      EXPECT_TRUE((*source)->read_picture(picture, 0));
    } else {
      ++sounds;
      EXPECT_EQ((*source)->sound().size(), 2048U);
    }
  }
  EXPECT_NEAR(sounds, 46, 2);  // 29/30 s of blocks of 1024
}

}  // namespace
}  // namespace xb::capture

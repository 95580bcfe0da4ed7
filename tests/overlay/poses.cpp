// The motions of the design, one case each.
// SPDX-License-Identifier: Apache-2.0
#include "poses.h"

#include <opencv2/imgproc.hpp>

namespace xb::overlay::testing {
namespace {

constexpr CanvasSize landscape{1920, 1080};
constexpr CanvasSize portrait{1080, 1920};
const SessionTime begin{from_ms(60'000)};

Look quiet_look() {
  Look look = shop_look();
  look.scene.product.reset();
  look.values.chat.clear();
  return look;
}

Look before_milestone() {
  Look look = quiet_look();
  look.values.counter.total = 1299;
  look.values.counter.gained = 18;
  return look;
}

void product(Look& look) {
  look.scene.product = "orange";
  look.scene.product_since = begin;
}

void follow(Look& look) {
  CounterValues& counter = look.values.counter;
  ++counter.total;
  ++counter.gained;
  counter.last_follower = "春燕";
  counter.followers_merged = 1;
  counter.first_follow = counter.last_follow = begin;
}

void says(Look& look) {
  look.values.chat.push_back({9, ChatRole::viewer, "小河", "请问能发到新疆吗", begin});
}

const std::vector<PoseCase>& cases() {
  static const std::vector<PoseCase> all{
      {"nameplate-in",
       landscape,
       {60, 30, 560, 160},
       &quiet_look,
       [](Look& look) { look.scene.slate_since = begin; },
       {20, 120, 240, 520}},
      {"follower",
       landscape,
       {60, 160, 560, 260},
       &quiet_look,
       &follow,
       {0, 60, 140, 240, 420, 700, 1120, 1900}},
      {"milestone",
       landscape,
       {60, 160, 560, 420},
       &before_milestone,
       &follow,
       {100, 300, 700, 1200, 1800, 3000, 3800}},
      {"milestone-tall",
       portrait,
       {20, 200, 920, 320},
       &before_milestone,
       &follow,
       {300, 900, 1500, 2500}},
      {"product-in",
       landscape,
       {1380, 230, 540, 780},
       &quiet_look,
       &product,
       {40, 100, 160, 230, 300, 390, 480}},
      {"product-out",
       landscape,
       {1380, 230, 540, 780},
       &shop_look,
       [](Look& look) {
         look.scene.product.reset();
         look.scene.product_since = begin;
       },
       {0, 140, 200, 260, 280}},
      {"product-swap",
       landscape,
       {1380, 230, 540, 780},
       &shop_look,
       [](Look& look) {
         look.scene.product = "sauce";
         look.scene.product_since = begin;
       },
       {0, 120, 180, 240, 360}},
      {"product-emphasis",
       landscape,
       {1380, 230, 540, 780},
       &shop_look,
       [](Look& look) { look.scene.emphasis_since = begin; },
       {0, 150, 300, 450, 600, 900, 1350}},
      {"caption-in",
       landscape,
       {60, 830, 1400, 160},
       &quiet_look,
       [](Look& look) {
         look.scene.caption = "cistern";
         look.scene.caption_since = begin;
       },
       {50, 100, 180, 260, 340, 460, 640}},
      {"caption-out",
       landscape,
       {60, 830, 1400, 160},
       &story_look,
       [](Look& look) {
         look.scene.caption.reset();
         look.scene.caption_since = begin;
       },
       {0, 200, 260, 320}},
      {"lock",
       landscape,
       {0, 0, 1920, 1080},
       &story_look,
       [](Look& look) {
         look.scene.caption.reset();
         look.scene.caption_since = begin;
         product(look);
       },
       {0, 160, 480}},
      {"chat", landscape, {60, 480, 640, 380}, &shop_look, &says, {0, 40, 80, 140, 220}},
      {"product-in-9x16",
       portrait,
       {0, 900, 1080, 600},
       &story_look,
       [](Look& look) {
         look.scene.caption.reset();
         look.scene.caption_since = begin;
         product(look);
       },
       {20, 100, 200, 300, 480}},
      {"slate-in",
       landscape,
       {0, 0, 1920, 1080},
       &quiet_look,
       [](Look& look) {
         look.scene.slate = SlateKind::opening;
         look.scene.slate_since = begin;
       },
       {0, 150, 250, 350, 500}},
  };
  return all;
}

}  // namespace

std::span<const PoseCase> pose_cases() {
  return cases();
}

cv::Mat sheet_of(const PoseCase& shown, const std::string& theme, double scale, int columns) {
  auto artist = Artist::make(shown.size, theme, assets_folder());
  XB_CHECK(artist.has_value());
  Look look = shown.before();
  (*artist)->paint(look.scene, look.values, begin - from_ms(1));
  ++look.scene.version;
  shown.change(look);
  std::vector<cv::Mat> tiles;
  for (const int ms : shown.moments) {
    const SessionTime now = begin + from_ms(ms);
    const auto bitmaps = (*artist)->paint(look.scene, look.values, now);
    cv::Mat tile;
    cv::resize(seen(*bitmaps, shown.size, now)(shown.part), tile, {}, scale, scale, cv::INTER_AREA);
    cv::putText(tile, std::to_string(ms), {6, tile.rows - 8}, cv::FONT_HERSHEY_SIMPLEX, 0.5,
                {255, 255, 255}, 1, cv::LINE_AA);
    tiles.push_back(tile);
  }
  const int rows = (static_cast<int>(tiles.size()) + columns - 1) / columns;
  const cv::Size one = tiles[0].size();
  cv::Mat sheet(rows * (one.height + 6), columns * (one.width + 6), CV_8UC3, {40, 40, 40});
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const int column = static_cast<int>(i) % columns;
    const int row = static_cast<int>(i) / columns;
    tiles[i].copyTo(
        sheet({column * (one.width + 6), row * (one.height + 6), one.width, one.height}));
  }
  return sheet;
}

}  // namespace xb::overlay::testing

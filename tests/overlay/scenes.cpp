// Scenes, drawn pictures and a plain way to look at Bitmaps.
// SPDX-License-Identifier: Apache-2.0
#include "scenes.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <opencv2/imgproc.hpp>

#include "overlay/compositor.h"
#include "tests/support/png_file.h"

namespace xb::overlay::testing {
namespace {

SessionTime at(std::int64_t ms) {
  return SessionTime(from_ms(ms));
}

std::vector<Product> products() {
  const std::string folder = pictures_folder();
  return {
      {"orange", 3, "高山红心果冻橙", "望溪村果园·现摘", "29.9", "5 斤装", 128,
       folder + "/orange.png", "https://x.example/p/3"},
      {"sauce", 4, "土灶豆瓣酱", "晒足一年", "18.8", "500 克", 60, folder + "/sauce.png", ""},
      {"mushroom", 5, "林下香菇干", "今年新货", "45", "250 克", std::nullopt, "", ""},
  };
}

std::vector<ChatLine> chat() {
  return {{1, ChatRole::moderator, "小管家", "今天的橙子都是早上六点现摘的", at(50'000)},
          {2, ChatRole::viewer, "成都老饕", "主播,五斤大概有多少个呀?", at(52'000)},
          {3, ChatRole::fan, "山里的月亮", "上次买的特别甜,又来啦 🍊", at(54'000)},
          {4, ChatRole::newcomer, "春燕", "第一次来,关注了!", at(56'000)},
          {5, ChatRole::host, "刘姐", "欢迎春燕!五斤装大约十二到十五个", at(58'000)}};
}

Look base_look() {
  Look look;
  look.values.station = {"望溪村", "云岭县", "青禾镇"};
  auto tables = std::make_shared<Tables>();
  tables->products = products();
  tables->captions = {
      {"cistern", "1935 冬", "一口水缸的约定", "战士借宿三夜,临行前把铜钱压在老乡的水缸底下。",
       "村史馆口述记录(示例)", CaptionKind::heritage},
      {"picking", "11.23 今天", "果园今天采摘第三天",
       "上午摘完东坡的三十棵,下午换到西坡,边摘边装箱。", "果园采摘记录(示例)", CaptionKind::plain}};
  tables->notices = {"今天下午四点前下单,当天从村口发货", "坏果包赔,收货 48 小时内拍照就行",
                     "周六上午九点:村史馆直播,带大家看老水缸"};
  look.values.tables = tables;
  look.values.counter.total = 1286;
  look.values.counter.gained = 6;
  look.values.badges = {true, false, std::nullopt, "15:42", std::nullopt};
  look.scene.caption_since = at(58'500);  // the notices stand still for a moment more
  return look;
}

void save(const std::string& name, cv::Scalar ground, cv::Scalar ball) {
  cv::Mat picture(480, 640, CV_8UC3, ground);
  for (int i = 0; i < 5; ++i) {
    const cv::Point middle(150 + i * 85, 270 - (i % 2) * 60);
    cv::circle(picture, middle, 80, ball * 0.8, cv::FILLED, cv::LINE_AA);
    cv::circle(picture, middle - cv::Point(8, 10), 66, ball, cv::FILLED, cv::LINE_AA);
    cv::circle(picture, middle - cv::Point(26, 30), 16, {235, 245, 255}, cv::FILLED, cv::LINE_AA);
  }
  cv::rectangle(picture, {90, 330}, {550, 440}, {60, 110, 170}, cv::FILLED);
  test::write_png(name, picture);
}

template <class See>
void each_pixel(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now, See see) {
  for (const PlacedLayer& layer : bitmaps.layers) {
    const Sight sight = sight_of(layer, now);
    if (sight.bitmap == nullptr) continue;
    const Bitmap& b = *sight.bitmap;
    for (int py = sight.seen.y; py < sight.seen.bottom(); ++py) {
      for (int px = sight.seen.x; px < sight.seen.right(); ++px) {
        if (px < 0 || py < 0 || px >= canvas.width || py >= canvas.height) continue;
        see(b, px - sight.x, py - sight.y, px, py, static_cast<float>(sight.fade) / 255);
      }
    }
  }
}

}  // namespace

std::string assets_folder() {
  return XB_SOURCE_DIR "/assets";
}

const std::string& pictures_folder() {
  struct Folder {
    std::string path =
        (std::filesystem::temp_directory_path() / ("xb-overlay-" + std::to_string(::getpid())))
            .string();
    Folder() {
      std::filesystem::create_directories(path);
      save(path + "/orange.png", {210, 235, 250}, {40, 145, 245});
      save(path + "/sauce.png", {200, 220, 240}, {40, 50, 180});
    }
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  static const Folder folder;
  return folder.path;
}

Look shop_look() {
  Look look = base_look();
  look.scene.product = "orange";
  look.values.chat = chat();
  return look;
}

Look countdown_look() {
  Look look = shop_look();
  look.scene.countdown = std::exchange(look.scene.product, std::nullopt);
  look.scene.countdown_since = look.now - from_ms(1250);
  return look;
}

Look pinned_look() {
  Look look = shop_look();
  look.scene.pinned = look.values.chat[1];
  look.scene.pinned->arrived = at(58'500);
  return look;
}

Look story_look() {
  Look look = base_look();
  look.scene.caption = "cistern";
  look.values.chat = {{11, ChatRole::fan, "阿布的店", "老水缸现在还在吗?", at(52'000)},
                      {12, ChatRole::host, "刘姐", "在,就在村史馆,周六带大家看", at(54'000)},
                      {13, ChatRole::fan, "山里的月亮", "外公也讲过这段", at(56'000)},
                      {14, ChatRole::newcomer, "春燕", "第一次来,听得好认真", at(58'000)}};
  return look;
}

Look vertical_look() {
  Look look = story_look();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->captions[0].style = CaptionStyle::vertical;
  look.values.tables = tables;
  return look;
}

Look with_stock(std::int64_t stock) {
  Look look = shop_look();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->products[0].stock = stock;
  look.values.tables = tables;
  return look;
}

Look sold_out_look() {
  Look look = with_stock(0);
  look.values.counter.gained = 0;
  return look;
}

Look few_look() {
  Look look = with_stock(9);
  look.values.counter.stale_since = "15:31";
  return look;
}

Look bare_look() {
  Look look = shop_look();
  look.scene.product = "mushroom";
  look.values.counter.total = 1'286'000;
  look.values.counter.gained = 1520;
  return look;
}

Look plain_look() {
  Look look = shop_look();
  look.scene.caption = "picking";
  look.values.counter.last_follower = "春燕";
  look.values.counter.followers_merged = 3;
  look.values.counter.last_follow = at(59'000);
  look.values.badges.is_recording_only = true;
  look.values.badges.recording_since = at(60'000 - 5'076'000);
  return look;
}

Look aside_look() {
  Look look = shop_look();
  look.scene.card_place = CardPlace::second;
  look.scene.caption = "picking";
  return look;
}

Look opening_look() {
  Look look = base_look();
  look.scene.slate = SlateKind::opening;
  look.values.slate.opens_at = "15:47";
  look.values.badges.minute_began = at(60'000 - 28'000);
  return look;
}

Look away_look() {
  Look look = base_look();
  look.scene.slate = SlateKind::away;
  look.scene.product = "sauce";
  look.values.slate.away_title = "主播去拿样品";
  look.values.slate.away_minutes = 3;
  return look;
}

Look hostile_look() {
  Look look = base_look();
  const std::string stacked = "e\u0301\u0323\u0302ก็";
  const std::string family = "👨‍👩‍👧‍👦👍🏽🇨🇳";
  std::string endless;
  for (int i = 0; i < 40; ++i) endless += "长长的名字";
  auto tables = std::make_shared<Tables>();
  tables->products = {{"x", 128, "𠀀𠮷" + endless, "𡃁" + endless, "12888.88", "斤装礼盒附赠手提袋",
                       3, "", "https://x.example/p/3"}};
  tables->captions = {{"x", "1934–1936 长征时期以及以后很久", endless, "مرحبا " + family + endless,
                       endless, CaptionKind::plain}};
  tables->notices = {"<b>&amp; %s {}</b>", stacked + family, "שלום עולם",
                     "𡂁𪛖𪜀𫝀𬸀𮯠𰀀𱍐"};
  look.values.tables = tables;
  look.scene.product = "x";
  look.scene.caption = "x";
  look.values.station = {"上古城彝族乡𠮷野" + endless, "凉山彝族自治州", "喜德县·" + endless};
  look.values.counter.total = 1'286'000;
  look.values.counter.gained = 1520;
  look.values.counter.last_follower = "吉祥如意的小确幸" + endless;
  look.values.counter.followers_merged = 1;
  look.values.counter.last_follow = at(59'500);
  look.values.chat = {{1, ChatRole::viewer, "用户88371234567", endless, at(55'000)},
                      {2, ChatRole::fan, "𠮷野家的猫", family + stacked + "\U0010FFFD", at(56'000)},
                      {3, ChatRole::moderator, "مرحبا بالعالم", "שלום abc 123 مرحبا", at(57'000)},
                      {4, ChatRole::viewer, "",
                       "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikation", at(58'000)}};
  return look;
}

std::vector<std::uint8_t> composed(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now) {
  media::Picture picture(canvas.width, canvas.height);
  picture.fill(90, 110, 140);
  compose(picture, bitmaps, now);
  std::vector<std::uint8_t> bytes;
  for (int plane = 0; plane < 3; ++plane) {
    const int height = plane == 0 ? canvas.height : canvas.height / 2;
    const auto* from = picture.plane(plane);
    bytes.insert(bytes.end(), from, from + std::ptrdiff_t{picture.stride(plane)} * height);
  }
  return bytes;
}

cv::Mat seen(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now) {
  // in Y'CbCr, as the program picture is, then once to BGR
  cv::Mat picture(canvas.height, canvas.width, CV_32FC3);
  for (int y = 0; y < canvas.height; ++y) {
    const float down = static_cast<float>(y) / static_cast<float>(canvas.height);
    auto* const row = picture.ptr<cv::Vec3f>(y);
    std::fill_n(row, canvas.width, cv::Vec3f{190 - 110 * down, 140 - 30 * down, 118 + 22 * down});
  }
  each_pixel(bitmaps, canvas, now, [&](const Bitmap& b, int x, int y, int px, int py, float fade) {
    auto& out = picture.at<cv::Vec3f>(py, px);
    const auto i = static_cast<std::size_t>(y * b.stride + x);
    const auto c = static_cast<std::size_t>(y / 2 * b.chroma_stride + x / 2);
    const auto over = [&](float& under, std::uint8_t plane, std::uint8_t alpha) {
      under =
          fade * static_cast<float>(plane) + under * (255 - fade * static_cast<float>(alpha)) / 255;
    };
    over(out[0], b.y[i], b.alpha[i]);
    over(out[1], b.u[c], b.chroma_alpha[c]);
    over(out[2], b.v[c], b.chroma_alpha[c]);
  });
  cv::Mat bgr(canvas.height, canvas.width, CV_8UC3);
  for (int y = 0; y < canvas.height; ++y) {
    const auto* const row = picture.ptr<cv::Vec3f>(y);
    auto* const to = bgr.ptr<cv::Vec3b>(y);
    for (int x = 0; x < canvas.width; ++x) {
      const auto& p = row[x];
      const float l = (p[0] - 16) * 255 / 219;
      const float u = (p[1] - 128) * 255 / 224;
      const float v = (p[2] - 128) * 255 / 224;
      to[x] = {cv::saturate_cast<std::uint8_t>(l + 1.8556F * u),
               cv::saturate_cast<std::uint8_t>(l - 0.18733F * u - 0.46812F * v),
               cv::saturate_cast<std::uint8_t>(l + 1.5748F * v)};
    }
  }
  return bgr;
}

cv::Mat coverage(const Bitmaps& bitmaps, CanvasSize canvas, SessionTime now) {
  cv::Mat cover = cv::Mat::zeros(canvas.height, canvas.width, CV_8UC1);
  each_pixel(bitmaps, canvas, now, [&](const Bitmap& b, int x, int y, int px, int py, float fade) {
    auto& out = cover.at<std::uint8_t>(py, px);
    const float alpha = b.alpha[static_cast<std::size_t>(y * b.stride + x)];
    out = std::max(out, static_cast<std::uint8_t>(alpha * fade));
  });
  return cover;
}

}  // namespace xb::overlay::testing

// Writes every look in every theme and size as PNG when XB_LOOK names a folder: for human eyes.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <opencv2/imgcodecs.hpp>

#include "scenes.h"

namespace xb::overlay::testing {
namespace {

TEST(Look, is_written_for_people_when_a_folder_is_named) {
  const char* folder = std::getenv("XB_LOOK");
  if (folder == nullptr) GTEST_SKIP() << "XB_LOOK=FOLDER writes the pictures";
  const char* only = std::getenv("XB_LOOK_THEME");
  for (const char* theme : {"red", "harvest", "plain"}) {
    if (only != nullptr && std::string(only) != theme) continue;
    for (const CanvasSize size : {CanvasSize{1920, 1080}, {1280, 720}, {1080, 1920}, {640, 360}}) {
      auto artist = Artist::make(size, theme, assets_folder());
      ASSERT_TRUE(artist) << artist.error().log_line();
      const std::pair<const char*, Look> looks[] = {
          {"shop", shop_look()},       {"story", story_look()}, {"plain", plain_look()},
          {"opening", opening_look()}, {"away", away_look()},   {"hostile", hostile_look()}};
      for (const auto& [name, look] : looks) {
        const auto begin = std::chrono::steady_clock::now();
        const auto bitmaps = (*artist)->paint(look.scene, look.values, look.now);
        const auto took = std::chrono::steady_clock::now() - begin;
        std::cout << theme << ' ' << size.width << 'x' << size.height << ' ' << name << ' '
                  << std::chrono::duration<double, std::milli>(took).count() << " ms\n";
        cv::imwrite(std::string(folder) + "/" + theme + "-" + std::to_string(size.width) + "x" +
                        std::to_string(size.height) + "-" + name + ".png",
                    seen(*bitmaps, size, look.now));
      }
    }
  }
}

// What a change costs on the paint thread once photos, shadows and fonts are warm.
TEST(Look, tells_what_repaints_cost_when_a_folder_is_named) {
  if (std::getenv("XB_LOOK") == nullptr) GTEST_SKIP() << "XB_LOOK=FOLDER measures";
  for (const CanvasSize size : {CanvasSize{1920, 1080}, {1280, 720}, {1080, 1920}}) {
    auto artist = Artist::make(size, "red", assets_folder());
    ASSERT_TRUE(artist);
    Look look = shop_look();
    const auto median_ms = [&](const char* what, auto change) {
      std::vector<double> took;
      for (int i = 0; i < 21; ++i) {
        change(i);
        const auto begin = std::chrono::steady_clock::now();
        (*artist)->paint(look.scene, look.values, look.now);
        took.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
                .count());
      }
      const double first = took[0];
      std::sort(took.begin(), took.end());
      std::cout << size.width << 'x' << size.height << ' ' << what << ' ' << took[10]
                << " ms, first " << first << " ms\n";
    };
    median_ms("nothing", [](int) {});
    median_ms("counter", [&](int i) { look.values.counter.total = 1000 + i; });
    median_ms("card", [&](int i) { look.scene.product = i % 2 == 0 ? "sauce" : "orange"; });
    median_ms("chat line", [&](int i) {
      look.values.chat.push_back({static_cast<std::uint64_t>(100 + i), ChatRole::fan, "春燕",
                                  "第 " + std::to_string(i) + " 句话,真好看", look.now});
    });
    median_ms("clock", [&](int i) { look.values.badges.clock = i % 2 == 0 ? "15:43" : "15:44"; });
    median_ms("caption", [&](int i) {
      look.scene.caption = i % 2 == 0 ? std::optional<std::string>("picking") : std::nullopt;
    });
  }
}

}  // namespace
}  // namespace xb::overlay::testing

// Every look as PNG, and what repaints cost, for human eyes:
//   overlay_look FOLDER [THEME|motion]
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <iostream>

#include "poses.h"
#include "scenes.h"
#include "tests/support/png_file.h"

namespace xb::overlay::testing {
namespace {

using std::chrono::steady_clock;

double ms_since(steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - begin).count();
}

std::string text_of(CanvasSize size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

std::unique_ptr<Artist> artist_for(CanvasSize size, const std::string& theme) {
  auto artist = Artist::make(size, theme, assets_folder());
  if (artist) return std::move(*artist);
  std::cerr << artist.error().log_line() << '\n';
  std::exit(1);
}

void write_looks(const std::string& folder, const std::string& theme) {
  for (const CanvasSize size : {CanvasSize{1920, 1080}, {1280, 720}, {1080, 1920}, {640, 360}}) {
    const auto artist = artist_for(size, theme);
    const std::pair<const char*, Look> looks[] = {
        {"shop", shop_look()},           {"story", story_look()},   {"plain", plain_look()},
        {"countdown", countdown_look()}, {"pinned", pinned_look()}, {"vertical", vertical_look()},
        {"sold-out", sold_out_look()},   {"few", few_look()},       {"bare", bare_look()},
        {"opening", opening_look()},     {"away", away_look()},     {"hostile", hostile_look()}};
    for (const auto& [name, look] : looks) {
      const auto begin = steady_clock::now();
      const auto bitmaps = artist->paint(look.scene, look.values, look.now);
      std::cout << theme << ' ' << text_of(size) << ' ' << name << ' ' << ms_since(begin)
                << " ms\n";
      test::write_png(folder + "/" + theme + "-" + text_of(size) + "-" + name + ".png",
                      seen(*bitmaps, size, look.now));
    }
  }
}

// What a change costs on the paint thread once photos, shadows and fonts are warm.
void tell_costs(CanvasSize size, const std::string& theme) {
  const auto artist = artist_for(size, theme);
  Look look = shop_look();
  const auto median_ms = [&](const char* what, auto change) {
    std::vector<double> took;
    for (int i = 0; i < 21; ++i) {
      change(i);
      const auto begin = steady_clock::now();
      artist->paint(look.scene, look.values, look.now);
      took.push_back(ms_since(begin));
    }
    const double first = took[0];
    std::sort(took.begin(), took.end());
    std::cout << text_of(size) << ' ' << what << ' ' << took[10] << " ms, first " << first
              << " ms\n";
  };
  median_ms("nothing", [](int) {});
  median_ms("counter", [&](int i) { look.values.counter.total = 1000 + i; });
  median_ms("card", [&](int i) { look.scene.product = i % 2 == 0 ? "sauce" : "orange"; });
  median_ms("chat line", [&](int i) {
    look.values.chat.push_back({static_cast<std::uint64_t>(100 + i), ChatRole::fan, "春燕",
                                "第 " + std::to_string(i) + " 句话,真好看", look.now});
  });
  median_ms("card coming on", [&](int i) {
    look.scene.product = i % 2 == 0 ? "sauce" : "orange";
    look.now += std::chrono::seconds(4);
    look.scene.product_since = look.now;
    artist->paint(Scene{}, look.values, look.now - from_ms(1000));
  });
  median_ms("follower with pulse and roll", [&](int) {
    ++look.values.counter.total;
    look.values.counter.last_follower = "春燕";
    look.values.counter.followers_merged = 1;
    look.now += std::chrono::seconds(4);
    look.values.counter.first_follow = look.values.counter.last_follow = look.now;
  });
  median_ms("clock", [&](int i) { look.values.badges.clock = i % 2 == 0 ? "15:43" : "15:44"; });
  median_ms("caption", [&](int i) {
    look.scene.caption = i % 2 == 0 ? std::optional<std::string>("picking") : std::nullopt;
  });
}

void write_motions(const std::string& folder) {
  for (const PoseCase& shown : pose_cases()) {
    test::write_png(folder + "/motion-" + shown.name + ".png",
                    sheet_of(shown, "red", shown.part.width > 1000 ? 0.5 : 0.75, 4));
  }
}

int run(const std::vector<std::string>& args) {
  if (args.size() == 2 && args[1] == "motion") return write_motions(args[0]), 0;
  if (args.empty() || args.size() > 2) {
    std::cerr << "overlay_look FOLDER [THEME]\n";
    return 2;
  }
  for (const std::string theme : {"red", "harvest", "plain"}) {
    if (args.size() == 1 || args[1] == theme) write_looks(args[0], theme);
  }
  for (const CanvasSize size : {CanvasSize{1920, 1080}, {1280, 720}, {1080, 1920}}) {
    tell_costs(size, "red");
  }
  return 0;
}

}  // namespace
}  // namespace xb::overlay::testing

int main(int count, char** words) {
  return xb::overlay::testing::run({words + 1, words + count});
}

// Every text there is, with one character, as many as fit and ten times as many, in scripts nobody
// planned for: the ink stays in its box. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <map>

#include "base/text.h"
#include "overlay/compositor.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

struct Row {
  const char* name;
  int most;  // characters that fit
  void (*put)(Look&, const std::string&);
};

Product& product(Look& look) {
  auto tables = std::make_shared<Tables>(*look.values.tables);
  look.values.tables = tables;
  return tables->products[0];
}
Caption& caption(Look& look, const char* id) {
  look.scene.caption = id;
  if (id == std::string("cistern")) look.scene.product.reset();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  look.values.tables = tables;
  return tables->captions[id == std::string("cistern") ? 0 : 1];
}
Caption& upright(Look& look) {
  Caption& one = caption(look, "cistern");
  one.style = CaptionStyle::vertical;
  return one;
}
ChatLine& said(Look& look) {
  look.values.chat.resize(1);
  return look.values.chat[0];
}

// The rows of `overflow` in the design tokens, and what came after them.
const Row rows[] = {
    {"name", 8, [](Look& l, const std::string& t) { l.values.station.name = t; }},
    {"name_sub", 20, [](Look& l, const std::string& t) { l.values.station.township = t; }},
    {"caption_year", 6, [](Look& l, const std::string& t) { caption(l, "picking").year = t; }},
    {"caption_title", 18, [](Look& l, const std::string& t) { caption(l, "picking").title = t; }},
    {"caption_text", 32, [](Look& l, const std::string& t) { caption(l, "picking").text = t; }},
    {"caption_source", 15, [](Look& l, const std::string& t) { caption(l, "picking").source = t; }},
    {"vertical_year", 6, [](Look& l, const std::string& t) { upright(l).year = t; }},
    {"vertical_title", 12, [](Look& l, const std::string& t) { upright(l).title = t; }},
    {"vertical_text", 60, [](Look& l, const std::string& t) { upright(l).text = t; }},
    {"vertical_source", 20, [](Look& l, const std::string& t) { upright(l).source = t; }},
    {"product_name", 16, [](Look& l, const std::string& t) { product(l).name = t; }},
    {"product_origin", 10, [](Look& l, const std::string& t) { product(l).origin = t; }},
    {"price", 7,
     [](Look& l, const std::string& t) {
       product(l).price = std::string(grapheme_count(t) + 1, '8') + ".88";
     }},
    {"price_unit", 5, [](Look& l, const std::string& t) { product(l).unit = t; }},
    {"countdown_name", 16,
     [](Look& l, const std::string& t) {
       product(l).name = t;
       l.scene.product.reset();
       l.scene.countdown = "orange";
       l.scene.countdown_since = l.now - from_ms(1500);
     }},
    {"chat_msg", 28, [](Look& l, const std::string& t) { said(l).text = t; }},
    {"chat_name", 7, [](Look& l, const std::string& t) { said(l).name = t; }},
    {"pinned_msg", 28,
     [](Look& l, const std::string& t) {
       l.scene.pinned = said(l);
       l.scene.pinned->text = t;
       l.scene.pinned->arrived = l.now;
     }},
    {"follower", 5,
     [](Look& l, const std::string& t) {
       l.values.counter.last_follower = t;
       l.values.counter.followers_merged = 1;
       l.values.counter.last_follow = l.now - from_ms(600);
     }},
    {"ticker", 50,
     [](Look& l, const std::string& t) {
       auto tables = std::make_shared<Tables>(*l.values.tables);
       tables->notices = {t};
       l.values.tables = tables;
     }},
};

// One character each, as people see them.
const std::map<std::string, std::string> scripts = {
    {"chinese", "望"},       {"emoji", "👨\u200D👩\u200D👧\u200D👦"}, {"extension_b", "𠮷"},
    {"extension_g", "𰻝"}, {"extension_h", "\U00031350"},       {"arabic", "ش"},
    {"hebrew", "ש"},         {"stacked", "e\u0301\u0323\u0302"},  {"thai", "ก็"},
    {"wide_latin", "W"},
};

// Where a layer's ink may be on a canvas of the tokens' own size, in u.
Box allowed(const PlacedLayer& layer, bool is_tall) {
  switch (layer.layer) {
    case LayerName::nameplate: return is_tall ? Box{40, 228, 560, 124} : Box{96, 54, 720, 120};
    // with the newest follower's name beside or below
    case LayerName::counter: return is_tall ? Box{40, 368, 880, 110} : Box{96, 192, 512, 184};
    case LayerName::chat_panel:
    case LayerName::pinned: return is_tall ? Box{40, 960, 760, 476} : Box{96, 508, 520, 330};
    case LayerName::caption: {
      const bool is_upright = layer.bitmap->height > layer.bitmap->width;
      if (is_tall) return {40, 960, 880, 476};
      return is_upright ? Box{1448, 292, 376, 678} : Box{96, 852, 1320, 118};
    }
    case LayerName::countdown:
    case LayerName::product_card:
      return is_tall ? Box{40, 1198, 880, 238} : Box{1448, 244, 376, 726};
    case LayerName::ticker: return is_tall ? Box{40, 1380, 880, 56} : Box{96, 980, 1728, 46};
    case LayerName::badges: return is_tall ? Box{40, 228, 880, 130} : Box{96, 54, 1728, 52};
    case LayerName::slate: break;
  }
  return {0, 0, is_tall ? 1080 : 1920, is_tall ? 1920 : 1080};
}

// Pixels outside the box that are more than its shadow (at most 87).
int stray_ink(const PlacedLayer& layer, Box box, SessionTime now) {
  const Sight sight = sight_of(layer, now);
  if (sight.bitmap == nullptr) return 0;
  int stray = 0;
  for (int y = sight.seen.y; y < sight.seen.bottom(); ++y) {
    for (int x = sight.seen.x; x < sight.seen.right(); ++x) {
      const bool is_inside = x >= box.x && x < box.right() && y >= box.y && y < box.bottom();
      if (is_inside) continue;
      const auto at = static_cast<std::size_t>((y - sight.y) * sight.bitmap->stride + x - sight.x);
      if (sight.bitmap->alpha[at] > 100) ++stray;
    }
  }
  return stray;
}

// On 720p: two thirds of a pixel a u, edges on even pixels.
Box on_720p(Box u) {
  const int x = u.x * 2 / 3 - 2;
  const int y = u.y * 2 / 3 - 2;
  return {x, y, (u.x + u.w) * 2 / 3 + 2 - x, (u.y + u.h) * 2 / 3 + 2 - y};
}

class Overflow : public ::testing::TestWithParam<Row> {};

TEST_P(Overflow, keeps_the_ink_in_its_box) {
  double slowest_ms = 0;
  std::string slowest;
  for (const CanvasSize size : {CanvasSize{1280, 720}, {720, 1280}}) {
    const bool is_tall = size.height > size.width;
    auto artist = Artist::make(size, "red", assets_folder());
    ASSERT_TRUE(artist);
    for (const auto& [script, character] : scripts) {
      for (const int count : {1, GetParam().most, 10 * GetParam().most}) {
        std::string text;
        for (int i = 0; i < count; ++i) text += character;
        Look look = shop_look();
        GetParam().put(look, clean_outside_text(text));
        const Look other = shop_look();
        if (count > GetParam().most) {  // what it costs with the glyphs known: told, not asserted
          (*artist)->paint(look.scene, look.values, look.now);
          (*artist)->paint(other.scene, other.values, other.now);
          const std::clock_t begin = std::clock();
          (*artist)->paint(look.scene, look.values, look.now);
          const double ms = 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
          if (ms > slowest_ms) slowest = script;
          slowest_ms = std::max(slowest_ms, ms);
        }
        for (const auto& layer : (*artist)->paint(look.scene, look.values, look.now)->layers) {
          EXPECT_EQ(stray_ink(layer, on_720p(allowed(layer, is_tall)), look.now), 0)
              << script << " x " << count << ", " << name_of(layer.layer)
              << (is_tall ? ", 9:16" : ", 16:9");
        }
      }
    }
  }
  std::cout << GetParam().name << ": at most " << slowest_ms << " ms CPU (" << slowest << ")\n";
}

INSTANTIATE_TEST_SUITE_P(Rows, Overflow, ::testing::ValuesIn(rows),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace xb::overlay::testing

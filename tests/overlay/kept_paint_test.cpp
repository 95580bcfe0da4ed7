// What is kept from one paint to the next changes no pixel.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "overlay/text.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

std::unique_ptr<Artist> artist_for(CanvasSize size) {
  auto made = Artist::make(size, "red", assets_folder());
  EXPECT_TRUE(made);
  return std::move(*made);
}

SessionTime at_ms(std::int64_t ms) {
  return SessionTime(from_ms(ms));
}

void expect_same(const Bitmaps& one, const Bitmaps& two, CanvasSize size, SessionTime now) {
  EXPECT_TRUE(composed(one, size, now) == composed(two, size, now))
      << to_ms(now.time_since_epoch()) << " ms, " << size.width << "x" << size.height;
}

const CanvasSize sizes[] = {{1280, 720}, {1080, 1920}};
constexpr const char* names[] = {"春燕", "山里的月亮", "A", "吉祥如意的小确幸和她的朋友们", "阿月"};

void follow(LiveValues& values, std::int64_t ms, int number) {
  CounterValues& counter = values.counter;
  ++counter.total;
  ++counter.gained;
  counter.last_follower = names[number % 5];
  counter.followers_merged = 1 + number % 2;
  counter.first_follow = counter.last_follow = at_ms(ms);
}

void say(LiveValues& values, std::int64_t ms, int number) {
  constexpr const char* said[] = {
      "好", "今天的橙子都是早上六点现摘的，大家不要错过，下一批要等到周五", "包邮吗 🍊", "شكرا", ""};
  values.chat.push_back({static_cast<std::uint64_t>(100 + number),
                         static_cast<ChatRole>(1 + number % 5), names[number % 5], said[number % 5],
                         at_ms(ms)});
  if (values.chat.size() > 12) values.chat.erase(values.chat.begin());
}

// From 1295 to 1305 the figures need no more room, the names do; from 9998 on the figures do too,
// and near a million they are smaller, so that there is enough.
TEST(KeptPaint, of_counter_capsule_and_chat_is_as_if_painted_for_the_first_time) {
  for (const CanvasSize size : sizes) {
    for (const std::int64_t first : {1294, 9997, 99'998, 999'992}) {
      const auto kept = artist_for(size);
      Look look = shop_look();
      look.values.chat.clear();
      look.values.is_quiet = true;  // all that was before says nothing about what is now
      look.values.counter.total = first;
      look.values.counter.gained = first == 9997 ? 98 : first == 999'992 ? 99'980 : 6;
      for (int n = 0; n < 11; ++n) {
        const std::int64_t ms = 60'000 + 5'000 * n;  // a milestone is over by then
        follow(look.values, ms, n);
        say(look.values, ms, n);
        if (n == 7) look.values.counter.stale_since = "15:31";
        if (n == 8) look.values.counter.stale_since.reset();
        const auto fresh = artist_for(size);
        for (const std::int64_t now : {ms + 500, ms + 2'900}) {
          expect_same(*kept->paint(look.scene, look.values, at_ms(now)),
                      *fresh->paint(look.scene, look.values, at_ms(now)), size, at_ms(now));
        }
      }
    }
  }
}

// The gold dress comes, more people follow while it is worn, and it goes.
TEST(KeptPaint, of_a_milestone_is_as_if_painted_for_the_first_time) {
  for (const CanvasSize size : sizes) {
    const auto kept = artist_for(size);
    Look look = shop_look();
    look.values.chat.clear();
    look.values.is_quiet = true;
    look.values.counter.total = 1299;
    kept->paint(look.scene, look.values, at_ms(50'000));
    follow(look.values, 60'000, 0);
    const Look reached = look;
    for (const std::int64_t now : {60'500, 62'500, 63'500, 64'500, 66'000}) {
      if (now == 62'500) follow(look.values, 62'000, 1);
      const auto fresh = artist_for(size);
      fresh->paint(reached.scene, reached.values, at_ms(60'400));  // they know of it, too
      expect_same(*kept->paint(look.scene, look.values, at_ms(now)),
                  *fresh->paint(look.scene, look.values, at_ms(now)), size, at_ms(now));
    }
  }
}

TEST(KeptPaint, of_the_pulse_is_as_if_painted_for_the_first_time) {
  for (const CanvasSize size : sizes) {
    const auto kept = artist_for(size);
    Look look = shop_look();
    look.values.chat.clear();
    follow(look.values, 60'000, 0);
    kept->paint(look.scene, look.values, at_ms(60'000));
    kept->paint(look.scene, look.values, at_ms(62'000));
    follow(look.values, 90'000, 0);
    const auto fresh = artist_for(size);
    for (int ms = 90'000; ms < 91'400; ms += 33) {
      expect_same(*kept->paint(look.scene, look.values, at_ms(ms)),
                  *fresh->paint(look.scene, look.values, at_ms(ms)), size, at_ms(ms));
    }
  }
}

TEST(KeptPaint, of_the_pulse_keeps_the_ground_and_turns_pages_of_digits) {
  const auto artist = artist_for({1280, 720});
  Look look = shop_look();
  const auto ground_page = [&](std::int64_t ms) {
    follow(look.values, ms, 0);
    const auto bitmaps = artist->paint(look.scene, look.values, at_ms(ms));
    for (const PlacedLayer& layer : bitmaps->layers) {
      const bool has_pages = !layer.flipbook.pages.empty();
      if (layer.layer == LayerName::counter && layer.bitmap && has_pages)
        return layer.flipbook.pages.front().bitmap;
    }
    return std::shared_ptr<const Bitmap>();
  };
  const auto first = ground_page(60'000);
  ASSERT_TRUE(first);
  EXPECT_EQ(ground_page(70'000), first);
}

// Their panel is the same to the pixel, and is not painted twice.
TEST(KeptPaint, of_a_card_that_comes_on_has_the_panel_of_the_card_before) {
  const CanvasSize size{1280, 720};
  Look look = shop_look();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->products.push_back(tables->products.front());
  Product& other = tables->products.back();
  other.id = "pear";
  other.name = "青禾雪花梨";
  other.stock = 7;
  look.values.tables = tables;
  const auto kept = artist_for(size);
  const auto show = [&](Artist& artist, const char* id, std::int64_t ms) {
    look.scene.product = id;
    look.scene.product_since = at_ms(ms);
    return artist.paint(look.scene, look.values, at_ms(ms + 200));
  };
  const auto card_of = [](const Bitmaps& bitmaps) {
    Bitmaps card = bitmaps;
    std::erase_if(card.layers, [](const PlacedLayer& layer) {
      return layer.layer != LayerName::product_card || layer.is_leaving;
    });
    return card;
  };
  const auto first = show(*kept, "orange", 60'000);
  look.scene.product.reset();
  kept->paint(look.scene, look.values, at_ms(70'000));
  const auto second = show(*kept, "pear", 80'000);
  const Bitmaps card = card_of(*second);
  EXPECT_EQ(card_of(*first).layers.front().bitmap, card.layers.front().bitmap);
  const auto fresh = artist_for(size);
  expect_same(card, card_of(*show(*fresh, "pear", 80'000)), size, at_ms(80'200));
}

// A word joiner changes nothing but that what it is in is not plain.
TEST(Count, is_drawn_as_the_same_number_laid_out_whole) {
  for (const CanvasSize size : sizes) {
    auto theme = load_theme(assets_folder(), "red", size);
    ASSERT_TRUE(theme);
    const double unit = std::min(size.width, size.height) / 1080.0;
    auto text = TextShaper::make(*theme, unit);
    ASSERT_TRUE(text);
    for (const double figure_size : {theme->type.follower_total, 34 * 1.18, 32.0}) {
      const TextStyle style = figure_style(figure_size);
      for (const char* number : {"0", "7", "10", "1286", "99999", "+1", "+174", "1234567890",
                                 "71747", "1,286", "77,711", "12.3 万"}) {
        const TextBlock whole = (*text)->lay_out(number + std::string("\u2060"), style);
        const TextBlock figures = (*text)->lay_out(number, style);
        EXPECT_NEAR(figures.width(), whole.width(), 1e-9) << number;
        EXPECT_EQ(figures.height(), whole.height());
        EXPECT_EQ(figures.baseline(), whole.baseline());
        Canvas one({0, 0, 600, 120}, unit);
        Canvas two({0, 0, 600, 120}, unit);
        whole.draw(one, 72, 11.3, {255, 240, 220});
        figures.draw(two, 72, 11.3, {255, 240, 220});
        const auto a = one.take_whole();
        const auto b = two.take_whole();
        EXPECT_TRUE(a->y == b->y && a->alpha == b->alpha && a->u == b->u && a->v == b->v) << number;
      }
    }
  }
}

// From 01:01 over 00:59 to the time itself; then the Show names a later one.
TEST(KeptPaint, of_the_opening_slate_is_as_if_painted_for_the_first_time) {
  for (const CanvasSize size : sizes) {
    const auto kept = artist_for(size);
    Look look = opening_look();
    std::shared_ptr<const Bitmap> ground;
    for (const std::int64_t second : {0, 1, 2, 61, 62, 63}) {
      const auto now = at_ms(100'000 + 1'000 * second);
      look.values.badges.clock = second < 2 ? "15:45" : second < 62 ? "15:46" : "15:47";
      look.values.badges.minute_began = at_ms(second < 2    ? 100'000 - 59'000
                                              : second < 62 ? 101'000
                                                            : 161'000);
      if (second == 63) look.values.slate.opens_at = "16:47";
      const auto bitmaps = kept->paint(look.scene, look.values, now);
      expect_same(*bitmaps, *artist_for(size)->paint(look.scene, look.values, now), size, now);
      ASSERT_EQ(bitmaps->layers.size(), 2U);
      if (ground) {
        EXPECT_EQ(bitmaps->layers[0].bitmap, ground) << "only the figure is painted";
      }
      ground = bitmaps->layers[0].bitmap;
    }
  }
}

TEST(OpeningSlate, counts_over_midnight_and_says_after_it_what_it_says) {
  const auto artist = artist_for({1280, 720});
  Look look = opening_look();
  const auto big = [&](const char* clock, std::int64_t ms) {
    look.values.badges.clock = clock;
    return artist->paint(look.scene, look.values, at_ms(ms))->layers.at(1).bitmap;
  };
  look.values.slate.opens_at = "00:01";
  look.values.badges.minute_began = at_ms(60'000);
  const auto evening = big("23:59", 61'000);
  EXPECT_NE(big("23:59", 62'000), evening);
  look.values.badges.minute_began = at_ms(120'000);
  const auto last = big("00:00", 179'000);
  EXPECT_NE(big("00:01", 180'000), last) << "the same figures, but it is no countdown now";
}

TEST(OpeningSlate, counts_down_by_the_second_in_the_last_hour_alone) {
  const auto artist = artist_for({1280, 720});
  Look look = opening_look();
  look.values.slate.opens_at = "16:45";
  look.values.badges.clock = "15:46";
  const auto big = [&](std::int64_t ms) {
    return artist->paint(look.scene, look.values, at_ms(ms))->layers.at(1).bitmap;
  };
  look.values.badges.minute_began = at_ms(60'000);
  const auto first = big(60'200);
  EXPECT_EQ(big(60'900), first) << "within one second";
  EXPECT_NE(big(61'000), first);
  look.values.badges.clock = "15:45";
  const auto far = big(62'000);
  EXPECT_EQ(big(63'000), far) << "an hour before it stands the time";
  look.values.badges.clock = "16:45";
  const auto over = big(64'000);
  EXPECT_EQ(big(65'000), over) << "and afterwards";
  look.values.badges.clock = "16:44";
  look.values.badges.minute_began.reset();
  const auto unknown = big(66'000);
  EXPECT_EQ(big(67'000), unknown) << "and where no clock is known";
}

}  // namespace
}  // namespace xb::overlay::testing

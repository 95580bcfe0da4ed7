// The Artist: what is repainted when, where the ink may be, the rules of the slots.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <set>

#include "overlay/compositor.h"
#include "overlay/layer.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

constexpr CanvasSize landscape{1280, 720};
constexpr CanvasSize portrait{1080, 1920};

std::unique_ptr<Artist> artist_for(CanvasSize size, const std::string& theme = "red") {
  auto artist = Artist::make(size, theme, assets_folder());
  EXPECT_TRUE(artist) << artist.error().log_line();
  return std::move(*artist);
}

std::set<LayerName> layers_of(const Bitmaps& bitmaps) {
  std::set<LayerName> names;
  for (const auto& layer : bitmaps.layers) names.insert(layer.layer);
  return names;
}

const PlacedLayer* find(const Bitmaps& bitmaps, LayerName name) {
  const auto found = std::find_if(bitmaps.layers.begin(), bitmaps.layers.end(),
                                  [&](const PlacedLayer& l) { return l.layer == name; });
  return found == bitmaps.layers.end() ? nullptr : &*found;
}

TEST(Artist, returns_the_same_pointer_and_paints_nothing_when_nothing_changed) {
  const auto artist = artist_for(landscape);
  const Look look = shop_look();
  const auto first = artist->paint(look.scene, look.values, look.now);
  const auto painted = artist->repaints();
  const Look again = shop_look();  // equal values in other objects
  EXPECT_EQ(artist->paint(again.scene, again.values, again.now + from_ms(100)), first);
  EXPECT_EQ(artist->repaints(), painted);
}

TEST(Artist, repaints_the_counter_alone_when_somebody_follows) {
  const auto artist = artist_for(landscape);
  Look look = shop_look();
  const auto first = artist->paint(look.scene, look.values, look.now);
  const auto painted = artist->repaints();
  look.values.counter.total += 1;
  look.values.counter.gained += 1;
  look.values.counter.last_follower = "阿月";
  look.values.counter.followers_merged = 1;
  look.values.counter.last_follow = look.now;
  look.values.counter.stamp = MonoTime(from_ms(77));
  const auto next = artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(artist->repaints(), painted + 1);
  EXPECT_EQ(next->counter_total, 1287);
  EXPECT_EQ(next->counter_gained, 7);
  EXPECT_EQ(next->counter_stamp, MonoTime(from_ms(77)));
  EXPECT_EQ(next->layers.size(), first->layers.size() + 1);  // the name capsule
  EXPECT_EQ(find(*next, LayerName::product_card)->bitmap,
            find(*first, LayerName::product_card)->bitmap);
}

TEST(Artist, lets_the_name_of_a_new_follower_go_when_it_has_been_read) {
  const auto artist = artist_for(landscape);
  Look look = plain_look();  // followed a second ago
  look.values.badges.is_recording_only = false;
  look.values.chat.clear();
  const auto with = artist->paint(look.scene, look.values, look.now);
  // it rises for 420 ms, stays 700 and fades for 200
  const auto leaves = look.values.counter.last_follow + from_ms(420 + 700 + 200);
  EXPECT_EQ(artist->next_change(), leaves);
  EXPECT_EQ(artist->paint(look.scene, look.values, leaves - Duration(1)), with);
  const auto without = artist->paint(look.scene, look.values, leaves);
  EXPECT_EQ(without->layers.size(), with->layers.size() - 1);
}

TEST(Artist, lets_a_chat_message_go_and_says_when) {
  const auto artist = artist_for(landscape);
  Look look = shop_look();
  look.values.chat.resize(1);
  const auto leaves = look.values.chat[0].arrived + from_ms(12'800);
  EXPECT_TRUE(
      layers_of(*artist->paint(look.scene, look.values, look.now)).contains(LayerName::chat_panel));
  EXPECT_EQ(artist->next_change(), leaves);
  EXPECT_FALSE(
      layers_of(*artist->paint(look.scene, look.values, leaves)).contains(LayerName::chat_panel));
}

TEST(Artist, moves_former_messages_without_painting_them_again) {
  const auto artist = artist_for(landscape);
  Look look = shop_look();
  look.values.chat.resize(2);
  const auto first = artist->paint(look.scene, look.values, look.now);
  const auto former = find(*first, LayerName::chat_panel)->bitmap;
  look.values.chat.push_back({9, ChatRole::viewer, "小河", "好看", look.now});
  const auto next = artist->paint(look.scene, look.values, look.now);
  const auto kept = std::find_if(next->layers.begin(), next->layers.end(),
                                 [&](const PlacedLayer& l) { return l.bitmap == former; });
  ASSERT_NE(kept, next->layers.end());
  EXPECT_LT(kept->y, find(*first, LayerName::chat_panel)->y);
}

TEST(Artist, gives_the_same_bytes_for_the_same_input) {
  for (const CanvasSize size : {landscape, portrait}) {
    const Look look = hostile_look();
    const auto one = artist_for(size)->paint(look.scene, look.values, look.now);
    const auto two = artist_for(size)->paint(look.scene, look.values, look.now);
    ASSERT_EQ(one->layers.size(), two->layers.size());
    for (std::size_t i = 0; i < one->layers.size(); ++i) {
      const Bitmap& a = *one->layers[i].bitmap;
      const Bitmap& b = *two->layers[i].bitmap;
      EXPECT_TRUE(a.y == b.y && a.alpha == b.alpha && a.u == b.u && a.v == b.v &&
                  a.chroma_alpha == b.chroma_alpha)
          << name_of(one->layers[i].layer);
    }
  }
}

TEST(Artist, keeps_the_face_free_and_stays_on_even_pixels_whatever_the_texts) {
  for (const CanvasSize size : {CanvasSize{1920, 1080},
                                landscape,
                                portrait,
                                {1440, 1080},
                                {1080, 1350},
                                {640, 360},
                                {2560, 1080},
                                {1080, 1080}}) {
    const bool is_tall = size.height > size.width;
    const double unit = std::min(size.width, size.height) / 1080.0;
    const auto artist = artist_for(size);
    for (const Look& look : {shop_look(), story_look(), plain_look(), hostile_look(),
                             countdown_look(), pinned_look(), vertical_look()}) {
      const auto bitmaps = artist->paint(look.scene, look.values, look.now);
      for (const auto& layer : bitmaps->layers) {
        EXPECT_EQ((layer.x | layer.y | layer.bitmap->width | layer.bitmap->height) & 1, 0);
        const Box seen = sight_of(layer, look.now).seen;
        EXPECT_GE(seen.x, 0);
        EXPECT_GE(seen.y, 0);
        EXPECT_LE(seen.right(), size.width) << name_of(layer.layer);
        EXPECT_LE(seen.bottom(), size.height);
      }
      const bool is_token_shape =
          size.width * 9 == size.height * 16 || size.width * 16 == size.height * 9;
      if (!is_token_shape) continue;
      const cv::Mat cover = coverage(*bitmaps, size, look.now);
      const cv::Rect2d face =
          is_tall ? cv::Rect2d(200, 500, 640, 460) : cv::Rect2d(620, 180, 780, 500);
      const cv::Mat there = cover(
          cv::Rect(static_cast<int>(face.x * unit), static_cast<int>(face.y * unit),
                   static_cast<int>(face.width * unit), static_cast<int>(face.height * unit)));
      // shadows (at most 87) may fall on it, nothing else
      EXPECT_EQ(cv::countNonZero(there > 100), 0) << size.width << "x" << size.height;
    }
  }
}

// Where a layer covers what is below it; its shadow does not count.
cv::Rect ink_of(const PlacedLayer& layer, SessionTime now) {
  const Sight sight = sight_of(layer, now);
  if (sight.bitmap == nullptr) return {};
  const Bitmap& b = *sight.bitmap;
  const cv::Mat alpha(b.height, b.width, CV_8UC1, const_cast<std::uint8_t*>(b.alpha.data()),
                      static_cast<std::size_t>(b.stride));
  const cv::Rect seen(sight.seen.x, sight.seen.y, sight.seen.w, sight.seen.h);
  return (cv::boundingRect(alpha > 100) + cv::Point(sight.x, sight.y)) & seen;
}

TEST(Artist, lets_no_two_layers_cover_each_other_however_low_an_upright_canvas_is) {
  for (const CanvasSize size : {CanvasSize{1080, 1082},
                                {720, 722},
                                {1080, 1100},
                                {1080, 1144},
                                {1080, 1350},
                                {1080, 1440},
                                portrait}) {
    const auto artist = artist_for(size);
    for (const Look& look : {shop_look(), story_look(), plain_look(), hostile_look(),
                             countdown_look(), pinned_look(), vertical_look()}) {
      const auto bitmaps = artist->paint(look.scene, look.values, look.now);
      for (const auto& a : bitmaps->layers) {
        for (const auto& b : bitmaps->layers) {
          if (a.layer >= b.layer) continue;
          EXPECT_TRUE((ink_of(a, look.now) & ink_of(b, look.now)).empty())
              << size.width << "x" << size.height << ": " << name_of(a.layer) << " and "
              << name_of(b.layer);
        }
      }
    }
  }
}

TEST(Artist, covers_the_whole_picture_with_a_slate_and_paints_nothing_below_it) {
  for (const CanvasSize size : {landscape, portrait}) {
    for (const Look& look : {opening_look(), away_look()}) {
      const auto bitmaps = artist_for(size)->paint(look.scene, look.values, look.now);
      ASSERT_FALSE(bitmaps->layers.empty());
      for (const auto& layer : bitmaps->layers) {
        EXPECT_EQ(layer.layer, LayerName::slate);
        EXPECT_EQ(layer.id, name_of(look.scene.slate));
      }
      double least = 0;
      cv::minMaxIdx(coverage(*bitmaps, size, look.now), &least, nullptr);
      EXPECT_EQ(least, 255);
    }
  }
}

TEST(Artist, shows_a_caption_instead_of_the_chat_and_the_ticker_only_in_a_free_slot_in_9_16) {
  const auto artist = artist_for(portrait);
  Look look = shop_look();
  auto on = layers_of(*artist->paint(look.scene, look.values, look.now));
  EXPECT_TRUE(on.contains(LayerName::chat_panel));
  EXPECT_FALSE(on.contains(LayerName::ticker));
  const int beside_card = [&] {
    look.scene.caption = "picking";
    const auto bitmaps = artist->paint(look.scene, look.values, look.now);
    EXPECT_FALSE(layers_of(*bitmaps).contains(LayerName::chat_panel));
    return find(*bitmaps, LayerName::caption)->y;
  }();
  look.scene.product.reset();
  const auto bitmaps = artist->paint(look.scene, look.values, look.now);
  EXPECT_TRUE(layers_of(*bitmaps).contains(LayerName::ticker));
  EXPECT_EQ(find(*bitmaps, LayerName::caption)->y - beside_card, 1366 - 1184);
  look.values.tables = [&] {
    auto tables = std::make_shared<Tables>(*look.values.tables);
    tables->notices.clear();
    return tables;
  }();
  EXPECT_EQ(
      find(*artist->paint(look.scene, look.values, look.now), LayerName::caption)->y - beside_card,
      1436 - 1184);
}

TEST(Artist, hides_the_notices_beside_a_heritage_caption) {
  const auto artist = artist_for(landscape);
  Look look = story_look();
  EXPECT_FALSE(
      layers_of(*artist->paint(look.scene, look.values, look.now)).contains(LayerName::ticker));
  look.scene.caption = "picking";
  EXPECT_TRUE(
      layers_of(*artist->paint(look.scene, look.values, look.now)).contains(LayerName::ticker));
}

TEST(Artist, draws_no_caption_without_its_source_and_no_card_without_price_or_unit) {
  const auto artist = artist_for(landscape);
  Look look = plain_look();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->captions[1].source.clear();
  tables->products[0].unit.clear();
  look.values.tables = tables;
  const auto on = layers_of(*artist->paint(look.scene, look.values, look.now));
  EXPECT_FALSE(on.contains(LayerName::caption));
  EXPECT_FALSE(on.contains(LayerName::product_card));
}

double px_per_s(const PlacedLayer& strip) {
  const Motion& scroll = strip.motions.at(0);
  return -scroll.to.dx / std::chrono::duration<double>(scroll.length).count();
}

TEST(Artist, scrolls_notices_only_when_they_do_not_fit) {
  const auto artist = artist_for(landscape);
  Look look = shop_look();
  const auto scrolling = artist->paint(look.scene, look.values, look.now);
  const auto moving =
      std::find_if(scrolling->layers.begin(), scrolling->layers.end(),
                   [](const PlacedLayer& l) { return l.layer == LayerName::ticker && l.window; });
  ASSERT_NE(moving, scrolling->layers.end());
  EXPECT_NEAR(px_per_s(*moving), 90 * 720 / 1080.0, 0.01);
  EXPECT_EQ(moving->motions[0].begin, look.scene.caption_since + from_ms(1500));
  EXPECT_GT(moving->bitmap->width, moving->window->w);
  EXPECT_EQ(moving->motions[0].repeat, Repeat::loop);
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->notices = {"本场包邮"};
  look.values.tables = tables;
  for (const auto& layer : artist->paint(look.scene, look.values, look.now)->layers) {
    EXPECT_FALSE(layer.layer == LayerName::ticker && layer.window);
  }
}

Look with_notices(std::size_t count) {
  Look look = shop_look();
  look.scene.product.reset();
  look.values.chat.clear();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->notices.clear();
  for (std::size_t i = 0; i < count; ++i) {
    std::string notice = std::to_string(i);
    for (int n = 0; n < 100; ++n) notice += "长";
    tables->notices.push_back(notice);
  }
  look.values.tables = tables;
  look.now = look.scene.caption_since;
  return look;
}

const PlacedLayer& strip_of(const Bitmaps& bitmaps) {
  return *std::find_if(bitmaps.layers.begin(), bitmaps.layers.end(), [](const PlacedLayer& l) {
    return l.layer == LayerName::ticker && l.window;
  });
}

TEST(Artist, lets_every_notice_have_its_turn_once_the_strip_before_has_run) {
  const auto artist = artist_for(landscape);
  Look look = with_notices(4);  // three fit
  std::vector<Plane> strips;
  for (int turn = 0; turn < 5; ++turn) {
    const auto bitmaps = artist->paint(look.scene, look.values, look.now);
    const PlacedLayer& strip = strip_of(*bitmaps);
    strips.push_back(strip.bitmap->alpha);
    const SessionTime next = artist->next_change();
    const std::chrono::duration<double> runs = next - look.now;
    EXPECT_NEAR(runs.count(), 1.5 + strip.bitmap->width / px_per_s(strip), 0.05);
    EXPECT_EQ(artist->paint(look.scene, look.values, next - Duration(1)), bitmaps);
    look.now = next;
  }
  for (std::size_t turn = 1; turn < 4; ++turn) EXPECT_NE(strips[turn], strips[turn - 1]);
  EXPECT_NE(strips[3], strips[0]);
  EXPECT_EQ(strips[4], strips[0]);
}

TEST(Artist, runs_a_strip_again_that_was_hidden_before_its_end) {
  const auto artist = artist_for(landscape);
  Look look = with_notices(4);
  const auto first = artist->paint(look.scene, look.values, look.now);
  look.now = artist->next_change() - from_ms(1000);
  look.scene.caption = "cistern";
  look.scene.caption_since = look.now;
  artist->paint(look.scene, look.values, look.now);
  look.scene.caption.reset();
  const auto again = artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(strip_of(*again).bitmap->alpha, strip_of(*first).bitmap->alpha);
  artist->paint(look.scene, look.values, look.now + from_ms(500));  // the caption has left
  EXPECT_GT(artist->next_change(), look.now + from_ms(60'000));
}

TEST(Artist, scrolls_long_notices_on_the_largest_canvas) {
  const auto artist = artist_for({4096, 4096});
  const Look look = with_notices(3);
  EXPECT_GT(strip_of(*artist->paint(look.scene, look.values, look.now)).bitmap->width, 20'000);
}

TEST(Artist, shows_the_recording_timer_only_when_nobody_watches_and_ticks_by_the_second) {
  const auto artist = artist_for(landscape);
  Look look = story_look();
  look.values.chat.clear();
  const auto live = artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(artist->next_change(), never);
  look.values.badges = {false, true, look.now - from_ms(400), "", std::nullopt};
  artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(artist->next_change(), look.now + from_ms(600));
}

TEST(Artist, makes_room_for_a_code_only_from_720_lines_on) {
  Look look = shop_look();
  const auto height = [&](CanvasSize size) {
    const auto bitmaps = artist_for(size)->paint(look.scene, look.values, look.now);
    return find(*bitmaps, LayerName::product_card)->bitmap->height * 1080.0 / size.height;
  };
  EXPECT_NEAR(height({1920, 1080}), height({1280, 720}), 4);
  EXPECT_NEAR(height({1280, 720}) - height({960, 540}), 149, 6);
  const auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->products[0].link = "https://x.example/" + std::string(70, 'x');
  look.values.tables = tables;
  EXPECT_NEAR(height({1920, 1080}) - height({1280, 720}), 149, 6);  // modules under 2 px
}

TEST(Artist, changes_its_attire_on_air_as_if_it_had_been_made_in_it) {
  Look look = shop_look();
  const auto artist = artist_for(landscape);
  const auto before = artist->paint(look.scene, look.values, look.now);
  look.values.attire = std::make_shared<const Attire>(*load_attire(assets_folder(), "plain"));
  const auto after = artist->paint(look.scene, look.values, look.now);
  EXPECT_NE(before, after);
  const auto made = Artist::make(landscape, "plain", assets_folder());
  const auto expected = (*made)->paint(look.scene, look.values, look.now);
  ASSERT_EQ(after->layers.size(), expected->layers.size());
  for (std::size_t i = 0; i < after->layers.size(); ++i) {
    EXPECT_EQ(after->layers[i].bitmap->y, expected->layers[i].bitmap->y)
        << name_of(after->layers[i].layer);
  }
  // one read again without a change costs nothing
  const auto painted = artist->repaints();
  look.values.attire = std::make_shared<const Attire>(*look.values.attire);
  EXPECT_EQ(artist->paint(look.scene, look.values, look.now), after);
  EXPECT_EQ(artist->repaints(), painted);
}

TEST(Artist, paints_the_card_again_when_the_file_of_its_photo_is_another_one) {
  Look look = shop_look();
  const auto artist = artist_for(landscape);
  artist->paint(look.scene, look.values, look.now);
  const auto painted = artist->repaints();
  auto tables = std::make_shared<Tables>(*look.values.tables);
  for (auto& product : tables->products) product.picture_version = 7;
  look.values.tables = tables;
  artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(artist->repaints(), painted + 1);
}

TEST(Artist, says_which_reading_of_the_show_it_shows_without_painting) {
  Look look = shop_look();
  const auto artist = artist_for(landscape);
  artist->paint(look.scene, look.values, look.now);
  const auto painted = artist->repaints();
  look.values.show_version = 2;
  EXPECT_EQ(artist->paint(look.scene, look.values, look.now)->show_version, 2U);
  EXPECT_EQ(artist->repaints(), painted);
}

TEST(Artist, refuses_what_it_cannot_paint_with_its_reason) {
  EXPECT_EQ(Artist::make({1279, 720}, "red", assets_folder()).error().code(), ErrorCode::usage);
  EXPECT_EQ(Artist::make(landscape, "blue", assets_folder()).error().code(),
            ErrorCode::file_missing);
  EXPECT_EQ(Artist::make(landscape, "../red", assets_folder()).error().code(),
            ErrorCode::theme_invalid);
}

TEST(Artist, turns_the_countdown_into_the_card_by_time_alone) {
  for (const CanvasSize size : {landscape, portrait}) {
    const auto artist = artist_for(size);
    const Look look = countdown_look();
    const auto over = look.scene.countdown_since + countdown_length;
    const auto counting = artist->paint(look.scene, look.values, over - Duration(1));
    EXPECT_TRUE(layers_of(*counting).contains(LayerName::countdown));
    EXPECT_FALSE(layers_of(*counting).contains(LayerName::product_card));
    EXPECT_EQ(find(*counting, LayerName::countdown)->id, "orange");
    const auto card = artist->paint(look.scene, look.values, over);
    EXPECT_TRUE(find(*card, LayerName::countdown)->is_leaving);
    const auto rest = artist->paint(look.scene, look.values, over + from_ms(500));
    EXPECT_FALSE(layers_of(*rest).contains(LayerName::countdown));
    EXPECT_TRUE(layers_of(*card).contains(LayerName::product_card));
  }
}

// What is seen of the countdown at a moment: how many pixels carry ink of a digit or of the ring.
int ink(const Bitmaps& bitmaps, CanvasSize size, SessionTime now) {
  Bitmaps moving;
  for (const PlacedLayer& layer : bitmaps.layers) {
    const bool is_card = layer.motions.empty();
    if (layer.layer == LayerName::countdown && !is_card) moving.layers.push_back(layer);
  }
  return cv::countNonZero(coverage(moving, size, now));
}

TEST(Artist, empties_the_ring_evenly_and_has_each_step_there_before_it_begins) {
  const auto artist = artist_for(landscape);
  Look look = countdown_look();
  look.scene.countdown_since = look.now;
  int before = 1'000'000;
  // painted when the Artist asks to, looked at in between: no step may be missing then
  auto painted = artist->paint(look.scene, look.values, look.now);
  auto change = artist->next_change();
  for (int ms = 300; ms < 3000; ms += 300) {
    const SessionTime now = look.now + from_ms(ms);
    if (now >= change) {
      painted = artist->paint(look.scene, look.values, change);
      change = artist->next_change();
    }
    if (ms % 1000 < 300) continue;  // the digit is still growing
    const int left = ink(*painted, landscape, now);
    EXPECT_GT(left, 300) << ms;
    EXPECT_LT(left, before + 400) << ms;  // digits differ
    before = left;
  }
  const auto word = artist->paint(look.scene, look.values, look.now + from_ms(3100));
  EXPECT_GT(ink(*word, landscape, look.now + from_ms(3100)), before + 1000) << "the full ring";
}

TEST(Artist, keeps_a_pinned_message_at_the_foot_of_the_chat_whatever_comes) {
  const auto artist = artist_for(landscape);
  Look look = pinned_look();
  const auto with = artist->paint(look.scene, look.values, look.now);
  const PlacedLayer* pinned = find(*with, LayerName::pinned);
  ASSERT_NE(pinned, nullptr);
  EXPECT_EQ(pinned->id, "2");
  for (const PlacedLayer& layer : with->layers) {
    if (layer.layer != LayerName::chat_panel) continue;
    EXPECT_LT(layer.y + layer.bitmap->height, pinned->y) << "none over it, none below it";
  }
  look.values.chat.push_back({99, ChatRole::viewer, "小河", "又来一条", look.now});
  const auto next = artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(find(*next, LayerName::pinned)->bitmap, pinned->bitmap);
  EXPECT_EQ(find(*next, LayerName::pinned)->y, pinned->y);
  const auto leaves = look.scene.pinned->arrived + pinned_stay;
  look.values.chat.clear();
  EXPECT_TRUE(layers_of(*artist->paint(look.scene, look.values, leaves - Duration(1)))
                  .contains(LayerName::pinned));
  EXPECT_EQ(artist->next_change(), leaves);
  EXPECT_FALSE(
      layers_of(*artist->paint(look.scene, look.values, leaves)).contains(LayerName::pinned));
}

TEST(Artist, shows_a_pinned_message_also_where_the_chat_is_off_and_never_over_a_caption) {
  Look look = pinned_look();
  look.values.shows_chat = false;
  const auto artist = artist_for(portrait);
  const auto alone = artist->paint(look.scene, look.values, look.now);
  EXPECT_TRUE(layers_of(*alone).contains(LayerName::pinned));
  EXPECT_FALSE(layers_of(*alone).contains(LayerName::chat_panel));
  look.scene.caption = "picking";
  EXPECT_FALSE(
      layers_of(*artist->paint(look.scene, look.values, look.now)).contains(LayerName::pinned));
}

TEST(Artist, brings_a_pinned_message_that_waited_on_when_the_caption_goes_and_keeps_it_its_time) {
  for (const CanvasSize size : {landscape, portrait}) {
    const auto artist = artist_for(size);
    Look look = pinned_look();
    look.scene.caption = "picking";
    look.scene.caption_until = look.now + from_ms(9'000);
    look.scene.does_pinned_wait = true;
    const auto goes = look.scene.caption_until;
    const auto has_pinned = [&](SessionTime now) {
      return layers_of(*artist->paint(look.scene, look.values, now)).contains(LayerName::pinned);
    };
    EXPECT_FALSE(has_pinned(look.now));
    EXPECT_FALSE(has_pinned(goes - Duration(1)));
    EXPECT_TRUE(has_pinned(goes));
    EXPECT_TRUE(has_pinned(goes + pinned_stay - Duration(1)));
    EXPECT_FALSE(has_pinned(goes + pinned_stay));
  }
}

TEST(Artist, takes_a_caption_off_when_its_time_is_over_and_says_when) {
  const auto artist = artist_for(landscape);
  Look look = story_look();
  look.values.chat.clear();
  look.scene.caption_until = look.now + from_ms(900);
  EXPECT_TRUE(
      layers_of(*artist->paint(look.scene, look.values, look.now)).contains(LayerName::caption));
  EXPECT_EQ(artist->next_change(), look.scene.caption_until);
  const auto gone = look.scene.caption_until + from_ms(400);
  EXPECT_FALSE(
      layers_of(*artist->paint(look.scene, look.values, gone)).contains(LayerName::caption));
}

TEST(Artist, writes_a_vertical_caption_across_where_a_card_has_its_place) {
  const auto artist = artist_for(landscape);
  Look look = vertical_look();
  const PlacedLayer upright =
      *find(*artist->paint(look.scene, look.values, look.now), LayerName::caption);
  EXPECT_GT(upright.bitmap->height, upright.bitmap->width);
  auto tables = std::make_shared<Tables>(*look.values.tables);
  tables->captions[0].kind = CaptionKind::plain;
  look.values.tables = tables;
  look.scene.product = "orange";
  const auto both = artist->paint(look.scene, look.values, look.now);
  const PlacedLayer* across = find(*both, LayerName::caption);
  ASSERT_NE(across, nullptr);
  EXPECT_GT(across->bitmap->width, across->bitmap->height);
}

TEST(Caption, is_held_by_the_length_of_its_sentence) {
  Caption caption;
  caption.text = "十个字的一句话在这里。";  // eleven
  EXPECT_EQ(caption_hold(caption), from_ms(6000 + 11 * 220));
  for (int i = 0; i < 10; ++i) caption.text += "很长很长";
  EXPECT_EQ(caption_hold(caption), from_ms(15'000));
}

TEST(Artist, puts_the_wide_card_where_captions_stand_and_lets_the_caption_wait) {
  const auto artist = artist_for({1920, 1080});
  Look look = aside_look();
  const auto aside = artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(artist->card_places().second, (Box{96, 732, 880, 238}));
  const auto* card = find(*aside, LayerName::product_card);
  ASSERT_NE(card, nullptr);
  EXPECT_GE(card->x + card->bitmap->width, 96 + 880);
  EXPECT_LE(card->x + card->bitmap->width, 96 + 880 + 40) << "its shadow";
  EXPECT_FALSE(layers_of(*aside).contains(LayerName::caption));
  for (const auto& layer : aside->layers) {
    if (layer.layer != LayerName::chat_panel) continue;
    EXPECT_LE(layer.y + layer.bitmap->height, 718);
  }
  look.scene.card_place = CardPlace::first;
  const auto back = artist->paint(look.scene, look.values, look.now);
  EXPECT_TRUE(layers_of(*back).contains(LayerName::caption));
  EXPECT_GT(find(*back, LayerName::product_card)->x, 1400);
}

TEST(Artist, leaves_the_card_in_its_slot_in_portrait) {
  const auto artist = artist_for(portrait);
  Look look = aside_look();
  const auto aside = artist->paint(look.scene, look.values, look.now);
  EXPECT_FALSE(artist->card_places().second);
  EXPECT_TRUE(layers_of(*aside).contains(LayerName::caption));
  look.scene.card_place = CardPlace::first;
  const auto first = artist->paint(look.scene, look.values, look.now);
  EXPECT_EQ(find(*aside, LayerName::product_card)->bitmap,
            find(*first, LayerName::product_card)->bitmap);
}

TEST(Artist, tells_where_the_qr_code_is_and_frees_its_space_when_it_is_hidden) {
  const auto artist = artist_for(landscape);
  Look look = shop_look();
  const auto with = artist->paint(look.scene, look.values, look.now);
  const auto* card = find(*with, LayerName::product_card);
  ASSERT_NE(card->qr, nullptr);
  EXPECT_EQ(card->qr->link, "https://x.example/p/3");
  EXPECT_GT(card->qr->box.x, card->x);
  EXPECT_LT(card->qr->box.bottom(), card->y + card->bitmap->height);
  look.scene.is_qr_hidden = true;
  const auto without = artist->paint(look.scene, look.values, look.now);
  const auto* smaller = find(*without, LayerName::product_card);
  EXPECT_EQ(smaller->qr, nullptr);
  EXPECT_LT(smaller->bitmap->height, card->bitmap->height - 80);
}

// The camera's picture is the host's there. Only a slate, which replaces the picture, may.
TEST(Artist, no_layer_enters_the_area_kept_free_for_the_face) {
  struct Kept {
    CanvasSize size;
    cv::Rect face;
  };
  const Kept canvases[] = {{{1920, 1080}, {620, 180, 780, 500}},
                           {{1280, 720}, {414, 120, 520, 333}},
                           {{1080, 1920}, {200, 500, 640, 460}},
                           {{720, 1280}, {134, 334, 426, 306}}};
  for (const auto& [size, face] : canvases) {
    for (const char* theme : {"red", "harvest", "plain"}) {
      const auto artist = artist_for(size, theme);
      for (const auto look_of : {shop_look, story_look, countdown_look, pinned_look, vertical_look,
                                 plain_look, aside_look, hostile_look}) {
        const Look look = look_of();
        const auto bitmaps = artist->paint(look.scene, look.values, look.now);
        // a shadow is a third as dense at most
        const cv::Mat ink = coverage(*bitmaps, size, look.now)(face) > 90;
        EXPECT_EQ(cv::countNonZero(ink), 0) << theme << " " << size.width << "x" << size.height;
      }
    }
  }
}

// The largest figures one may meet, at rest and while they pulse, with the longest words beside.
TEST(Artist, the_largest_counter_stays_clear_of_the_face) {
  const struct {
    CanvasSize size;
    cv::Rect face;
  } canvases[] = {{{1280, 720}, {414, 120, 520, 333}}, {{720, 1280}, {134, 334, 426, 306}}};
  const struct {
    std::int64_t total, gained;
    std::optional<std::string> stale, by_hand;
  } counts[] = {{50'000'000, 1'234'000, {}, {}},
                {1'286'000, 123'000, "15:42", {}},
                {98'765'432, 12'345'678, "15:42", {}},
                {9'999'000, 987'000, {}, "15:42"}};
  for (const auto& [size, face] : canvases) {
    for (const auto& count : counts) {
      const auto artist = artist_for(size);
      Look look = plain_look();
      CounterValues& counter = look.values.counter;
      counter.total = count.total;
      counter.gained = count.gained;
      counter.stale_since = count.stale;
      counter.by_hand = count.by_hand;
      counter.followers_merged = 1;
      counter.first_follow = counter.last_follow = look.now;
      for (const int later_ms : {0, 100, 300, 350, 400, 5'000}) {
        const SessionTime now = look.now + std::chrono::milliseconds(later_ms);
        const auto bitmaps = artist->paint(look.scene, look.values, now);
        const cv::Mat ink = coverage(*bitmaps, size, now)(face) > 100;
        EXPECT_EQ(cv::countNonZero(ink), 0) << size.width << " " << count.total << " " << later_ms;
      }
    }
  }
}

}  // namespace
}  // namespace xb::overlay::testing

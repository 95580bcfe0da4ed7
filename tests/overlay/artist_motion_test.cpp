// The Artist in time: who enters, who leaves, what is cut, and that no look changes the picture.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "overlay/compositor.h"
#include "overlay/layer.h"
#include "scenes.h"
#include "tests/support/heap_count.h"

namespace xb::overlay::testing {
namespace {

constexpr CanvasSize landscape{1280, 720};
constexpr CanvasSize portrait{720, 1280};

SessionTime at_ms(std::int64_t ms) {
  return SessionTime(from_ms(ms));
}

// An evening at one Artist: what is on changes, and the picture is looked at.
class Evening {
 public:
  explicit Evening(CanvasSize size = landscape) : size_(size), look_(shop_look()) {
    auto artist = Artist::make(size, "red", assets_folder());
    EXPECT_TRUE(artist) << artist.error().log_line();
    artist_ = std::move(*artist);
    look_.scene.product.reset();
    look_.scene.caption_since = {};
    look_.values.chat.clear();
    look_.values.counter.stamp = {};
  }

  void product(std::int64_t ms, std::optional<std::string> id) {
    look_.scene.product = std::move(id);
    look_.scene.product_since = at_ms(ms);
    ++look_.scene.version;
  }
  void caption(std::int64_t ms, std::optional<std::string> id) {
    look_.scene.caption = std::move(id);
    look_.scene.caption_since = at_ms(ms);
    ++look_.scene.version;
  }
  void slate(std::int64_t ms, SlateKind kind) {
    look_.scene.slate = kind;
    look_.scene.slate_since = at_ms(ms);
    ++look_.scene.version;
  }
  LiveValues& values() { return look_.values; }
  Scene& scene() { return look_.scene; }
  Artist& artist() { return *artist_; }

  std::shared_ptr<const Bitmaps> look(std::int64_t ms) {
    return artist_->paint(look_.scene, look_.values, at_ms(ms));
  }
  std::vector<std::uint8_t> picture(std::int64_t ms) {
    return composed(*look(ms), size_, at_ms(ms));
  }

 private:
  CanvasSize size_;
  Look look_;
  std::unique_ptr<Artist> artist_;
};

std::vector<const PlacedLayer*> all_of(const Bitmaps& bitmaps, LayerName name, bool is_leaving) {
  std::vector<const PlacedLayer*> found;
  for (const auto& layer : bitmaps.layers) {
    if (layer.layer == name && layer.is_leaving == is_leaving) found.push_back(&layer);
  }
  return found;
}

// How visible the layer is at all: the best fade of its parts.
int visible(const Bitmaps& bitmaps, LayerName name, std::int64_t ms) {
  int most = 0;
  for (const auto& layer : bitmaps.layers) {
    const Sight sight = sight_of(layer, at_ms(ms));
    if (layer.layer == name && sight.bitmap != nullptr) most = std::max(most, sight.fade);
  }
  return most;
}

TEST(ArtistMotion, brings_a_card_on_in_parts_and_rests_as_one_bitmap) {
  Evening evening;
  evening.look(9'000);
  evening.product(10'000, "orange");
  const auto entering = evening.look(10'000);
  EXPECT_GT(all_of(*entering, LayerName::product_card, false).size(), 4U);
  EXPECT_EQ(visible(*entering, LayerName::product_card, 10'000), 0);
  EXPECT_EQ(evening.artist().next_change(), at_ms(10'480));
  EXPECT_EQ(evening.look(10'200), entering);
  EXPECT_GT(visible(*entering, LayerName::product_card, 10'200), 200);
  const auto resting = evening.look(10'480);
  const auto cards = all_of(*resting, LayerName::product_card, false);
  ASSERT_EQ(cards.size(), 1U);
  EXPECT_TRUE(cards[0]->motions.empty());
  EXPECT_EQ(evening.artist().next_change(), never);
}

TEST(ArtistMotion, shows_the_same_at_the_end_of_an_entrance_as_at_rest) {
  for (const CanvasSize size : {landscape, portrait}) {
    Evening evening(size);
    evening.look(9'000);
    evening.product(10'000, "orange");
    const auto entering = evening.look(10'479);
    media::Picture moving(size.width, size.height);
    media::Picture still(size.width, size.height);
    for (auto* picture : {&moving, &still}) picture->fill(90, 110, 140);
    compose(moving, *entering, at_ms(10'480));
    compose(still, *evening.look(10'480), at_ms(10'480));
    int worst = 0;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        worst = std::max(worst, std::abs(moving.plane(0)[y * moving.stride(0) + x] -
                                         still.plane(0)[y * still.stride(0) + x]));
      }
    }
    EXPECT_LE(worst, 3);  // parts are rounded one by one
  }
}

TEST(ArtistMotion, takes_a_card_off_in_its_time_and_no_longer_calls_it_on_air) {
  Evening evening;
  evening.product(1'000, "orange");
  evening.look(5'000);
  evening.product(10'000, std::nullopt);
  const auto leaving = evening.look(10'010);
  EXPECT_TRUE(all_of(*leaving, LayerName::product_card, false).empty());
  for (const auto* layer : on_air(*leaving)) EXPECT_NE(layer->layer, LayerName::product_card);
  EXPECT_EQ(all_of(*leaving, LayerName::product_card, true).size(), 1U);
  EXPECT_EQ(evening.artist().next_change(), at_ms(10'280));
  EXPECT_LT(visible(*leaving, LayerName::product_card, 10'270), 60);
  EXPECT_EQ(visible(*evening.look(10'280), LayerName::product_card, 10'280), 0);
}

TEST(ArtistMotion, swaps_two_cards_without_a_gap) {
  Evening evening;
  evening.product(1'000, "orange");
  evening.look(5'000);
  evening.product(10'000, "sauce");
  const auto swapping = evening.look(10'000);
  EXPECT_EQ(all_of(*swapping, LayerName::product_card, true).at(0)->id, "orange");
  EXPECT_EQ(all_of(*swapping, LayerName::product_card, false).at(0)->id, "sauce");
  for (int ms = 10'000; ms < 10'360; ms += 20) {
    EXPECT_GT(visible(*evening.look(ms), LayerName::product_card, ms), 120) << ms;
  }
  EXPECT_TRUE(all_of(*evening.look(10'360), LayerName::product_card, true).empty());
}

TEST(ArtistMotion, cuts_between_a_heritage_caption_and_a_card_in_the_same_frame) {
  Evening evening;
  evening.caption(1'000, "cistern");
  evening.look(5'000);
  evening.caption(10'000, std::nullopt);
  evening.product(10'000, "orange");
  const auto cut = evening.look(10'000);
  EXPECT_EQ(visible(*cut, LayerName::caption, 10'000), 0);
  evening.product(12'000, std::nullopt);
  evening.caption(12'000, "cistern");
  EXPECT_EQ(visible(*evening.look(12'000), LayerName::product_card, 12'000), 0);
}

TEST(ArtistMotion, cuts_what_is_leaving_when_its_opposite_comes_on) {
  Evening evening;
  evening.caption(1'000, "cistern");
  evening.look(5'000);
  evening.caption(10'000, std::nullopt);
  EXPECT_GT(visible(*evening.look(10'100), LayerName::caption, 10'100), 0);
  evening.product(10'150, "orange");
  EXPECT_EQ(visible(*evening.look(10'150), LayerName::caption, 10'150), 0);
  evening.product(11'000, std::nullopt);
  EXPECT_GT(visible(*evening.look(11'100), LayerName::product_card, 11'100), 0);
  evening.caption(11'120, "cistern");
  EXPECT_EQ(visible(*evening.look(11'120), LayerName::product_card, 11'120), 0);
}

TEST(ArtistMotion, lets_a_plain_caption_and_a_card_pass_each_other) {
  Evening evening;
  evening.caption(1'000, "picking");
  evening.look(5'000);
  evening.caption(10'000, std::nullopt);
  evening.product(10'000, "orange");
  EXPECT_GT(visible(*evening.look(10'100), LayerName::caption, 10'100), 0);
}

TEST(ArtistMotion, fades_a_slate_over_the_layers_and_drops_them_when_it_covers_all) {
  Evening evening;
  evening.look(5'000);
  evening.slate(10'000, SlateKind::away);
  const auto fading = evening.look(10'000);
  EXPECT_GT(visible(*fading, LayerName::nameplate, 10'000), 0);
  EXPECT_EQ(visible(*fading, LayerName::slate, 10'000), 0);
  for (const auto* layer : on_air(*fading)) EXPECT_EQ(layer->layer, LayerName::slate);
  EXPECT_EQ(evening.artist().next_change(), at_ms(10'500));
  const auto covered = evening.look(10'500);
  ASSERT_EQ(covered->layers.size(), 1U);
  EXPECT_EQ(visible(*covered, LayerName::slate, 10'500), 255);
  evening.slate(20'000, SlateKind::none);
  const auto uncovering = evening.look(20'000);
  EXPECT_EQ(visible(*uncovering, LayerName::slate, 20'000), 255);
  EXPECT_FALSE(all_of(*uncovering, LayerName::nameplate, false).empty());
  EXPECT_EQ(visible(*evening.look(20'400), LayerName::slate, 20'400), 0);
}

TEST(ArtistMotion, lets_one_slate_come_over_the_other) {
  Evening evening;
  evening.slate(5'000, SlateKind::opening);
  evening.look(9'000);
  evening.slate(10'000, SlateKind::away);
  const auto both = evening.look(10'100);
  EXPECT_EQ(both->layers.size(), 2U);
  EXPECT_EQ(both->layers[0].id, "opening");
  EXPECT_EQ(sight_of(both->layers[0], at_ms(10'250)).fade, 255);
  EXPECT_EQ(evening.look(10'500)->layers.size(), 1U);
}

TEST(ArtistMotion, only_fades_in_quiet_mode) {
  Evening evening;
  evening.values().is_quiet = true;
  evening.look(9'000);
  evening.product(10'000, "orange");
  evening.caption(10'000, "picking");
  for (const auto& layer : evening.look(10'000)->layers) {
    EXPECT_TRUE(layer.flipbook.pages.empty());
    for (const Motion& motion : layer.motions) {
      if (motion.repeat == Repeat::loop) continue;  // the ticker runs: it is how one reads it
      EXPECT_LE(motion.length, from_ms(160));
      EXPECT_EQ(motion.from.dx, 0);
      EXPECT_EQ(motion.from.dy, 0);
      EXPECT_EQ(motion.from.right, 1);
    }
  }
  EXPECT_EQ(evening.artist().next_change(), at_ms(10'160));
}

TEST(ArtistMotion, takes_nothing_from_the_heap_while_it_is_composed) {
  if (!counts_allocations) GTEST_SKIP() << "the sanitizer owns the heap";
  Evening evening;
  evening.look(9'000);
  evening.product(10'000, "orange");
  CounterValues& counter = evening.values().counter;
  counter.total = 1300;
  counter.last_follower = "春燕";
  counter.followers_merged = 1;
  counter.first_follow = counter.last_follow = at_ms(10'000);
  const auto moving = evening.look(10'010);
  media::Picture picture(landscape.width, landscape.height);
  picture.fill(90, 110, 140);
  compose(picture, *moving, at_ms(10'010));
  const auto before = allocations();
  for (int ms = 10'010; ms < 12'000; ms += 33) compose(picture, *moving, at_ms(ms));
  EXPECT_EQ(allocations(), before);
}

TEST(ArtistMotion, shows_a_number_at_once_even_while_its_pulse_waits) {
  Evening evening;
  evening.look(9'000);
  evening.product(10'000, "orange");
  evening.caption(10'000, "picking");
  CounterValues& counter = evening.values().counter;
  ++counter.total;
  counter.last_follower = "春燕";
  counter.followers_merged = 1;
  counter.first_follow = counter.last_follow = at_ms(10'100);
  const auto waiting = evening.look(10'100);
  EXPECT_EQ(waiting->counter_total, counter.total);
  for (const auto* layer : all_of(*waiting, LayerName::counter, false)) {
    EXPECT_TRUE(layer->flipbook.pages.empty());
  }
  EXPECT_EQ(evening.artist().next_change(), at_ms(10'480));
  const auto pulsing = evening.look(10'480);
  const auto chips = all_of(*pulsing, LayerName::counter, false);
  EXPECT_EQ(chips.at(0)->flipbook.begin, at_ms(10'480));
}

TEST(ArtistMotion, pulses_at_most_twenty_times_a_minute) {
  Evening evening;
  std::set<SessionTime> pulses;
  CounterValues& counter = evening.values().counter;
  for (int ms = 10'000; ms < 70'000; ms += 100) {
    if (ms % 1'600 == 0) {
      ++counter.total;
      counter.last_follower = "春燕";
      counter.followers_merged = 1;
      counter.first_follow = counter.last_follow = at_ms(ms);
    }
    const auto bitmaps = evening.look(ms);
    for (const auto* layer : all_of(*bitmaps, LayerName::counter, false)) {
      const bool is_chip = layer->bitmap && layer->motions.empty();
      if (is_chip && !layer->flipbook.pages.empty()) pulses.insert(layer->flipbook.begin);
    }
  }
  EXPECT_GT(pulses.size(), 10U);
  EXPECT_LE(pulses.size(), 20U);
}

TEST(ArtistMotion, paints_nothing_once_all_rests) {
  Evening evening;
  evening.product(10'000, "orange");
  evening.caption(10'000, "picking");
  evening.look(10'000);
  evening.look(10'480);
  const auto resting = evening.look(10'640);
  const auto repaints = evening.artist().repaints();
  for (int ms = 10'641; ms < 20'000; ms += 33) EXPECT_EQ(evening.look(ms), resting);
  EXPECT_EQ(evening.artist().repaints(), repaints);
}

struct Cue {
  std::int64_t ms;
  std::function<void(Evening&, std::int64_t)> change;
};

// Everything an evening has, at times that are no multiples of anything.
std::vector<Cue> busy_evening() {
  const auto product = [](const char* id) {
    return [=](Evening& e, std::int64_t ms) {
      e.product(ms, *id != 0 ? std::optional<std::string>(id) : std::nullopt);
    };
  };
  const auto caption = [](const char* id) {
    return [=](Evening& e, std::int64_t ms) {
      e.caption(ms, *id != 0 ? std::optional<std::string>(id) : std::nullopt);
    };
  };
  const auto follow = [](const char* name) {
    return [=](Evening& e, std::int64_t ms) {
      CounterValues& c = e.values().counter;
      const bool is_merged = c.followers_merged > 0 && at_ms(ms) - c.first_follow < from_ms(1500);
      c.followers_merged = is_merged ? c.followers_merged + 1 : 1;
      if (!is_merged) c.first_follow = at_ms(ms);
      c.last_follow = at_ms(ms);
      c.last_follower = name;
      ++c.total;
      ++c.gained;
    };
  };
  const auto says = [](std::uint64_t sequence, const char* text) {
    return [=](Evening& e, std::int64_t ms) {
      e.values().chat.push_back({sequence, ChatRole::viewer, "小河", text, at_ms(ms)});
    };
  };
  const auto slate = [](SlateKind kind) {
    return [=](Evening& e, std::int64_t ms) { e.slate(ms, kind); };
  };
  return {{1'013, says(1, "来啦")},     {1'117, says(2, "今天有橙子吗")},
          {1'951, product("orange")},   {2'003, follow("春燕")},
          {2'101, says(3, "甜不甜")},   {2'333, follow("阿月")},
          {3'989, says(4, "好看")},     {4'307, product("sauce")},
          {4'411, caption("picking")},  {4'507, follow("石头")},
          {5'907, product("")},         {6'101, caption("cistern")},
          {8'219, says(5, "外公讲过")}, {8'317, caption("")},
          {8'401, product("orange")},   {9'001, slate(SlateKind::away)},
          {9'203, says(6, "等你")},     {11'003, slate(SlateKind::none)},
          {11'411, says(7, "回来啦")},  {13'905, follow("冬梅")}};
}

TEST(ArtistMotion, gives_the_same_picture_at_a_moment_however_often_it_was_looked_at) {
  for (const CanvasSize size : {landscape, portrait}) {
    Evening often(size);
    Evening rarely(size);
    const auto cues = busy_evening();
    const std::vector<std::int64_t> compared{1'050,  1'200,  2'111,  2'350,  2'800, 4'100, 4'450,
                                             4'700,  6'120,  6'400,  8'350,  8'600, 9'250, 9'600,
                                             11'050, 11'450, 13'150, 14'000, 15'500};
    std::size_t next_often = 0;
    std::size_t next_rarely = 0;
    const auto look = [&](Evening& evening, std::size_t& next, std::int64_t ms) {
      for (; next < cues.size() && cues[next].ms <= ms; ++next) {
        cues[next].change(evening, cues[next].ms);
        // as the painter does: it looks when something has changed
        if (&evening == &often) evening.look(cues[next].ms);
      }
      evening.look(ms);
    };
    std::int64_t looked_often = 0;
    std::int64_t looked_rarely = 0;
    for (const std::int64_t ms : compared) {
      for (; looked_often < ms; looked_often += 7) look(often, next_often, looked_often);
      for (; looked_rarely < ms; looked_rarely += 200) look(rarely, next_rarely, looked_rarely);
      look(often, next_often, ms);
      look(rarely, next_rarely, ms);
      EXPECT_TRUE(often.picture(ms) == rarely.picture(ms)) << size.width << " at " << ms;
    }
  }
}

TEST(ArtistInTime, petals_fall_for_a_milestone_but_for_no_old_total_and_not_in_quiet_mode) {
  for (const CanvasSize size : {landscape, portrait}) {
    const auto layers_of = [&](const std::function<void(LiveValues&)>& change) {
      Evening evening(size);
      evening.values().counter.total = 1299;
      evening.look(50'000);
      CounterValues& counter = evening.values().counter;
      counter.total = 1300;
      counter.followers_merged = 1;
      counter.last_follower = "春燕";
      counter.first_follow = counter.last_follow = at_ms(60'000);
      change(evening.values());
      const auto bitmaps = evening.look(60'300);
      return std::count_if(bitmaps->layers.begin(), bitmaps->layers.end(),
                           [](const PlacedLayer& one) { return one.layer == LayerName::counter; });
    };
    const auto usual = layers_of([](LiveValues& values) { --values.counter.total; });
    EXPECT_EQ(layers_of([](LiveValues&) {}), usual + 14 - 1) << "the bar can wait";
    EXPECT_LE(layers_of([](LiveValues& values) { values.counter.stale_since = "15:31"; }), usual);
    EXPECT_LE(layers_of([](LiveValues& values) { values.is_quiet = true; }), usual);
  }
}

}  // namespace
}  // namespace xb::overlay::testing

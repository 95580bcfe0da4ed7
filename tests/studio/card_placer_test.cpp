// SPDX-License-Identifier: Apache-2.0
#include "studio/card_placer.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

using overlay::CardPlace;

constexpr overlay::CardPlaces landscape{{1448, 244, 376, 726}, overlay::Box{96, 732, 880, 238}};
constexpr media::PixelRect in_the_middle{860, 300, 200, 200};
constexpr media::PixelRect behind_the_card{1400, 300, 200, 200};
constexpr media::PixelRect low_at_the_left{300, 760, 200, 200};

SessionTime at(double seconds) {
  return SessionTime(from_ms(static_cast<std::int64_t>(seconds * 1000)));
}

vision::Faces seen(std::vector<media::PixelRect> boxes, double seconds) {
  return {at(seconds), true, std::move(boxes)};
}

// A card that is on, looked after ten times a second with one picture a look.
class OnAir {
 public:
  // How often it moved from `from` to `until` with these faces.
  int watch(const std::vector<media::PixelRect>& boxes, double from, double until) {
    int moves = 0;
    for (double t = from; t < until; t += 0.1) {
      const auto next = placer_.next(place, seen(boxes, t), at(t));
      if (next != place) ++moves;
      place = next;
    }
    return moves;
  }
  CardPlace place = CardPlace::first;
  CardPlacer placer_{landscape};
};

TEST(CardPlacer, shows_a_card_in_its_second_place_when_the_first_would_cover_a_face) {
  CardPlacer placer(landscape);
  EXPECT_EQ(placer.at_show(seen({in_the_middle}, 1), at(1)), CardPlace::first);
  EXPECT_EQ(placer.at_show(seen({behind_the_card}, 1), at(1)), CardPlace::second);
  EXPECT_EQ(placer.at_show(seen({low_at_the_left}, 1), at(1)), CardPlace::first);
}

TEST(CardPlacer, takes_the_place_that_covers_less_when_both_cover) {
  CardPlacer placer(landscape);
  const media::PixelRect at_the_edge{940, 700, 200, 200};
  EXPECT_EQ(placer.at_show(seen({behind_the_card, at_the_edge}, 1), at(1)), CardPlace::second);
  const media::PixelRect barely{1240, 300, 180, 180};
  EXPECT_EQ(placer.at_show(seen({barely, low_at_the_left}, 1), at(1)), CardPlace::first);
}

TEST(CardPlacer, moves_at_once_when_a_face_comes_and_back_when_it_is_gone_for_six_seconds) {
  OnAir card;
  EXPECT_EQ(card.watch({in_the_middle}, 0, 3), 0);
  card.place = card.placer_.next(card.place, seen({behind_the_card}, 3), at(3));
  EXPECT_EQ(card.place, CardPlace::second);
  EXPECT_EQ(card.watch({behind_the_card}, 3, 20), 0);
  EXPECT_EQ(card.watch({in_the_middle}, 20, 25.9), 0);
  EXPECT_EQ(card.watch({in_the_middle}, 25.9, 27), 1);
  EXPECT_EQ(card.place, CardPlace::first);
}

TEST(CardPlacer, does_not_flicker_for_a_head_that_sways_at_the_edge) {
  OnAir card;
  int moves = 0;
  for (int i = 0; i < 60; ++i) {
    const media::PixelRect head{i % 2 == 0 ? 1180 : 1240, 300, 200, 200};
    moves += card.watch({head}, i, i + 1);
  }
  EXPECT_EQ(moves, 1);
}

TEST(CardPlacer, never_moves_twice_within_five_seconds_whoever_walks_about) {
  OnAir card;
  double last = -10;
  int moves = 0;
  for (double t = 0; t < 60; t += 0.1) {
    const bool is_right = static_cast<int>(t * 2) % 3 == 0;
    if (card.watch({is_right ? behind_the_card : low_at_the_left}, t, t + 0.05) == 0) continue;
    EXPECT_GE(t - last, 4.95);
    last = t;
    ++moves;
  }
  EXPECT_GT(moves, 2);
}

TEST(CardPlacer, stays_where_it_is_while_nothing_is_known) {
  OnAir card;
  card.place = card.placer_.next(card.place, seen({behind_the_card}, 0), at(0));
  ASSERT_EQ(card.place, CardPlace::second);
  for (int t = 1; t < 60; ++t) {
    EXPECT_EQ(card.placer_.next(card.place, vision::Faces{}, at(t)), CardPlace::second);
    EXPECT_EQ(card.placer_.next(card.place, seen({}, 0), at(t + 3)), CardPlace::second) << "old";
  }
  EXPECT_EQ(card.placer_.at_show(vision::Faces{}, at(70)), CardPlace::first);
}

TEST(CardPlacer, has_no_choice_in_portrait) {
  CardPlacer placer({{40, 1198, 880, 238}, std::nullopt});
  const auto faces = seen({{200, 1200, 300, 300}}, 1);
  EXPECT_EQ(placer.at_show(faces, at(1)), CardPlace::first);
  EXPECT_EQ(placer.next(CardPlace::first, faces, at(1)), CardPlace::first);
}

}  // namespace
}  // namespace xb::studio

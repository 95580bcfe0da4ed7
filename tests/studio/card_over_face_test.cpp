// A real face walks about in front of the camera: how much of it the card covers.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "overlay/artist.h"
#include "studio/card_placer.h"
#include "tests/vision/portrait.h"
#include "vision/face_list.h"
#include "vision/face_search.h"

namespace xb::studio {
namespace {

constexpr int tenths = 450;  // 45 s, looked at each half second

// In the middle, behind the card from 8 to 22 s, back, and once more at 36 s; two seconds a way.
media::PixelRect face_at(int tenth) {
  const double t = tenth / 10.0;
  const auto way = [t](double from) { return std::clamp((t - from) / 2, 0.0, 1.0); };
  const double right = way(8) - way(22) + way(36);
  const double smooth = right * right * (3 - 2 * right);
  const int sway = static_cast<int>(6 * std::sin(t * 2));
  return {560 + static_cast<int>(480 * smooth) + sway, 250 + sway / 2, 120, 120};
}

std::int64_t common(const overlay::Box& card, const media::PixelRect& face) {
  const int w = std::min(card.right(), face.x + face.width) - std::max(card.x, face.x);
  const int h = std::min(card.bottom(), face.y + face.height) - std::max(card.y, face.y);
  return w > 0 && h > 0 ? std::int64_t{w} * h : 0;
}

TEST(CardOverFace, covers_at_most_two_percent_of_a_real_face_that_walks_behind_it) {
  auto search = vision::FaceSearch::open(vision::cascade_folders());
  ASSERT_TRUE(search) << search.error().log_line();
  auto artist = overlay::Artist::make({1280, 720}, "red", XB_SOURCE_DIR "/assets");
  ASSERT_TRUE(artist);
  const auto places = (*artist)->card_places();
  CardPlacer placer(places);
  vision::FaceList list;
  vision::Faces faces;
  auto place = overlay::CardPlace::first;
  std::int64_t of_face = 0, covered = 0, covered_if_it_stayed = 0;
  int moves = 0;
  for (int tenth = 0; tenth < tenths; ++tenth) {
    const SessionTime now(from_ms(100 * tenth));
    const auto face = face_at(tenth);
    if (tenth % 5 == 0) {
      const auto picture = vision::portrait(1280, 720, face);
      if (!picture) GTEST_SKIP() << "python3-imageio is not installed";
      search->take(*picture);
      list.note(now, *search->look(list.candidates()));
      faces = {now, true, list.steady()};
    }
    if (tenth < 40) continue;  // the product goes on
    const auto next = tenth == 40 ? placer.at_show(faces, now) : placer.next(place, faces, now);
    moves += next != place ? 1 : 0;
    place = next;
    of_face += std::int64_t{face.width} * face.height;
    covered_if_it_stayed += common(places.first, face);
    covered += common(place == overlay::CardPlace::first ? places.first : *places.second, face);
  }
  RecordProperty("covered_permille", static_cast<int>(covered * 1000 / of_face));
  EXPECT_GT(covered_if_it_stayed * 100 / of_face, 30) << "the walk must be worth avoiding";
  EXPECT_LE(covered * 100, of_face * 2) << covered * 1000 / of_face << " permille";
  EXPECT_EQ(moves, 3) << "away, back, away";
}

}  // namespace
}  // namespace xb::studio

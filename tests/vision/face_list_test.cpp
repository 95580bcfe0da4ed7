// SPDX-License-Identifier: Apache-2.0
#include "vision/face_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xb::vision {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr media::PixelRect face{600, 200, 120, 120};

// One look each half second.
class Looks {
 public:
  Looks& see(const std::vector<media::PixelRect>& found) {
    list_.note(SessionTime(from_ms(500 * number_++)), found);
    return *this;
  }
  std::vector<media::PixelRect> steady() const { return list_.steady(); }
  std::vector<media::PixelRect> candidates() const { return list_.candidates(); }

 private:
  FaceList list_;
  int number_ = 0;
};

TEST(FaceList, counts_a_face_from_the_third_sighting_in_four_looks) {
  Looks looks;
  EXPECT_THAT(looks.see({face}).see({face}).steady(), IsEmpty());
  EXPECT_THAT(looks.see({}).steady(), IsEmpty());
  EXPECT_THAT(looks.see({face}).steady(), ElementsAre(face));
}

TEST(FaceList, never_counts_what_is_seen_in_every_second_look) {
  Looks looks;
  for (int i = 0; i < 20; ++i) EXPECT_THAT(looks.see({face}).see({}).steady(), IsEmpty());
}

TEST(FaceList, keeps_a_face_that_turns_away_for_less_than_three_seconds) {
  Looks looks;
  looks.see({face}).see({face}).see({face});
  for (int i = 0; i < 5; ++i) EXPECT_THAT(looks.see({}).steady(), SizeIs(1)) << i;
  EXPECT_THAT(looks.see({}).steady(), IsEmpty());
}

TEST(FaceList, holds_the_box_still_while_the_head_nods_and_follows_when_it_walks) {
  Looks looks;
  looks.see({face}).see({{610, 195, 126, 126}}).see({{594, 206, 116, 116}});
  EXPECT_THAT(looks.steady(), ElementsAre(face));
  looks.see({{690, 200, 120, 120}});
  EXPECT_THAT(looks.steady(), ElementsAre(media::PixelRect{690, 200, 120, 120}));
}

TEST(FaceList, follows_one_who_walks_past_another) {
  const media::PixelRect other{1000, 220, 110, 110};
  Looks looks;
  looks.see({face, other}).see({face, other}).see({face, other});
  looks.see({other, {860, 200, 120, 120}});
  EXPECT_THAT(looks.steady(), ElementsAre(media::PixelRect{860, 200, 120, 120}, other));
}

TEST(FaceList, offers_what_was_seen_once_for_a_closer_look) {
  EXPECT_THAT(Looks().see({face}).candidates(), ElementsAre(face));
}

TEST(FaceList, names_the_largest_first_and_holds_at_most_sixteen) {
  Looks looks;
  const media::PixelRect far{100, 100, 60, 60};
  for (int i = 0; i < 3; ++i) looks.see({far, face});
  EXPECT_THAT(looks.steady(), ElementsAre(face, far));
  std::vector<media::PixelRect> crowd;
  for (int i = 0; i < 40; ++i) crowd.push_back({i * 200, 500, 90, 90});
  EXPECT_THAT(looks.see(crowd).candidates(), SizeIs(16));
}

}  // namespace
}  // namespace xb::vision

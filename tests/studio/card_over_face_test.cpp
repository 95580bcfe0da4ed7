// A real face walks about in front of the camera: how much of it the card covers.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>

#include "capture/offline.h"
#include "overlay/artist.h"
#include "studio/card_placer.h"
#include "tests/support/media_files.h"
#include "tests/vision/portrait.h"
#include "vision/face_list.h"
#include "vision/face_search.h"

namespace xb::studio {
namespace {

constexpr int tenths = 450;  // 45 s, looked at each half second

// In the middle (0), behind the card (1) from 8 to 22 s, back, and once more at 36 s; two seconds a
// way.
double walked(int tenth) {
  const double t = tenth / 10.0;
  const auto way = [t](double from) { return std::clamp((t - from) / 2, 0.0, 1.0); };
  return way(8) - way(22) + way(36);
}
// The same for ffmpeg's filters.
constexpr const char* walked_in_filters =
    "(clip((t-8)/2,0,1)-clip((t-22)/2,0,1)+clip((t-36)/2,0,1))";

media::PixelRect face_at(int tenth) {
  const double t = tenth / 10.0;
  const double right = walked(tenth);
  const double smooth = right * right * (3 - 2 * right);
  const int sway = static_cast<int>(6 * std::sin(t * 2));
  return {560 + static_cast<int>(480 * smooth) + sway, 250 + sway / 2, 120, 120};
}

std::int64_t common(const overlay::Box& card, const media::PixelRect& face) {
  const int w = std::min(card.right(), face.x + face.width) - std::max(card.x, face.x);
  const int h = std::min(card.bottom(), face.y + face.height) - std::max(card.y, face.y);
  return w > 0 && h > 0 ? std::int64_t{w} * h : 0;
}

struct Covering {
  std::int64_t of_face = 0, covered = 0, if_it_stayed = 0;  // pixels, summed over all tenths
  int moves = 0;
};

// Shows a product after 4 s to a camera that gives `picture` of each tenth; null ends it. `face` is
// where the face really is then.
Covering watch(const std::function<const media::Picture*(int tenth)>& picture,
               const std::function<media::PixelRect(int tenth)>& face) {
  auto search = vision::FaceSearch::open(vision::cascade_folders());
  auto artist = overlay::Artist::make({1280, 720}, "red", XB_SOURCE_DIR "/assets");
  EXPECT_TRUE(search && artist);
  if (!search || !artist) return {};
  const auto places = (*artist)->card_places();
  CardPlacer placer(places);
  vision::FaceList list;
  vision::Faces faces;
  auto place = overlay::CardPlace::first;
  Covering out;
  for (int tenth = 0; tenth < tenths; ++tenth) {
    const SessionTime now(from_ms(100 * tenth));
    const auto* seen = picture(tenth);
    if (seen == nullptr) break;
    if (tenth % 5 == 0) {
      search->take(*seen);
      list.note(now, *search->look(list.candidates()));
      faces = {now, true, list.steady()};
    }
    if (tenth < 40) continue;
    const auto next = tenth == 40 ? placer.at_show(faces, now) : placer.next(place, faces, now);
    out.moves += next != place ? 1 : 0;
    place = next;
    const auto there = face(tenth);
    out.of_face += std::int64_t{there.width} * there.height;
    out.if_it_stayed += common(places.first, there);
    out.covered +=
        common(place == overlay::CardPlace::first ? places.first : *places.second, there);
  }
  return out;
}

void expect_kept_clear(const Covering& seen) {
  ASSERT_GT(seen.of_face, 0);
  const auto permille = static_cast<int>(seen.covered * 1000 / seen.of_face);
  testing::Test::RecordProperty("covered_permille", permille);
  EXPECT_GT(seen.if_it_stayed * 100 / seen.of_face, 30) << "the walk must be worth avoiding";
  EXPECT_LE(permille, 20);
  EXPECT_EQ(seen.moves, 3) << "away, back, away";
}

TEST(CardOverFace, covers_at_most_two_percent_of_a_real_face_that_walks_behind_it) {
  std::optional<media::Picture> picture;
  const auto seen = watch(
      [&](int tenth) -> const media::Picture* {
        if (tenth % 5 == 0) picture = vision::portrait(1280, 720, face_at(tenth));
        return picture ? &*picture : nullptr;
      },
      face_at);
  if (!picture) GTEST_SKIP() << "python3-imageio is not installed";
  expect_kept_clear(seen);
}

// A man before his webcam, who talks, looks down and turns away; twice as large as he was filmed
// and walking.
TEST(CardOverFace, covers_at_most_two_percent_of_a_face_in_a_real_film) {
  const std::string film = "/usr/share/forensics-samples/original-files/movie2/movie-hello.mp4";
  if (!std::filesystem::exists(film)) GTEST_SKIP() << "forensics-samples-files is not installed";
  // where his head always is, in the film cut to his webcam's picture
  constexpr media::PixelRect head{74, 32, 74, 116};
  constexpr int scale = 2, top = 180, left = 560 - scale * head.x, way = 480;
  const auto n = [](int value) { return std::to_string(value); };
  support::Folder folder;
  const auto walking = support::ffmpeg(
      "-stream_loop -1 -i " + film + " -f lavfi -i color=c=gray:s=1280x720:r=10 -filter_complex " +
          "\"[0]crop=253:190:114:83,scale=iw*" + n(scale) + ":-1,fps=10[man];[1][man]overlay=x='" +
          n(left) + "+" + n(way) + "*" + walked_in_filters + "':y=" + n(top) + "\" -t " +
          n(tenths / 10) + " -c:v libx264 -preset ultrafast -pix_fmt yuv420p -an",
      folder / "walking.mp4");
  SystemClock clock;
  auto source = capture::OfflineSource::open(*capture::parse_source("file:" + walking),
                                             media::Canvas{1280, 720, {}}, {10, 1}, clock);
  ASSERT_TRUE(source) << source.error().log_line();
  media::Ref<const media::Picture> picture;
  const auto seen = watch(
      [&](int) -> const media::Picture* {
        auto next = (*source)->next_frame({});
        if (!next || !*next) return nullptr;
        picture = *next;
        return &*picture;
      },
      [&](int tenth) {
        const int x = left + static_cast<int>(way * walked(tenth));
        return media::PixelRect{x + scale * head.x, top + scale * head.y, scale * head.width,
                                scale * head.height};
      });
  expect_kept_clear(seen);
}

}  // namespace
}  // namespace xb::studio

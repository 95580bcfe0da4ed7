// SPDX-License-Identifier: Apache-2.0
#include "vision/face_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portrait.h"

namespace xb::vision {
namespace {

using testing::SizeIs;

// A program that hands over its picture whenever it is asked for one.
class Rig {
 public:
  explicit Rig(media::Picture picture,
               std::span<const std::filesystem::path> folders = cascade_folders())
      : pool_("camera", 1, [&] { return std::move(picture); }),
        finder_(frames_, faces_, clock_, health_, folders) {
    picture_ = pool_.take();
  }

  // The look that is due now, and what is known after it.
  std::shared_ptr<const Faces> look() {
    const auto before = faces_.version();
    while (!finder_.claim()) std::this_thread::yield();
    frames_.put({picture_, SessionTime(clock_.now().time_since_epoch()), {}});
    faces_.wait_change(before, std::chrono::seconds(60), {});
    next();
    return faces_.read();
  }
  void next() {
    clock_.await_waiting(1);
    clock_.advance(from_ms(500));
  }

  // After the look that was due before.
  void pause() {
    while (!finder_.claim()) std::this_thread::yield();
    finder_.set(FaceFinder::Pace::paused);
    frames_.put({picture_, {}, {}});
    next();
    clock_.await_waiting(1);
  }

  ManualClock clock_;
  Health health_;
  Mailbox<media::Frame> frames_{"program to faces"};
  Snapshot<Faces> faces_{"faces"};
  media::PicturePool pool_;
  media::Ref<const media::Picture> picture_;
  FaceFinder finder_;
};

TEST(FaceFinder, tells_a_face_after_three_looks_and_holds_no_picture_between_them) {
  auto picture = portrait(1280, 720, {560, 250, 130, 130});
  if (!picture) GTEST_SKIP() << "python3-imageio is not installed";
  Rig rig(std::move(*picture));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(rig.faces_.read()->boxes, SizeIs(0));
    rig.look();
    EXPECT_TRUE(rig.picture_.is_only_reference());
  }
  const auto faces = rig.faces_.read();
  EXPECT_TRUE(faces->is_known);
  EXPECT_EQ(faces->time, SessionTime(from_ms(1000)));
  ASSERT_THAT(faces->boxes, SizeIs(1));
  EXPECT_NEAR(faces->boxes[0].x, 560, 26);
}

TEST(FaceFinder, asks_for_one_picture_a_look) {
  media::Picture picture(1280, 720);
  picture.fill(90, 128, 128);
  Rig rig(std::move(picture));
  rig.look();
  while (!rig.finder_.claim()) std::this_thread::yield();
  EXPECT_FALSE(rig.finder_.claim());
}

TEST(FaceFinder, keeps_the_names_of_the_folders_it_was_given) {
  media::Picture picture(1280, 720);
  picture.fill(90, 128, 128);
  std::vector<std::filesystem::path> folders(cascade_folders().begin(), cascade_folders().end());
  Rig rig(std::move(picture), folders);
  for (auto& folder : folders) folder = "/nowhere";
  EXPECT_TRUE(rig.look()->is_known);
}

TEST(FaceFinder, forgets_what_it_knew_while_the_machine_has_no_time_and_says_so) {
  media::Picture picture(1280, 720);
  picture.fill(90, 128, 128);
  Rig rig(std::move(picture));
  EXPECT_TRUE(rig.look()->is_known);
  rig.pause();
  EXPECT_FALSE(rig.faces_.read()->is_known);
  ASSERT_THAT(rig.health_.all(), SizeIs(1));
  EXPECT_EQ(rig.health_.all()[0].error->code(), ErrorCode::faces_paused);
  EXPECT_FALSE(rig.finder_.claim());
  rig.finder_.set(FaceFinder::Pace::looking);
  rig.next();
  EXPECT_TRUE(rig.look()->is_known);
  EXPECT_EQ(rig.health_.all()[0].condition, Condition::running);
}

TEST(FaceFinder, finds_whoever_sat_still_through_a_pause_soon_after_it) {
  auto picture = portrait(1280, 720, {560, 250, 130, 130});
  if (!picture) GTEST_SKIP() << "python3-imageio is not installed";
  Rig rig(std::move(*picture));
  for (int i = 0; i < 4; ++i) rig.look();
  ASSERT_THAT(rig.faces_.read()->boxes, SizeIs(1));
  rig.pause();
  ASSERT_FALSE(rig.faces_.read()->is_known);
  rig.finder_.set(FaceFinder::Pace::looking);
  rig.next();
  for (int i = 0; i < 6; ++i) rig.look();
  EXPECT_THAT(rig.faces_.read()->boxes, SizeIs(1));
}

TEST(FaceFinder, without_a_cascade_says_one_sentence_and_never_asks) {
  const std::filesystem::path nowhere[] = {"/nonexistent"};
  media::Picture picture(1280, 720);
  Rig rig(std::move(picture), nowhere);
  while (rig.health_.all().empty()) std::this_thread::yield();
  EXPECT_EQ(rig.health_.all()[0].error->code(), ErrorCode::faces_unavailable);
  EXPECT_FALSE(rig.finder_.claim());
  EXPECT_FALSE(rig.faces_.read()->is_known);
}

}  // namespace
}  // namespace xb::vision

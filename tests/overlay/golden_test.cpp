// Golden pictures of the layers, compared as eyes do and not byte by byte.
// XB_UPDATE_GOLDEN=1 rewrites them; look at the difference before committing it.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <opencv2/imgproc.hpp>

#include "poses.h"
#include "scenes.h"
#include "tests/support/png_file.h"

namespace xb::overlay::testing {
namespace {

struct Case {
  const char* folder;
  const char* theme;
  CanvasSize size;
  Look (*look)();
};

const Case cases[] = {
    {"shop-1920x1080-red", "red", {1920, 1080}, &shop_look},
    {"story-1920x1080-red", "red", {1920, 1080}, &story_look},
    {"countdown-1920x1080-red", "red", {1920, 1080}, &countdown_look},
    {"countdown-1280x720-plain", "plain", {1280, 720}, &countdown_look},
    {"countdown-1080x1920-harvest", "harvest", {1080, 1920}, &countdown_look},
    {"pinned-1920x1080-red", "red", {1920, 1080}, &pinned_look},
    {"pinned-1080x1920-plain", "plain", {1080, 1920}, &pinned_look},
    {"vertical-1920x1080-red", "red", {1920, 1080}, &vertical_look},
    {"vertical-1080x1920-harvest", "harvest", {1080, 1920}, &vertical_look},
    {"sold-out-1920x1080-red", "red", {1920, 1080}, &sold_out_look},
    {"sold-out-1080x1920-plain", "plain", {1080, 1920}, &sold_out_look},
    {"few-1280x720-harvest", "harvest", {1280, 720}, &few_look},
    {"few-1080x1920-red", "red", {1080, 1920}, &few_look},
    {"bare-1920x1080-plain", "plain", {1920, 1080}, &bare_look},
    {"bare-1080x1920-harvest", "harvest", {1080, 1920}, &bare_look},
    {"opening-1920x1080-red", "red", {1920, 1080}, &opening_look},
    {"hostile-1920x1080-red", "red", {1920, 1080}, &hostile_look},
    {"caption-1920x1080-plain", "plain", {1920, 1080}, &plain_look},
    {"aside-1920x1080-red", "red", {1920, 1080}, &aside_look},
    {"aside-1280x720-plain", "plain", {1280, 720}, &aside_look},
    {"shop-1280x720-harvest", "harvest", {1280, 720}, &shop_look},
    {"story-1280x720-plain", "plain", {1280, 720}, &story_look},
    {"away-1280x720-harvest", "harvest", {1280, 720}, &away_look},
    {"hostile-1280x720-plain", "plain", {1280, 720}, &hostile_look},
    {"shop-1080x1920-red", "red", {1080, 1920}, &shop_look},
    {"story-1080x1920-red", "red", {1080, 1920}, &story_look},
    {"caption-1080x1920-harvest", "harvest", {1080, 1920}, &plain_look},
    {"opening-1080x1920-plain", "plain", {1080, 1920}, &opening_look},
    {"hostile-1080x1920-harvest", "harvest", {1080, 1920}, &hostile_look},
};

struct Difference {
  double mean = 0;         // of all pixels, levels
  double worst_block = 0;  // of the worst 8x8 block
};

Difference difference(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat levels;
  cv::absdiff(a, b, levels);
  cv::Mat blocks;
  levels.convertTo(levels, CV_32F);
  cv::boxFilter(levels, blocks, CV_32F, {8, 8});
  double worst = 0;
  cv::minMaxIdx(blocks.reshape(1), nullptr, &worst);
  const cv::Scalar mean = cv::mean(levels);
  return {(mean[0] + mean[1] + mean[2]) / 3, worst};
}

cv::Mat smaller(const cv::Mat& picture) {
  cv::Mat small;
  const double scale = 800.0 / std::max(picture.cols, picture.rows);
  cv::resize(picture, small, {}, scale, scale, cv::INTER_AREA);
  return small;
}

// Against the picture in `folder`; with XB_UPDATE_GOLDEN it becomes that picture.
void expect_as_approved(const std::string& case_name, const cv::Mat& now) {
  const std::string folder = std::string(XB_SOURCE_DIR) + "/tests/cases/layer/" + case_name;
  const std::string file = folder + "/golden.png";
  if (std::getenv("XB_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(folder);
    ASSERT_TRUE(test::write_png(file, now));
    ASSERT_LT(std::filesystem::file_size(file), 200'000U);
    return;
  }
  const cv::Mat golden = test::read_png(file);
  ASSERT_FALSE(golden.empty()) << file << ": XB_UPDATE_GOLDEN=1 writes it";
  ASSERT_EQ(golden.size(), now.size());
  const Difference d = difference(golden, now);
  // A glyph moved by a pixel is 15 and more in its block; another rounding of a gradient under 2.
  EXPECT_LT(d.mean, 0.5);
  EXPECT_LT(d.worst_block, 10);
}

class Golden : public ::testing::TestWithParam<Case> {};

TEST_P(Golden, looks_as_it_was_approved) {
  const Case& c = GetParam();
  auto artist = Artist::make(c.size, c.theme, assets_folder());
  ASSERT_TRUE(artist) << artist.error().log_line();
  const Look look = c.look();
  const auto bitmaps = (*artist)->paint(look.scene, look.values, look.now);
  expect_as_approved(c.folder, smaller(seen(*bitmaps, c.size, look.now)));
}

INSTANTIATE_TEST_SUITE_P(Layers, Golden, ::testing::ValuesIn(cases),
                         [](const ::testing::TestParamInfo<Case>& tested) {
                           std::string name = tested.param.folder;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

class GoldenMotion : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenMotion, passes_through_the_poses_that_were_approved) {
  const auto all = pose_cases();
  const auto found = std::find_if(
      all.begin(), all.end(), [](const PoseCase& c) { return c.name == std::string(GetParam()); });
  ASSERT_NE(found, all.end());
  expect_as_approved("motion-" + std::string(found->name), sheet_of(*found, "red", 0.4, 4));
}

INSTANTIATE_TEST_SUITE_P(Layers, GoldenMotion,
                         ::testing::Values("nameplate-in", "follower", "milestone",
                                           "milestone-tall", "product-in", "product-swap",
                                           "product-emphasis", "caption-in", "chat"),
                         [](const ::testing::TestParamInfo<const char*>& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(GoldenDifference, sees_one_digit_that_changed) {
  auto artist = Artist::make({1280, 720}, "red", assets_folder());
  ASSERT_TRUE(artist);
  Look look = shop_look();
  const cv::Mat before =
      smaller(seen(*(*artist)->paint(look.scene, look.values, look.now), {1280, 720}, look.now));
  look.values.counter.gained = 5;
  const cv::Mat after =
      smaller(seen(*(*artist)->paint(look.scene, look.values, look.now), {1280, 720}, look.now));
  EXPECT_GT(difference(before, after).worst_block, 10);
}

}  // namespace
}  // namespace xb::overlay::testing

// Themes: what ships is whole and readable; what is not is refused with its place.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/theme.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "overlay/placement.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

class ThemeFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("xb-themes-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::filesystem::copy(assets_folder() + "/themes", folder_ / "themes",
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Replaces `from` in a theme file and says how loading it fails.
  std::string refusal(const std::string& file, const std::string& from, const std::string& to) {
    const auto path = folder_ / "themes" / file;
    std::string bytes = *read_file(path, 1 << 20);
    const auto at = bytes.find(from);
    EXPECT_NE(at, std::string::npos);
    bytes.replace(at, from.size(), to);
    EXPECT_TRUE(write_file_atomically(path, bytes));
    const auto theme = load_theme(folder_.string(), "red", {1280, 720});
    if (theme) return "loaded";
    EXPECT_EQ(theme.error().code(), ErrorCode::theme_invalid);
    return theme.error().detail();
  }
  std::filesystem::path folder_;
};

TEST_F(ThemeFiles, that_ship_are_whole_in_both_formats) {
  for (const char* name : {"red", "harvest", "plain"}) {
    for (const CanvasSize size : {CanvasSize{1920, 1080}, {1080, 1920}}) {
      const auto theme = load_theme(assets_folder(), name, size);
      ASSERT_TRUE(theme) << theme.error().log_line();
      EXPECT_EQ(theme->is_tall(), size.height > size.width);
      EXPECT_EQ(theme->motions.chat_stay, from_ms(12'000));
      EXPECT_EQ(theme->motions.product_in.length, from_ms(480));
      EXPECT_EQ(theme->motions.pulse.curve, (Curve{0.34, 1.56, 0.64, 1}));
      EXPECT_EQ(theme->motions.pulse_spacing, from_ms(3000));
    }
  }
}

TEST_F(ThemeFiles, nobody_can_read_are_refused_with_the_pair) {
  EXPECT_NE(refusal("red.json", "\"text2\": \"#F3D6B4\"", "\"text2\": \"#8A4444\"")
                .find("text2 on panel"),
            std::string::npos);
}

// One colour changed so that one pair alone is poor.
struct Poor {
  const char* name;
  void (*spoil)(Palette& palette);
};

TEST(Contrast, is_asked_of_every_ink_on_every_ground_it_stands_on) {
  const Poor all[] = {
      {"slate accent",
       [](Palette& p) {
         p.slate.to = p.slate.from = {0x80, 0x5A, 0x20};
         p.text = p.text2 = p.price = {0xFF, 0xFF, 0xFF};
         p.accent = {0xC8, 0x90, 0x40};
         p.panel = {{0, 0, 0}, {0, 0, 0}};
       }},
      {"slate price",
       [](Palette& p) {
         p.slate.to = p.slate.from = {0x80, 0x5A, 0x20};
         p.text = p.text2 = p.accent = {0xFF, 0xFF, 0xFF};
         p.price = {0xC8, 0x90, 0x40};
         p.panel = {{0, 0, 0}, {0, 0, 0}};
       }},
      {"no photo",
       [](Palette& p) {
         p.photo.to = {0xB0, 0xA0, 0x80};
       }},
      {"dimmed text on panel",
       [](Palette& p) {
         p.text = p.text2 = p.accent = p.price = p.warn = {0xFF, 0xFF, 0xFF};
         p.panel = {{0x70, 0x70, 0x70}, {0x70, 0x70, 0x70}};
         p.slate = {{0, 0, 0}, {0, 0, 0}};
       }},
      // the middle of a ground whose two ends can be read
      {"text on panel",
       [](Palette& p) {
         p.panel = {{0, 0, 0}, {0xFF, 0xFF, 0xFF}};
         p.text = {0x75, 0x75, 0x75};
       }},
  };
  const auto red = load_attire(assets_folder(), "red");
  ASSERT_TRUE(red);
  EXPECT_FALSE(poor_pair(*red));
  for (const Poor& one : all) {
    Attire attire = *red;
    one.spoil(attire.palette);
    const auto poor = poor_pair(attire);
    ASSERT_TRUE(poor) << one.name;
    EXPECT_EQ(poor->name, one.name) << poor->ratio;
  }
}

TEST_F(ThemeFiles, with_a_wrong_value_are_refused_with_its_path) {
  EXPECT_NE(refusal("red.json", "\"#FFD868\"", "\"gold\"").find(".price is not a colour"),
            std::string::npos);
}

TEST_F(ThemeFiles, with_a_missing_value_are_refused_with_its_path) {
  EXPECT_NE(refusal("tokens.json", "\"follower_total\":58", "\"other\":58").find("follower_total"),
            std::string::npos);
}

TEST_F(ThemeFiles, that_are_not_json_are_refused) {
  EXPECT_NE(refusal("red.json", "{", "[[[{\"").find("red.json"), std::string::npos);
}

TEST(Placement, puts_the_design_where_the_tokens_say) {
  const auto theme = load_theme(assets_folder(), "red", {1920, 1080});
  ASSERT_TRUE(theme);
  const Placement p({1920, 1080}, theme->anchors);
  EXPECT_EQ(p.place(theme->anchors.nameplate, 300, 120), (Box{96, 54, 300, 120}));
  EXPECT_EQ(p.place(theme->anchors.product, 376, 678), (Box{1448, 292, 376, 678}));
  EXPECT_EQ(p.place(theme->anchors.caption, 1320, 118), (Box{96, 852, 1320, 118}));
  EXPECT_DOUBLE_EQ(p.width_of(theme->anchors.caption), 1320);
  EXPECT_DOUBLE_EQ(p.width_of(theme->anchors.ticker), 1728);
}

TEST(Placement, keeps_the_distance_to_the_edge_on_other_shapes) {
  const auto theme = load_theme(assets_folder(), "red", {1440, 1080});
  ASSERT_TRUE(theme);
  const Placement p({1440, 1080}, theme->anchors);
  EXPECT_EQ(p.place(theme->anchors.product, 376, 678).right(), 1440 - 96);
  EXPECT_DOUBLE_EQ(p.width_of(theme->anchors.ticker), 1728 - 480);
  EXPECT_LT(96 + p.width_of(theme->anchors.caption), 1440 - 96 - 376);
}

}  // namespace
}  // namespace xb::overlay::testing

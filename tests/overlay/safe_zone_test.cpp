// The safe zone on real canvases, and what happens when something lies outside.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/safe_zone.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/files.h"
#include "scenes.h"

namespace xb::overlay::testing {
namespace {

TEST(SafeZone, holds_all_layers_at_their_largest_on_the_canvases_of_the_design) {
  for (const CanvasSize size :
       {CanvasSize{1280, 720}, {1920, 1080}, {640, 360}, {1080, 1920}, {720, 1280}}) {
    const auto checked = check_safe_zone(size, assets_folder());
    EXPECT_TRUE(checked) << size.width << "x" << size.height << ": " << checked.error().log_line();
  }
}

TEST(SafeZone, lets_other_shapes_pass_where_no_layer_lies_over_another) {
  for (const CanvasSize size : {CanvasSize{2560, 1080}, {1080, 1350}, {1080, 1080}}) {
    const auto checked = check_safe_zone(size, assets_folder());
    EXPECT_TRUE(checked) << size.width << "x" << size.height << ": " << checked.error().log_line();
  }
}

class Tokens : public ::testing::Test {
 protected:
  Tokens() {
    std::filesystem::create_directories(folder_);
    std::filesystem::copy(assets_folder() + "/themes", folder_ / "themes",
                          std::filesystem::copy_options::recursive);
  }
  ~Tokens() override { std::filesystem::remove_all(folder_); }
  std::string refusal(const std::string& from, const std::string& to, CanvasSize size) {
    const auto path = folder_ / "themes/tokens.json";
    auto bytes = *read_file(path, 1 << 20);
    const auto at = bytes.find(from);
    EXPECT_NE(at, std::string::npos);
    EXPECT_TRUE(write_file_atomically(path, bytes.replace(at, from.size(), to)));
    const auto checked = check_safe_zone(size, folder_.string());
    return checked ? "held" : checked.error().zh();
  }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("xb-zone-" + std::to_string(::getpid()));
};

TEST_F(Tokens, that_put_a_card_beyond_the_title_safe_edge_are_refused_with_its_box) {
  const auto said = refusal("\"product\":{\"anchor\":\"br\",\"x\":1824",
                            "\"product\":{\"anchor\":\"br\",\"x\":1880", {1920, 1080});
  EXPECT_NE(said.find("商品卡"), std::string::npos) << said;
  EXPECT_NE(said.find("安全区"), std::string::npos) << said;
}

TEST_F(Tokens, that_put_a_caption_under_the_buttons_of_the_platform_are_refused) {
  const auto said =
      refusal("\"caption\":{\"anchor\":\"bl\",\"x\":40,\"y\":1184,\"w\":880",
              "\"caption\":{\"anchor\":\"bl\",\"x\":40,\"y\":1184,\"w\":1000", {1080, 1920});
  EXPECT_NE(said.find("字幕"), std::string::npos) << said;
}

TEST_F(Tokens, that_put_a_layer_on_the_face_are_refused) {
  const auto said =
      refusal("\"chat\":{\"anchor\":\"bl\",\"x\":96,\"y\":838,\"w\":520",
              "\"chat\":{\"anchor\":\"bl\",\"x\":96,\"y\":838,\"w\":720", {1920, 1080});
  EXPECT_NE(said.find("弹幕"), std::string::npos) << said;
  EXPECT_NE(said.find("脸"), std::string::npos) << said;
}

TEST_F(Tokens, that_make_the_countdown_reach_out_of_the_safe_zone_are_refused) {
  const auto said = refusal("\"ring_d\":250", "\"ring_d\":700", {1920, 1080});
  EXPECT_NE(said.find("3-2-1"), std::string::npos) << said;
}

TEST_F(Tokens, that_make_a_vertical_caption_reach_out_of_the_safe_zone_are_refused) {
  const auto said =
      refusal("\"y\":970,\"w\":376,\"h\":678", "\"y\":970,\"w\":376,\"h\":960", {1920, 1080});
  EXPECT_NE(said.find("字幕"), std::string::npos) << said;
}

TEST_F(Tokens, that_put_the_newest_follower_on_the_chat_are_refused) {
  const auto said = refusal("\"follower\":{\"anchor\":\"tl\",\"x\":96,\"y\":192",
                            "\"follower\":{\"anchor\":\"tl\",\"x\":96,\"y\":340", {1920, 1080});
  EXPECT_NE(said.find("粉丝数"), std::string::npos) << said;
  EXPECT_NE(said.find("弹幕"), std::string::npos) << said;
}

TEST_F(Tokens, that_put_layers_over_one_another_are_refused_on_a_canvas_of_another_shape) {
  const auto said = refusal("\"follower\":{\"anchor\":\"tl\",\"x\":96,\"y\":192",
                            "\"follower\":{\"anchor\":\"tl\",\"x\":96,\"y\":340", {1080, 1080});
  EXPECT_NE(said.find("叠在一起"), std::string::npos) << said;
  EXPECT_NE(said.find("1080x1080"), std::string::npos) << said;
}

// At rest the counter ends where the face begins; only while it pulses does it reach in.
TEST_F(Tokens, that_make_a_pulse_reach_the_face_are_refused) {
  const auto said =
      refusal("\"follower\":{\"anchor\":\"tl\",\"x\":96,\"y\":192,\"w\":412",
              "\"follower\":{\"anchor\":\"tl\",\"x\":96,\"y\":192,\"w\":524", {1920, 1080});
  EXPECT_NE(said.find("粉丝数"), std::string::npos) << said;
  EXPECT_NE(said.find("脸"), std::string::npos) << said;
}

TEST_F(Tokens, that_put_the_second_place_of_a_card_on_the_face_are_refused) {
  const auto said =
      refusal("\"product_second\":{\"anchor\":\"bl\",\"x\":96,\"y\":970",
              "\"product_second\":{\"anchor\":\"bl\",\"x\":96,\"y\":800", {1920, 1080});
  EXPECT_NE(said.find("商品卡"), std::string::npos) << said;
}

}  // namespace
}  // namespace xb::overlay::testing

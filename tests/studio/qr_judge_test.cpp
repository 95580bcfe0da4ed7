// SPDX-License-Identifier: Apache-2.0
#include "studio/qr_judge.h"

#include <gtest/gtest.h>

namespace xb::studio {
namespace {

overlay::Bitmaps card(const std::string& link, int x = 1470) {
  overlay::Bitmaps shown;
  overlay::PlacedLayer layer;
  layer.layer = overlay::LayerName::product_card;
  if (!link.empty()) {
    layer.qr =
        std::make_shared<const overlay::PlacedQr>(overlay::PlacedQr{{x, 800, 138, 138}, link});
  }
  shown.layers = {layer};
  return shown;
}

TEST(QrJudge, watches_a_code_from_a_second_after_it_came_on) {
  QrJudge judge({30, 1});
  EXPECT_TRUE(judge.aired(card("https://x.example/p/3"), FrameNumber{300}));
  ASSERT_TRUE(judge.on_air());
  EXPECT_EQ(judge.on_air()->from, FrameNumber{330});
  EXPECT_FALSE(judge.aired(card("https://x.example/p/3"), FrameNumber{400})) << "the same still";
  EXPECT_TRUE(judge.aired(card(""), FrameNumber{500}));
  EXPECT_FALSE(judge.on_air());
  EXPECT_FALSE(judge.aired(card(""), FrameNumber{501}));
}

TEST(QrJudge, takes_a_code_off_after_three_misses_in_a_row_and_no_sooner) {
  QrJudge judge({30, 1});
  judge.aired(card("link"), FrameNumber{0});
  const auto number = judge.on_air()->number;
  EXPECT_FALSE(judge.judge({number, false}));
  EXPECT_FALSE(judge.judge({number, false}));
  EXPECT_FALSE(judge.judge({number, true}));
  EXPECT_FALSE(judge.judge({number, false}));
  EXPECT_FALSE(judge.judge({number, false}));
  EXPECT_EQ(judge.judge({number, false}), "link");
}

TEST(QrJudge, does_not_blame_a_code_for_looks_at_the_one_before_it) {
  QrJudge judge({30, 1});
  judge.aired(card("first"), FrameNumber{0});
  const auto first = judge.on_air()->number;
  judge.judge({first, false});
  judge.judge({first, false});
  judge.aired(card("second"), FrameNumber{60});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(judge.judge({first, false}));
  EXPECT_FALSE(judge.judge({judge.on_air()->number, false}));
}

}  // namespace
}  // namespace xb::studio

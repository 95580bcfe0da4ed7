// Characters without a glyph are told where they were written.
// SPDX-License-Identifier: Apache-2.0
#include "studio/glyph_check.h"

#include <gtest/gtest.h>

#include "overlay/glyphs.h"
#include "studio/assets.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

const std::string own = "\xEF\xA3\xB0";       // U+F8F0, private use
const std::string rare = "\xF4\x8F\xBF\xBD";  // U+10FFFD

std::vector<Problem> said_of(const TemporaryFolder& folder) {
  auto glyphs = overlay::Glyphs::open(assets_folder()->string());
  EXPECT_TRUE(glyphs);
  return missing_glyphs(folder.path(),
                        [&](std::string_view text) { return glyphs->missing(text); });
}

TEST(GlyphCheck, tells_file_place_character_and_code_point_of_each) {
  TemporaryFolder folder;
  folder.write("show.toml", "[station]\nname = \"竹" + rare +
                                "村\"\n[screen]\nnotices = [\"好\", \"" + rare + "\"]\n");
  folder.write("products.csv",
               "id,name,origin,price,unit\na,橙,园,1,斤\nb,\"" + rare + "橙\",园,1,斤\n");
  folder.write("captions.csv", "id,title,text,source\nw,井,文,\"来" + rare + "\"\n");
  const auto said = said_of(folder);
  ASSERT_EQ(said.size(), 4U) << pretty(said);
  EXPECT_EQ(said[0].file, (folder.path() / "show.toml").string());
  EXPECT_EQ(said[0].line, 2);
  EXPECT_NE(said[0].zh.find("U+10FFFD"), std::string::npos);
  EXPECT_NE(said[0].zh.find("自造字"), std::string::npos);
  EXPECT_NE(said[0].en.find(rare), std::string::npos);
  EXPECT_EQ(said[1].line, 4);
  EXPECT_EQ(said[2].line, 3);
  EXPECT_EQ(said[2].column, 2);
  EXPECT_EQ(said[3].line, 2);
  EXPECT_EQ(said[3].column, 4);
}

TEST(GlyphCheck, finds_nothing_in_the_examples_nor_in_what_is_not_drawn) {
  const auto shows = *assets_folder() / "shows";
  auto glyphs = overlay::Glyphs::open(assets_folder()->string());
  ASSERT_TRUE(glyphs);
  for (const auto* name : {"landscape", "portrait"}) {
    const auto said =
        missing_glyphs(shows / name, [&](std::string_view text) { return glyphs->missing(text); });
    EXPECT_TRUE(said.empty()) << pretty(said);
  }
  TemporaryFolder folder;
  folder.write("show.toml",
               "# " + rare + "\n[station]\nname = \"竹园村🍊👨‍👩‍👧𠮷\"\n");
  folder.write("products.csv",
               "id,name,price,unit,link\n" + rare + ",橙,1,斤,http://" + rare + "\n");
  EXPECT_TRUE(said_of(folder).empty());
}

TEST(GlyphCheck, names_the_package_that_has_the_character) {
  TemporaryFolder folder;
  folder.write("show.toml", "[station]\nname = \"竹\"\n");
  const auto with = [&](char32_t c) {
    return missing_glyphs(folder.path(), [c](std::string_view) { return std::vector{c}; })[0].zh;
  };
  EXPECT_NE(with(U'\U0002CE88').find("fonts-hanazono"), std::string::npos);
  EXPECT_NE(with(U'镕').find("fonts-noto-cjk"), std::string::npos);
  EXPECT_NE(with(U'\U0001F34A').find("fonts-noto-color-emoji"), std::string::npos);
  EXPECT_NE(with(U'\u0E01').find("fonts-noto-core"), std::string::npos);
}

}  // namespace
}  // namespace xb::studio

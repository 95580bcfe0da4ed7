// SPDX-License-Identifier: Apache-2.0
#include "studio/tables.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

std::string picture() {
  std::ostringstream out;
  out << std::ifstream(XB_SOURCE_DIR "/tests/cases/show/products-picture-broken/pictures/good.png",
                       std::ios::binary)
             .rdbuf();
  return out.str();
}

const std::string heading = "id,number,name,origin,price,unit,stock,picture,link\n";

std::vector<overlay::Product> products(const std::string& bytes,
                                       std::vector<Problem>* problems = nullptr,
                                       const fs::path& folder = "/nonexistent") {
  std::vector<Problem> own;
  auto& out = problems != nullptr ? *problems : own;
  ShowPictures pictures(folder, PictureLook::header, nullptr);
  auto rows = read_products(bytes, "products.csv", pictures, out);
  EXPECT_TRUE(own.empty()) << pretty(own);
  return rows;
}

TEST(Tables, reads_what_an_office_program_writes) {
  const auto rows = products(
      "\xEF\xBB\xBFID;Number;Name;Price;Unit;Stock;;\r\n"
      "a;1;\"干香菇, \"\"大\"\"\r\n一袋\";39.90;半斤;12;;\r\n"
      ";;;;;;;\r\n"
      "b;2;饺子;007;斤;;;\r\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "干香菇, \"大\" 一袋");
  EXPECT_EQ(rows[0].price, "39.9");
  EXPECT_EQ(rows[0].stock, 12);
  EXPECT_EQ(rows[1].price, "7");
  EXPECT_FALSE(rows[1].stock);
}

TEST(Tables, reads_gb18030_and_tabs) {
  const auto rows =
      products("id\tnumber\tname\tprice\tunit\na\t1\t\xCF\xE3\xB9\xBD\t9.9\t\xBD\xEF\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "香菇");
  EXPECT_EQ(rows[0].unit, "斤");
}

TEST(Tables, says_row_and_column_of_a_spreadsheet) {
  std::vector<Problem> problems;
  products(heading + "a,1,\"two\nlines\",,1,u,,,\nb,2,x,,about 5,u,,,\n", &problems);
  ASSERT_EQ(problems.size(), 1U) << pretty(problems);
  EXPECT_EQ(problems[0].line, 3);
  EXPECT_EQ(problems[0].column, 5);
}

TEST(Tables, price_is_yuan_with_two_decimals_at_most) {
  for (const auto* price : {"0.01", "9", "29.9", "29.90", "999999.99"})
    EXPECT_EQ(products(heading + "a,1,n,," + price + ",u,,,\n").size(), 1U) << price;
  for (const auto* price :
       {"0", "0.00", "-1", "1.234", "1.", ".5", "¥5", "1000000", "1e3", "0x5", "nan", "5元"}) {
    std::vector<Problem> problems;
    EXPECT_TRUE(products(heading + "a,1,n,," + price + ",u,,,\n", &problems).empty()) << price;
    EXPECT_EQ(problems.size(), 1U) << price;
  }
}

TEST(Tables, refuses_products_without_name_price_or_unit) {
  std::vector<Problem> problems;
  EXPECT_TRUE(products(heading + "a,1,,,,,,,\n", &problems).empty());
  EXPECT_EQ(problems.size(), 3U) << pretty(problems);
}

TEST(Tables, refuses_ids_and_numbers_used_twice) {
  std::vector<Problem> problems;
  EXPECT_EQ(products(heading + "a,1,n,,1,u,,,\na,1,n,,1,u,,,\n", &problems).size(), 1U);
  EXPECT_EQ(problems.size(), 2U) << pretty(problems);
}

TEST(Tables, stock_is_whole_and_links_are_http) {
  for (const auto* row :
       {"a,1,n,,1,u,-1,,", "a,1,n,,1,u,2.5,,", "a,1,n,,1,u,99999999999999999999,,",
        "a,1,n,,1,u,,,javascript:alert(1)", "a,1,n,,1,u,,,https://", "a,1,n,,1,u,,,https://u@h/",
        "a,0,n,,1,u,,,", "a b,1,n,,1,u,,,"}) {
    std::vector<Problem> problems;
    EXPECT_TRUE(products(heading + row + "\n", &problems).empty()) << row;
    EXPECT_GE(problems.size(), 1U) << row;
  }
}

TEST(Tables, pictures_stay_inside_the_folder) {
  const TemporaryFolder folder;
  const TemporaryFolder outside;
  const auto secret = outside.write("secret.png", picture());
  folder.write("pictures/a.png", picture());
  folder.write("pictures/a.txt", "x");
  fs::create_symlink(secret, folder.path() / "pictures/link.png");
  fs::create_directory_symlink(outside.path(), folder.path() / "out");
  for (const auto* good : {"pictures/a.png", "a.png", "pictures\\a.png", "./pictures/a.png"}) {
    const auto rows = products(heading + "a,1,n,,1,u,," + good + ",\n", nullptr, folder.path());
    ASSERT_EQ(rows.size(), 1U) << good;
    EXPECT_EQ(rows[0].picture, fs::canonical(folder.path() / "pictures/a.png").string());
  }
  for (const std::string& bad :
       {std::string("../x.png"), secret.string(), std::string("pictures/link.png"),
        std::string("out/secret.png"), std::string("pictures/none.png"), std::string("pictures"),
        std::string("pictures/a.txt"), std::string("C:\\a.png"),
        std::string("pictures/../../a.png"),
        "../" + folder.path().filename().string() + "/pictures/a.png"}) {
    std::vector<Problem> problems;
    EXPECT_TRUE(products(heading + "a,1,n,,1,u,," + bad + ",\n", &problems, folder.path()).empty());
    EXPECT_EQ(problems.size(), 1U) << bad;
  }
}

TEST(Tables, captions_need_a_source_and_are_heritage_unless_plain) {
  std::vector<Problem> problems;
  const auto rows = read_captions(
      "id,year,title,text,source,kind\na,1935,t,x,s,\nb,,t,x,s,plain\nc,,t,x,,\nd,,t,x,s,plane\n",
      "captions.csv", problems);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].kind, overlay::CaptionKind::heritage);
  EXPECT_EQ(rows[1].kind, overlay::CaptionKind::plain);
  ASSERT_EQ(problems.size(), 2U) << pretty(problems);
  EXPECT_NE(problems[1].en.find("Did you mean plain?"), std::string::npos) << problems[1].en;
}

TEST(Tables, captions_are_written_across_unless_they_are_vertical) {
  std::vector<Problem> problems;
  const auto rows =
      read_captions("id,title,text,source,style\na,t,x,s,\nb,t,x,s,vertical\nc,t,x,s,vertikal\n",
                    "captions.csv", problems);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].style, overlay::CaptionStyle::horizontal);
  EXPECT_EQ(rows[1].style, overlay::CaptionStyle::vertical);
  ASSERT_EQ(problems.size(), 1U) << pretty(problems);
  EXPECT_NE(problems[0].en.find("Did you mean vertical?"), std::string::npos) << problems[0].en;
}

TEST(Tables, hostile_files_are_one_problem_and_no_crash) {
  for (const std::string& bytes :
       {std::string(), std::string("\"never closed"), std::string("id,nmae\n"),
        std::string(70'000, ','), std::string(3U << 20U, 'a'), std::string("\xFF\xFEi\0d\0", 6),
        std::string("\0\0\0", 3), std::string("\x81"), heading + "a,1,\"n\"x,,1,u,,,\n",
        heading + "a,1,n,,1,u,,,,extra\n"}) {
    std::vector<Problem> problems;
    EXPECT_TRUE(products(bytes, &problems).empty());
    EXPECT_GE(problems.size(), 1U);
    EXPECT_LE(problems.size(), 10U);
  }
  std::string many = heading;
  for (int i = 0; i < 20'005; ++i) many += "\n";
  std::vector<Problem> problems;
  products(many, &problems);
  EXPECT_EQ(problems.size(), 1U);
}

TEST(Tables, text_from_a_table_is_cleaned_like_all_outside_text) {
  const auto rows = products(heading + "a,1,\"x\u202Ey\tz\",,1,u,,,\n");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, "xy z");
}

}  // namespace
}  // namespace xb::studio

// Chats, the second picture and prices, as the pages send them.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "studio/secrets.h"
#include "studio/show_editor.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;
using How = Edited::How;
using testing::HasSubstr;
using testing::Not;

class ShowListsTest : public testing::Test {
 protected:
  ShowListsTest() {
    folder.write("show.toml",
                 "[station]\nname = \"竹园村\"\n[[publish]]\nname = \"抖音\"\n"
                 "url = \"rtmp://push.example.com/live\"\n[[chat]]\nplatform = \"youtube\"\n"
                 "name = \"油管\"\nroom = \"abc\"\n");
    folder.write("products.csv",
                 "id,number,name,price,unit\norange,5,脐橙,29.90,斤\ntea,6,绿茶,40,两\n");
    folder.write("secrets.toml", "[chat.\"油管\"]\napi_key = \"canary-1\"\n[publish]\n");
    ::chmod((folder.path() / "secrets.toml").c_str(), 0600);
  }
  Json asked(const std::string& list, Json entries) const {
    return {{"list", list},
            {"version", editor.all()["lists"][list]["version"].get<std::string>()},
            {"entries", std::move(entries)}};
  }
  std::optional<Show> show() const { return load_show(folder.path()).show; }
  Secrets secrets() const { return *load_secrets(folder.path() / "secrets.toml").secrets; }

  TemporaryFolder folder;
  EditNotes notes;
  ShowEditor editor{fs::canonical(folder.path()), folder.path() / "secrets.toml", notes};
};

TEST_F(ShowListsTest, a_chat_is_told_without_its_tokens_and_keeps_them_when_it_is_renamed) {
  const auto list = editor.all()["lists"]["chat"];
  EXPECT_EQ(list["entries"][0]["values"]["room"], "abc");
  EXPECT_EQ(list["entries"][0]["has"], OrderedJson::array({"api_key"}));
  EXPECT_THAT(editor.all().dump(), Not(HasSubstr("canary")));
  const auto edited = editor.save_list(
      asked("chat", {{{"was", "油管"},
                      {"values", {{"platform", "youtube"}, {"name", "新名字"}, {"room", "def"}}},
                      {"secrets", {{"token", "canary-2"}}}},
                     {{"values", {{"platform", "audience"}}}}}),
      "operator");
  ASSERT_EQ(edited.how, How::done) << edited.body.dump();
  EXPECT_EQ(edited.body["restart"], OrderedJson::array({"chat"}));
  EXPECT_THAT(edited.body.dump(), Not(HasSubstr("canary")));
  ASSERT_TRUE(show());
  EXPECT_EQ(show()->chat[0].room, "def");
  EXPECT_EQ(show()->chat[1].name, "audience");
  const auto kept = secrets();
  EXPECT_FALSE(kept.chat.contains("油管"));
  EXPECT_EQ(kept.chat.at("新名字").at("api_key").reveal(), "canary-1");
  EXPECT_EQ(kept.chat.at("新名字").at("token").reveal(), "canary-2");
  const auto forgotten = editor.save_list(
      asked("chat", {{{"was", "新名字"},
                      {"values", {{"platform", "youtube"}, {"name", "新名字"}, {"room", "def"}}},
                      {"secrets", {{"token", nullptr}}}}}),
      "operator");
  ASSERT_EQ(forgotten.how, How::done);
  EXPECT_FALSE(secrets().chat.at("新名字").contains("token"));
}

TEST_F(ShowListsTest, what_the_reader_would_refuse_is_refused_at_its_place) {
  const auto before = editor.all()["lists"]["chat"]["version"];
  const auto edited =
      editor.save_list(asked("chat", {{{"values", {{"platform", "audience"}}}},
                                      {{"values", {{"platform", "generic"}, {"url", "ftp://x"}}}}}),
                       "operator");
  ASSERT_EQ(edited.how, How::refused);
  EXPECT_EQ(edited.body["problems"][0]["field"], "chat.url");
  EXPECT_EQ(edited.body["problems"][0]["row"], 2);
  EXPECT_EQ(editor.all()["lists"]["chat"]["version"], before);
  for (const auto& entry :
       {Json{{"values", {{"nothing", 1}}}}, Json(7), Json{{"values", 7}},
        Json{{"values", {{"platform", "ssn"}}}, {"secrets", {{"pin", "1"}}}},
        Json{{"values", {{"platform", "ssn"}}}, {"secrets", {{"token", "a b"}}}}})
    EXPECT_EQ(editor.save_list(asked("chat", {entry}), "operator").how, How::failed) << entry;
  EXPECT_EQ(editor
                .save_list(asked("chat", Json::array())
                               .patch(Json::array(
                                   {{{"op", "replace"}, {"path", "/version"}, {"value", "old"}}})),
                           "operator")
                .how,
            How::changed);
}

TEST_F(ShowListsTest, a_second_picture_comes_with_who_gets_it_and_goes_without_a_trace) {
  const Json canvas{{"values", {{"name", "竖屏"}, {"width", 1080}, {"height", 1920}}}};
  EXPECT_EQ(editor.save_list(asked("canvas", {canvas}), "operator").how, How::refused)
      << "nobody would see it";
  auto used = canvas;
  used["for"] = {"push:抖音"};
  ASSERT_EQ(editor.save_list(asked("canvas", {used}), "operator").how, How::done);
  EXPECT_EQ(show()->publish[0].canvas, "竖屏");
  EXPECT_EQ(editor.all()["lists"]["canvas"]["entries"][0]["for"],
            OrderedJson::array({"push:抖音"}));
  used["was"] = "竖屏";
  used["values"]["name"] = "手机";
  used["for"] = {"record"};
  ASSERT_EQ(editor.save_list(asked("canvas", {used}), "operator").how, How::done);
  EXPECT_EQ(show()->record.canvas, "手机");
  EXPECT_EQ(show()->publish[0].canvas, "video");
  ASSERT_EQ(editor.save_list(asked("canvas", Json::array()), "operator").how, How::done);
  EXPECT_TRUE(show()->canvases.empty());
  EXPECT_EQ(show()->record.canvas, "video");
}

TEST_F(ShowListsTest, a_price_changes_only_from_what_was_seen) {
  folder.write("products.csv",
               "id,number,name,price,unit\norange,5,脐橙,29.90,斤\ntea,6,绿茶,,两\n");
  EXPECT_FALSE(show()) << "the tea lacks a price, which holds nobody up";
  ASSERT_TRUE(editor.set_price("orange", "29.9", "25", "assistant 小李"));
  EXPECT_TRUE(editor.set_price("orange", "29.9", "25", "x")) << "once more is done already";
  const auto late = editor.set_price("orange", "29.9", "20", "x");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::price_changed);
  EXPECT_THAT(late.error().zh(), HasSubstr("¥25"));
  EXPECT_EQ(editor.set_price("none", "1", "2", "x").error().code(), ErrorCode::row_unknown);
  EXPECT_TRUE(editor.set_price("tea", "", "45", "x"));
  ASSERT_TRUE(show());
  EXPECT_EQ(show()->tables->products[0].price, "25");
  EXPECT_EQ(show()->tables->products[1].price, "45");
}

TEST(Schema, is_told_for_forms) {
  const auto schema = schema_json();
  bool has_width = false;
  for (const auto& table : schema["tables"])
    for (const auto& field : table["fields"]) {
      EXPECT_FALSE(field["zh"].get<std::string>().empty());
      EXPECT_FALSE(field["en"].get<std::string>().empty());
      if (table["name"] != "video" || field["key"] != "width") continue;
      has_width = true;
      EXPECT_EQ(field["kind"], "number");
      EXPECT_EQ(field["least"], 64);
      EXPECT_EQ(field["usual"], 1280);
    }
  EXPECT_TRUE(has_width);
}

}  // namespace
}  // namespace xb::studio

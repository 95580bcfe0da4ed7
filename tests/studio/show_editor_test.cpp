// Edits as the setup page sends them.
// SPDX-License-Identifier: Apache-2.0
#include "studio/show_editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "studio/assets.h"
#include "temporary_folder.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;
using How = Edited::How;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto product_heading = "id,number,name,origin,price,unit,stock,picture,link\n";

class ShowEditorTest : public testing::Test {
 protected:
  ShowEditorTest() {
    folder.write("show.toml",
                 "[station]\nname = \"竹园村\"\n[[publish]]\nname = \"抖音\"\n"
                 "url = \"rtmp://push.example.com/live\"\n");
    folder.write("products.csv", std::string(product_heading) +
                                     "orange,5,脐橙,果园,29.9,5 斤装,12,,\n" +
                                     "tea,6,绿茶,茶园,45,250 克,,,\n");
  }
  std::string bytes_of(const std::string& name) const {
    std::ifstream in(folder.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  OrderedJson row(const std::string& id) const {
    const auto all = editor.all();
    for (const auto& one : all["products"]["rows"])
      if (one["cells"]["id"] == id) return one;
    return nullptr;
  }
  Json asked_row(const std::string& id, const Json& cells) const {
    return {{"table", "products"},
            {"row", {{"id", id}, {"version", row(id)["version"].get<std::string>()}}},
            {"cells", cells}};
  }
  std::string publish_version_now() const { return editor.all()["publish"]["version"]; }

  TemporaryFolder folder;
  EditNotes notes;
  ShowEditor editor{fs::canonical(folder.path()), folder.path() / "secrets.toml", notes};
};

TEST_F(ShowEditorTest, one_cell_changes_and_the_rest_stays) {
  const auto edited = editor.save_row(asked_row("orange", {{"price", "19.9"}}), "operator");
  ASSERT_EQ(edited.how, How::done) << edited.body.dump();
  EXPECT_EQ(edited.body["row"]["cells"]["price"], "19.9");
  const auto loaded = load_show(folder.path());
  ASSERT_TRUE(loaded.show) << pretty(loaded.problems);
  EXPECT_EQ(loaded.show->tables->products[0].price, "19.9");
  EXPECT_EQ(loaded.show->tables->products[0].stock, 12);
  EXPECT_EQ(loaded.show->tables->products[1].name, "绿茶");
  EXPECT_THAT(bytes_of("products.csv.former"), HasSubstr("29.9"));
}

TEST_F(ShowEditorTest, the_second_of_two_hands_is_shown_what_the_first_did) {
  const auto based_on_the_old = asked_row("orange", {{"price", "9.9"}});
  ASSERT_EQ(editor.save_row(asked_row("orange", {{"stock", "3"}}), "operator").how, How::done);
  const auto second = editor.save_row(based_on_the_old, "operator");
  EXPECT_EQ(second.how, How::changed);
  EXPECT_EQ(second.body["present"]["row"]["cells"]["stock"], "3");
  EXPECT_EQ(row("orange")["cells"]["price"], "29.9");
  const auto another_row = editor.save_row(asked_row("tea", {{"stock", "8"}}), "operator");
  EXPECT_EQ(another_row.how, How::done) << "other rows are nobody's loss";
}

TEST_F(ShowEditorTest, what_would_be_refused_is_named_and_nothing_is_written) {
  const auto before = bytes_of("products.csv");
  for (const auto& [cells, field] :
       std::vector<std::pair<Json, std::string>>{{{{"price", ""}}, "price"},
                                                 {{{"price", "免费"}}, "price"},
                                                 {{{"number", "6"}}, "number"},
                                                 {{{"id", "tea"}}, "id"},
                                                 {{{"picture", "../x.png"}}, "picture"},
                                                 {{{"name", std::string(300, 'x')}}, "name"}}) {
    const auto edited = editor.save_row(asked_row("orange", cells), "operator");
    ASSERT_EQ(edited.how, How::refused) << cells.dump();
    EXPECT_EQ(edited.body["problems"][0]["field"], field) << edited.body.dump();
    EXPECT_EQ(bytes_of("products.csv"), before);
  }
  EXPECT_FALSE(fs::exists(folder.path() / "products.csv.former"));
}

TEST_F(ShowEditorTest, a_broken_row_holds_up_no_other_and_can_be_put_right) {
  folder.write("products.csv", std::string(product_heading) + "orange,5,脐橙,,,5 斤装,,,\n" +
                                   "tea,6,绿茶,,45,250 克,,,\nrice,x,米,,3,斤,,,\n");
  const auto problems = editor.problems();
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "price");
  EXPECT_EQ(problems[0].id, "orange");
  EXPECT_EQ(editor.save_row(asked_row("tea", {{"price", "44"}}), "operator").how, How::done);
  EXPECT_EQ(editor.save_row(asked_row("orange", {{"price", "3"}}), "operator").how, How::done);
  EXPECT_EQ(editor.save_row(asked_row("rice", {{"number", "7"}}), "operator").how, How::done);
  EXPECT_TRUE(load_show(folder.path()).show);
}

TEST_F(ShowEditorTest, rows_are_added_moved_and_deleted) {
  Json added{
      {"table", "products"},
      {"cells", {{"id", "rice"}, {"number", "7"}, {"name", "米"}, {"price", "3"}, {"unit", "斤"}}},
      {"at", 0}};
  ASSERT_EQ(editor.save_row(added, "operator").how, How::done);
  EXPECT_EQ(editor.all()["products"]["rows"][0]["cells"]["id"], "rice");
  auto moved = asked_row("rice", Json::object());
  moved["at"] = 2;
  ASSERT_EQ(editor.save_row(moved, "operator").how, How::done);
  EXPECT_EQ(editor.all()["products"]["rows"][2]["cells"]["id"], "rice");
  ASSERT_EQ(editor.save_row(asked_row("rice", nullptr), "operator").how, How::done);
  EXPECT_EQ(editor.all()["products"]["rows"].size(), 2U);
}

TEST_F(ShowEditorTest, a_whole_table_is_tried_and_taken) {
  const std::string version = editor.all()["products"]["version"];
  Json asked{{"table", "products"},
             {"version", version},
             {"dry", true},
             {"rows",
              {{{"id", "a"}, {"number", "1"}, {"name", "=1+1"}, {"price", "2"}, {"unit", "个"}},
               {{"id", "b"}, {"number", "2"}, {"name", "无价"}, {"unit", "个"}}}}};
  const auto tried = editor.save_table(asked, "operator");
  ASSERT_EQ(tried.how, How::done);
  ASSERT_EQ(tried.body["problems"].size(), 1U);
  EXPECT_EQ(tried.body["problems"][0]["row"], 2);
  EXPECT_EQ(tried.body["problems"][0]["field"], "price");
  EXPECT_EQ(editor.all()["products"]["version"], version) << "nothing was written";
  asked["dry"] = false;
  EXPECT_EQ(editor.save_table(asked, "operator").how, How::refused);
  asked["rows"].erase(1);
  EXPECT_EQ(editor.save_table(asked, "operator").how, How::done);
  EXPECT_EQ(row("a")["cells"]["name"], "=1+1");
  EXPECT_EQ(editor.save_table(asked, "operator").how, How::changed) << "of a former version";
}

TEST_F(ShowEditorTest, a_table_that_cannot_be_taken_apart_is_not_written_over_by_a_row) {
  folder.write("products.csv",
               std::string(product_heading) + "orange,5,脐橙, 果园,29.9,5 斤装,12,,,多,的\n");
  EXPECT_FALSE(editor.all()["products"]["unreadable"].is_null());
  const Json added{{"table", "products"}, {"cells", {{"id", "x"}}}};
  EXPECT_EQ(editor.save_row(added, "operator").how, How::refused);
  EXPECT_THAT(bytes_of("products.csv"), HasSubstr("多,的"));
}

TEST_F(ShowEditorTest, a_section_is_saved_and_says_what_waits_for_a_restart) {
  const auto sections = editor.all()["sections"];
  const auto edited =
      editor.save_section({{"section", "source"},
                           {"version", sections["source"]["version"].get<std::string>()},
                           {"values", {{"from", "test:"}, {"mic", "麦克风, \"外接\""}}}},
                          "operator");
  ASSERT_EQ(edited.how, How::done) << edited.body.dump();
  EXPECT_EQ(edited.body["restart"], OrderedJson({"source.from", "source.mic"}));
  const auto loaded = load_show(folder.path());
  ASSERT_TRUE(loaded.show) << pretty(loaded.problems);
  EXPECT_EQ(loaded.show->source.mic, "麦克风, \"外接\"");
  EXPECT_EQ(loaded.show->station.name, "竹园村");
  const auto again =
      editor.save_section({{"section", "source"},
                           {"version", sections["source"]["version"].get<std::string>()},
                           {"values", {{"from", "sample:"}}}},
                          "operator");
  EXPECT_EQ(again.how, How::changed);
}

TEST_F(ShowEditorTest, a_wrong_value_is_named_by_its_field) {
  const auto version = editor.all()["sections"]["station"]["version"].get<std::string>();
  const auto before = bytes_of("show.toml");
  for (const auto& [values, field] : std::vector<std::pair<Json, std::string>>{
           {{{"name", ""}}, "station.name"},
           {{{"name", 7}}, "station.name"},
           {{{"theme", "haverst"}}, "station.theme"},
           {{{"mark", "pictures/none.png"}}, "station.mark"}}) {
    const auto edited = editor.save_section(
        {{"section", "station"}, {"version", version}, {"values", values}}, "operator");
    ASSERT_EQ(edited.how, How::refused) << values.dump();
    EXPECT_EQ(edited.body["problems"][0]["field"], field) << edited.body.dump();
    EXPECT_EQ(bytes_of("show.toml"), before);
  }
}

TEST_F(ShowEditorTest, a_show_file_that_was_broken_by_hand_is_not_written_over) {
  folder.write("show.toml", "[station]\nname = \"竹园村\nmine = 1\n");
  const auto edited = editor.save_section(
      {{"section", "station"}, {"version", "x"}, {"values", {{"name", "望溪村"}}}}, "operator");
  EXPECT_EQ(edited.how, How::refused);
  EXPECT_THAT(bytes_of("show.toml"), HasSubstr("mine = 1"));
  folder.write("secrets.toml", "[publish]\n\"抖音\" = \"the-former-key\"\n");
  fs::permissions(folder.path() / "secrets.toml", fs::perms::owner_read | fs::perms::owner_write);
  const auto secrets = bytes_of("secrets.toml");
  const auto push = editor.save_publish(
      {{"version", "x"},
       {"list", {{{"name", "抖音"}, {"url", "rtmp://a.example/live"}, {"key", "another-key"}}}}},
      "operator");
  EXPECT_EQ(push.how, How::refused);
  EXPECT_EQ(bytes_of("secrets.toml"), secrets) << "nor is a key another one";
}

TEST_F(ShowEditorTest, a_whole_push_address_is_taken_apart_and_the_key_is_in_no_answer) {
  const auto edited =
      editor.save_publish({{"version", publish_version_now()},
                           {"list",
                            {{{"name", "抖音"},
                              {"was", "抖音"},
                              {"url", " rtmp://push.example.com/live/canary-0123456789?t=1 "}},
                             {{"name", "B站"},
                              {"url", "rtmp://b.example.com/live-bvc/"},
                              {"key", "?streamname=canary-abcdefghi"}}}}},
                          "operator");
  ASSERT_EQ(edited.how, How::done) << edited.body.dump();
  EXPECT_EQ(edited.body["publish"]["list"][0]["url"], "rtmp://push.example.com/live");
  EXPECT_EQ(edited.body["publish"]["list"][0]["key_tail"], "?t=1");
  EXPECT_EQ(edited.body["publish"]["list"][1]["has_key"], true);
  EXPECT_EQ(edited.body["restart"], OrderedJson({"publish"}));
  EXPECT_THAT(edited.body.dump() + editor.all().dump(), Not(HasSubstr("canary")));
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    const auto name = entry.path().filename().string();
    if (name == "secrets.toml") continue;
    EXPECT_THAT(bytes_of(name), Not(HasSubstr("canary"))) << name;
  }
  const auto secrets = load_secrets(folder.path() / "secrets.toml");
  ASSERT_TRUE(secrets.secrets);
  EXPECT_EQ(secrets.secrets->key_of("抖音")->reveal(), "canary-0123456789?t=1");
}

TEST_F(ShowEditorTest, a_new_name_keeps_the_key_and_a_forgotten_one_is_gone) {
  ASSERT_EQ(editor
                .save_publish({{"version", publish_version_now()},
                               {"list",
                                {{{"name", "抖音"},
                                  {"was", "抖音"},
                                  {"url", "rtmp://a/live"},
                                  {"key", "key-of-sixteen-or-more"}}}}},
                              "operator")
                .how,
            How::done);
  ASSERT_EQ(
      editor
          .save_publish({{"version", publish_version_now()},
                         {"list", {{{"name", "快手"}, {"was", "抖音"}, {"url", "rtmp://a/live"}}}}},
                        "operator")
          .how,
      How::done);
  EXPECT_EQ(editor.all()["publish"]["list"][0]["has_key"], true);
  ASSERT_EQ(editor
                .save_publish({{"version", publish_version_now()},
                               {"list",
                                {{{"name", "快手"},
                                  {"was", "快手"},
                                  {"url", "rtmp://a/live"},
                                  {"forget_key", true}}}}},
                              "operator")
                .how,
            How::done);
  EXPECT_EQ(editor.all()["publish"]["list"][0]["has_key"], false);
}

TEST_F(ShowEditorTest, a_wrong_address_is_refused_before_the_key_is_kept) {
  const auto edited = editor.save_publish(
      {{"version", publish_version_now()},
       {"list", {{{"name", "抖音"}, {"url", "http://a/b"}, {"key", "0123456789abcdef"}}}}},
      "operator");
  ASSERT_EQ(edited.how, How::refused);
  EXPECT_EQ(edited.body["problems"][0]["field"], "publish.url");
  EXPECT_EQ(edited.body["problems"][0]["row"], 1);
  EXPECT_FALSE(fs::exists(folder.path() / "secrets.toml"));
}

TEST_F(ShowEditorTest, pictures_are_looked_at_before_they_are_kept) {
  std::ifstream file(XB_SOURCE_DIR "/assets/shows/landscape/pictures/orange.png", std::ios::binary);
  const std::string png(std::istreambuf_iterator<char>(file), {});
  const auto kept = editor.save_picture(png);
  ASSERT_EQ(kept.how, How::done);
  const std::string name = kept.body["picture"];
  EXPECT_EQ(name.rfind("pictures/up-", 0), 0U);
  EXPECT_EQ(bytes_of(name), png);
  EXPECT_EQ(editor.save_row(asked_row("orange", {{"picture", name}}), "operator").how, How::done);
  EXPECT_EQ(editor.save_picture("<svg/>").how, How::failed);
  EXPECT_EQ(editor.save_picture(png.substr(0, png.size() / 2)).how, How::failed);
  EXPECT_EQ(editor.save_picture(std::string(9U << 20U, 'x')).how, How::failed);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path() / "pictures"), {}), 1);
}

TEST_F(ShowEditorTest, whose_hand_it_was_is_found_by_what_the_row_became) {
  ASSERT_EQ(editor.save_row(asked_row("orange", {{"price", "19.9"}}), "operator").how, How::done);
  ASSERT_EQ(editor.save_row(asked_row("tea", nullptr), "assistant").how, How::done);
  OrderedJson changes = OrderedJson::parse(R"([
    {"table":"products","id":"orange","before":{},"after":{"id":"orange","number":5,"name":"脐橙","price":"19.9","unit":"5 斤装","stock":12,"origin":"果园","link":"","picture":""}},
    {"table":"products","id":"tea","before":{},"after":null},
    {"table":"products","id":"rice","before":null,"after":{"id":"rice"}}])");
  notes.sign(changes);
  EXPECT_EQ(changes[0]["who"], "operator");
  EXPECT_EQ(changes[1]["who"], "assistant");
  EXPECT_FALSE(changes[2].contains("who"));
}

}  // namespace
}  // namespace xb::studio

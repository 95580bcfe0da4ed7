// The table of commands: names, arguments, refusals.
// SPDX-License-Identifier: Apache-2.0
#include "studio/commands.h"

#include <gtest/gtest.h>

#include <set>

#include "studio/tables.h"

namespace xb::studio {
namespace {

TEST(Commands, have_the_names_the_pages_and_scripts_know) {
  std::set<std::string_view> names;
  for (const auto& row : command_rows()) names.insert(row.name);
  const std::set<std::string_view> wanted{
      "live.start",   "live.end",         "product.show",  "rotation.start",  "rotation.stop",
      "product.hide", "product.emphasis", "caption.show",  "caption.hide",    "slate.show",
      "undo",         "slate.hide",       "marker.add",    "countdown.start", "cue.next",
      "chat.pin",     "chat.say",         "chat.unpin",    "chat.hide",       "chat.unhide",
      "chat.mute",    "chat.answered",    "followers.add", "followers.total", "price.set",
      "sound.mute",   "sound.unmute",     "sound.panic",   "sound.resume",    "music.start",
      "music.stop",   "output.retry"};
  EXPECT_EQ(names, wanted);
}

TEST(Commands, read_their_arguments) {
  const auto deed = read_command("product.show", {{"product", "a"}});
  ASSERT_TRUE(deed);
  EXPECT_EQ(std::get<ShowProduct>(*deed).id, "a");
  const auto slate = read_command("slate.show", {{"slate", "opening"}});
  ASSERT_TRUE(slate);
  EXPECT_EQ(std::get<ShowSlate>(*slate).kind, overlay::SlateKind::opening);
  const auto pin = read_command("chat.pin", {{"seq", 17}});
  ASSERT_TRUE(pin);
  EXPECT_EQ(std::get<PinChat>(*pin).sequence, 17U);
  EXPECT_FALSE(read_command("chat.pin", {{"seq", 0}}));
  const auto held = read_command("caption.show", {{"caption", "a"}});
  const auto stays = read_command("caption.show", {{"caption", "a"}, {"stay", true}});
  ASSERT_TRUE(held && stays);
  EXPECT_EQ(std::get<ShowCaption>(*held).hold, Hold::by_length);
  EXPECT_EQ(std::get<ShowCaption>(*stays).hold, Hold::until_hidden);
  EXPECT_FALSE(read_command("caption.show", {{"caption", "a"}, {"stay", "no"}}));
}

TEST(Commands, read_what_is_said_of_the_followers_by_hand) {
  const auto tap = read_command("followers.add", Json::object());
  ASSERT_TRUE(tap);
  EXPECT_EQ(std::get<AddFollowers>(*tap).count, 1);
  EXPECT_EQ(std::get<AddFollowers>(*tap).platform, "");
  const auto back =
      read_command("followers.add", {{"platform", "抖音"}, {"count", -2}, {"note", "点错"}});
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<AddFollowers>(*back).count, -2);
  EXPECT_EQ(std::get<AddFollowers>(*back).why, "点错");
  const Json wrong_taps[] = {
      {{"count", 0}}, {{"count", 1001}}, {{"count", "1"}}, {{"platform", std::string(25, 'x')}}};
  for (const auto& args : wrong_taps)
    EXPECT_FALSE(read_command("followers.add", args)) << args.dump();
  const auto total = read_command("followers.total", {{"platform", "抖音"}, {"total", 1286}});
  ASSERT_TRUE(total);
  EXPECT_EQ(std::get<TellTotal>(*total).total, 1286);
  const Json wrong_totals[] = {{{"total", 7}},
                               {{"platform", "抖音"}},
                               {{"platform", "抖音"}, {"total", -1}},
                               {{"platform", "抖音"}, {"total", 1.5}}};
  for (const auto& args : wrong_totals)
    EXPECT_FALSE(read_command("followers.total", args)) << args.dump();
}

TEST(Commands, hide_a_message_only_with_a_reason_and_mute_only_for_a_while) {
  EXPECT_FALSE(read_command("chat.hide", {{"seq", 3}}));
  EXPECT_FALSE(read_command("chat.hide", {{"seq", 3}, {"reason", " \n"}}));
  const auto hide = read_command("chat.hide", {{"seq", 3}, {"reason", "广告"}});
  ASSERT_TRUE(hide);
  EXPECT_EQ(std::get<HideChat>(*hide).why, "广告");
  EXPECT_TRUE(read_command("chat.unhide", {{"seq", 3}}));
  const auto mute = read_command("chat.mute", {{"platform", "bilibili"}, {"user", "42"}});
  ASSERT_TRUE(mute);
  EXPECT_EQ(std::get<MuteChat>(*mute).minutes, 10);
  EXPECT_FALSE(read_command("chat.mute", {{"platform", "bilibili"}, {"user", ""}}));
  EXPECT_FALSE(
      read_command("chat.mute", {{"platform", "bilibili"}, {"user", "42"}, {"minutes", 1441}}));
}

TEST(Commands, read_the_rundown_and_a_line_of_the_host) {
  const auto rotation = read_command("rotation.start", Json{{"seconds", 30}});
  ASSERT_TRUE(rotation);
  EXPECT_EQ(std::get<StartRotation>(*rotation).seconds, 30);
  for (const auto& wrong :
       {Json{{"seconds", 4}}, Json{{"seconds", 601}}, Json{{"seconds", "30"}}, Json::object()})
    EXPECT_EQ(read_command("rotation.start", wrong).error().code(), ErrorCode::command_arguments);
  EXPECT_TRUE(std::holds_alternative<ShowNext>(*read_command("cue.next", Json::object())));
  EXPECT_TRUE(std::holds_alternative<Undo>(*read_command("undo", Json::object())));
  const auto said = read_command("chat.say", Json{{"text", "欢迎\u202e欢迎"}});
  ASSERT_TRUE(said);
  EXPECT_EQ(std::get<SayAsHost>(*said).text, "欢迎欢迎");
  for (const auto* empty : {"", "  ", "\u200b"})
    EXPECT_EQ(read_command("chat.say", Json{{"text", empty}}).error().code(),
              ErrorCode::command_arguments);
}

TEST(Commands, refuse_wrong_arguments_by_name) {
  const Json wrong[] = {Json::object(),    {{"product", 7}},
                        {{"product", ""}}, {{"product", std::string(41, 'x')}},
                        Json::array(),     nullptr};
  for (const auto& args : wrong) {
    const auto deed = read_command("product.show", args);
    ASSERT_FALSE(deed) << args.dump();
    EXPECT_EQ(deed.error().code(), ErrorCode::command_arguments);
  }
  EXPECT_EQ(read_command("slate.show", {{"slate", "none"}}).error().code(),
            ErrorCode::command_arguments);
  EXPECT_EQ(read_command("rm -rf", Json::object()).error().code(), ErrorCode::command_unknown);
}

TEST(Commands, take_every_id_a_table_may_have) {
  std::string longest;
  for (std::size_t i = 0; i < longest_id; ++i) longest += "菇";
  std::vector<Problem> problems;
  const auto rows =
      read_captions("id,title,text,source\n" + longest + ",t,x,s\n", "captions.csv", problems);
  ASSERT_EQ(rows.size(), 1U) << pretty(problems);
  EXPECT_TRUE(read_command("caption.show", {{"caption", rows.front().id}}));
  EXPECT_FALSE(read_command("caption.show", {{"caption", longest + "菇"}}));
}

TEST(Commands, clean_the_text_of_a_marker) {
  const auto deed = read_command("marker.add", {{"note", "讲到\u202e水缸\n第二行"}});
  ASSERT_TRUE(deed);
  EXPECT_EQ(std::get<AddMarker>(*deed).note, "讲到水缸 第二行");
}

}  // namespace
}  // namespace xb::studio

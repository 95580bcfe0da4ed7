// POST /api/command: what is taken, what is refused and why.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "net/json.h"
#include "tests/control/control_test_room.h"

namespace xb::control {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Commands : public ControlTest {
 protected:
  Commands() { open(); }
  static std::string body(const std::string& id, const std::string& name,
                          const std::string& args = "{}") {
    return R"({"id":")" + id + R"(","name":")" + name + R"(","args":)" + args + "}";
  }
  std::string code_of(const test::RawSocket::Answer& answer) const {
    const auto json = net::parse_json(answer.body);
    EXPECT_TRUE(json) << answer.body;
    if (!json) return {};
    EXPECT_FALSE(json->at("ok").get<bool>());
    EXPECT_FALSE(json->at("zh").get<std::string>().empty());
    EXPECT_FALSE(json->at("en").get<std::string>().empty());
    return json->at("code").get<std::string>();
  }
};

TEST_F(Commands, hands_a_command_to_the_studio_and_answers_ok) {
  const auto answer = post(body("a", "product.show", R"({"product":"rice"})"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"ok":true})");
  const auto effects = studio.effects();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].id, "a");
  EXPECT_EQ(effects[0].name, "product.show");
  EXPECT_EQ(effects[0].args.dump(), R"({"product":"rice"})");
  EXPECT_EQ(effects[0].who, "operator");
}

TEST_F(Commands, says_what_else_happened) {
  studio.answer_with({.is_ok = true, .error = {}, .note_zh = "已收起商品", .note_en = "Taken off"});
  EXPECT_EQ(post(body("a", "caption.show", R"({"caption":"c"})")).body,
            R"({"ok":true,"zh":"已收起商品","en":"Taken off"})");
}

TEST_F(Commands, gives_the_same_answer_to_the_same_id_without_a_second_effect) {
  const auto refused = Error(ErrorCode::price_incomplete, "rice");
  studio.answer_with({.is_ok = false, .error = refused, .note_zh = {}, .note_en = {}});
  const auto first = post(body("a", "product.show", R"({"product":"rice"})"));
  studio.answer_with({.is_ok = true, .error = {}, .note_zh = {}, .note_en = {}});
  const auto second = post(body("a", "product.show", R"({"product":"rice"})"));
  EXPECT_EQ(first.status, 409);
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(first.body, second.body);
  EXPECT_EQ(studio.effects().size(), 1U);
}

TEST_F(Commands, takes_missing_or_null_arguments_for_none) {
  EXPECT_EQ(post(R"({"id":"a","name":"live.start"})").status, 200);
  EXPECT_EQ(post(R"({"id":"b","name":"live.end","args":null})").status, 200);
}

TEST_F(Commands, refuses_an_unknown_command_with_404) {
  const auto answer = post(body("a", "live.stop"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(code_of(answer), "control.unknown");
}

TEST_F(Commands, refuses_wrong_arguments_with_400) {
  for (const auto* wrong :
       {R"({"id":"a","name":"product.show","args":{"product":7}})",
        R"({"id":"b","name":"product.show","args":{}})",
        R"({"id":"c","name":"slate.show","args":{"slate":"x"}})",
        R"({"id":"d","name":"live.start","args":[]})", R"({"id":"","name":"live.start"})",
        R"({"name":"live.start"})", R"({"id":7,"name":"live.start"})", R"({"id":"e"})",
        R"({"id":"f\u0007","name":"live.start"})"}) {
    const auto answer = post(wrong);
    EXPECT_EQ(answer.status, 400) << wrong;
    EXPECT_EQ(code_of(answer), "control.arguments") << wrong;
  }
  EXPECT_EQ(post(body(std::string(65, 'x'), "live.start")).status, 400);
  EXPECT_EQ(post(body(std::string(64, 'x'), "live.start")).status, 200);
}

TEST_F(Commands, refuses_what_is_no_json_object) {
  for (const std::string wrong : {"", "{", "[]", "7", "{\"id\":\"\xff\"}"}) {
    const auto answer = post(wrong);
    EXPECT_EQ(answer.status, 400) << wrong;
    EXPECT_THAT(code_of(answer), testing::AnyOf("json.invalid", "file.not_utf8")) << wrong;
  }
  const std::string deep = R"({"id":"a","name":"live.start","args":)" + std::string(40, '[') +
                           std::string(40, ']') + "}";
  EXPECT_EQ(post(deep).status, 400);
  EXPECT_TRUE(studio.effects().empty());
}

TEST_F(Commands, want_of_a_page_the_content_type_a_form_cannot_send_and_of_a_script_none) {
  const auto origin = "Origin: http://" + own_host() + "\r\n";
  for (const auto* type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/jsonx\r\n"}) {
    EXPECT_EQ(post(body("a", "live.start"), origin + type).status, 415) << type;
  }
  EXPECT_TRUE(studio.effects().empty());
  EXPECT_EQ(
      post(body("b", "live.start"), origin + "Content-Type: Application/JSON; charset=utf-8\r\n")
          .status,
      200);
  EXPECT_EQ(
      post(body("c", "live.start"), "Content-Type: application/x-www-form-urlencoded\r\n").status,
      200);
  EXPECT_EQ(studio.effects().size(), 2U);
}

TEST_F(Commands, refuses_a_foreign_origin_and_a_foreign_host) {
  const std::string json = "Content-Type: application/json\r\n";
  const auto call = body("a", "live.start");
  EXPECT_EQ(post(call, json + "Origin: http://example.com\r\n").status, 403);
  EXPECT_EQ(post(call, json + "Origin: null\r\n").status, 403);
  EXPECT_EQ(post(call, json + "Origin: http://127.0.0.1:1\r\n").status, 403);
  EXPECT_EQ(post(call, json, "example.com:" + std::to_string(port)).status, 421);
  EXPECT_EQ(post(call, json, "127.0.0.1:1").status, 421);
  EXPECT_TRUE(studio.effects().empty());
  EXPECT_EQ(post(call, json + "Origin: http://" + own_host() + "\r\n").status, 200);
}

TEST_F(Commands, answers_409_when_it_is_not_possible_now_and_429_when_busy) {
  const auto status_for = [&](const std::string& id, ErrorCode code) {
    studio.answer_with({.is_ok = false, .error = Error(code), .note_zh = {}, .note_en = {}});
    return post(body(id, "live.start")).status;
  };
  EXPECT_EQ(status_for("a", ErrorCode::price_incomplete), 409);
  EXPECT_EQ(status_for("b", ErrorCode::heritage_lock), 409);
  EXPECT_EQ(status_for("c", ErrorCode::not_on_air), 409);
  EXPECT_EQ(status_for("d", ErrorCode::encoder_failed), 409);
  EXPECT_EQ(status_for("e", ErrorCode::busy), 429);
}

TEST_F(Commands, lists_the_whole_table) {
  const auto answer = get("/api/commands");
  EXPECT_EQ(answer.status, 200);
  const auto json = net::parse_json(answer.body);
  ASSERT_TRUE(json);
  ASSERT_EQ(json->size(), studio::command_rows().size());
  for (std::size_t i = 0; i < json->size(); ++i) {
    EXPECT_EQ(json->at(i).at("name"), studio::command_rows()[i].name);
    for (const auto* key : {"args", "role", "help"})
      EXPECT_FALSE(json->at(i).at(key).get<std::string>().empty());
  }
}

}  // namespace
}  // namespace xb::control

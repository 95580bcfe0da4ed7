// ChatEvent from outside: what is taken, what is refused and with which words.
// SPDX-License-Identifier: Apache-2.0
#include "chat/event.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "chat/numbered.h"
#include "net/json.h"

namespace xb::chat {
namespace {

std::string refusal(std::string_view text) {
  const auto event = parse_event(text);
  return event ? "taken" : event.error().detail();
}

ChatEvent taken(std::string_view text) {
  auto event = parse_event(text);
  EXPECT_TRUE(event) << (event ? "" : event.error().log_line());
  return event ? *event : ChatEvent{};
}

TEST(Event, every_kind_of_the_documents_is_taken) {
  for (
      const char* text : {
          R"({"kind":"chat","platform":"bilibili","id":"1","user":{"id":"7","name":"春燕"},"text":"好吃"})",
          R"({"kind":"follow","platform":"bilibili"})",
          R"({"kind":"unfollow","platform":"bilibili","user":{"id":"7"}})",
          R"({"kind":"gift","platform":"bilibili","text":"玫瑰","count":3})",
          R"({"kind":"gift","platform":"bilibili","text":"玫瑰","count":3,"amount":"9.9","currency":"CNY"})",
          R"({"kind":"like","platform":"bilibili","count":12})",
          R"({"kind":"like","platform":"bilibili","total":1200})",
          R"({"kind":"enter","platform":"bilibili"})",
          R"({"kind":"share","platform":"bilibili"})",
          R"({"kind":"paid","platform":"bilibili","text":"","amount":"30","currency":"CNY"})",
          R"({"kind":"member","platform":"bilibili","text":"舰长"})",
          R"({"kind":"followers","platform":"bilibili","total":1286})",
          R"({"kind":"viewers","platform":"bilibili","total":0})",
          R"({"kind":"moderation","platform":"bilibili","ids":["1",2]})",
          R"({"kind":"moderation","platform":"bilibili","user":{"id":"7"}})",
          R"({"kind":"stream","platform":"bilibili","online":false})",
          R"({"kind":"notice","platform":"bilibili","text":"警告","time_ms":1700000000000})",
      }) {
    EXPECT_EQ(refusal(text), "taken") << text;
  }
}

TEST(Event, its_one_json_form_reads_back_as_itself) {
  const auto event = taken(
      R"({"time_ms":5,"ids":["a"],"online":true,"currency":"CNY","amount":"1.50","total":9,"count":2,
          "text":"饺子 \"热\"","user":{"name":"春燕","id":"7"},"id":"x","platform":"demo","kind":"paid"})");
  const auto text = net::dump(to_json(event));
  EXPECT_EQ(text, R"({"kind":"paid","platform":"demo","id":"x","user":{"id":"7","name":"春燕"},)"
                  R"("text":"饺子 \"热\"","count":2,"total":9,"amount":"1.50","currency":"CNY",)"
                  R"("online":true,"ids":["a"],"time_ms":5})");
  EXPECT_EQ(taken(text), event);
}

TEST(Event, numbers_of_ids_keep_all_64_bits) {
  const auto event = taken(
      R"({"kind":"follow","platform":"douyin","id":18446744073709551615,"user":{"id":9007199254740993}})");
  EXPECT_EQ(event.id, "18446744073709551615");
  EXPECT_EQ(event.user->id, "9007199254740993");
  EXPECT_EQ(id_as_sent(Json::parse(R"({"id":9007199254740993})")).dump(), "9007199254740993");
  EXPECT_EQ(id_as_sent(Json::parse(R"({"id":"a"})")).dump(), "\"a\"");
  EXPECT_TRUE(id_as_sent(Json::parse(R"({"id":[1]})")).is_null());
  EXPECT_TRUE(id_as_sent(Json::parse("[]")).is_null());
}

TEST(Event, null_is_as_good_as_absent_and_unknown_fields_are_passed_over) {
  const auto event = taken(
      R"({"kind":"follow","platform":"demo","id":null,"user":null,"total":null,"role":"operator","__proto__":{}})");
  EXPECT_TRUE(event.id.empty());
  EXPECT_FALSE(event.user);
}

TEST(Event, masked_and_hidden_users_survive) {
  EXPECT_EQ(
      taken(R"({"kind":"chat","platform":"d","text":"","user":{"id":"7","name":""}})").user->name,
      "");
  EXPECT_EQ(taken(R"({"kind":"chat","platform":"d","text":"a","user":{"name":"春***"}})").user->id,
            "");
}

TEST(Event, texts_are_cleaned_and_cut) {
  std::string long_name;
  std::string long_text;
  for (int i = 0; i < 500; ++i) {
    long_name += "村";
    long_text += "好";
  }
  Json json{{"kind", "chat"},
            {"platform", "demo"},
            {"text", long_text + "\n\u202e"},
            {"user", {{"id", "1"}, {"name", long_name}}}};
  const auto event = event_of(json);
  ASSERT_TRUE(event);
  EXPECT_EQ(grapheme_count(event->user->name), 24U);
  EXPECT_EQ(grapheme_count(*event->text), 200U);
  json["text"] = "a\n\nb\u202e\u200bc\x01";
  EXPECT_EQ(*event_of(json)->text, "a bc");
}

TEST(Event, cleaning_again_changes_nothing) {
  Json json{{"kind", "chat"}, {"platform", "demo"}, {"text", std::string(3000, 'x')}};
  const auto once = event_of(json);
  ASSERT_TRUE(once);
  EXPECT_EQ(taken(net::dump(to_json(*once))), *once);
}

TEST(Event, hostile_messages_are_refused_with_the_place_and_the_reason) {
  const std::string max_id(257, 'i');
  struct Case {
    std::string text;
    std::string reason;
  };
  const Case cases[] = {
      {"[]", "$: expected an object"},
      {"7", "$: expected an object"},
      {"{}", "kind: missing"},
      {R"({"kind":7,"platform":"d"})", "kind: expected a string"},
      {R"({"kind":"CHAT","platform":"d"})", "kind: unknown kind \"CHAT\""},
      {R"({"kind":"chat","text":"a"})", "platform: missing"},
      {R"({"kind":"chat","platform":"","text":"a"})", "platform: empty"},
      {R"({"kind":"chat","platform":"a\nb","text":"a"})",
       "platform: must be a plain name of at most 24 characters"},
      {R"({"kind":"chat","platform":")" + std::string(65, 'p') + R"(","text":"a"})",
       "platform: longer than 64 bytes"},
      {R"({"kind":"chat","platform":"d"})", "text: missing, chat needs it"},
      {R"({"kind":"chat","platform":"d","text":["a"]})", "text: expected a string"},
      {R"({"kind":"chat","platform":"d","text":"a","id":1.5})",
       "id: expected a string or a 64-bit integer"},
      {R"({"kind":"chat","platform":"d","text":"a","id":{"a":1}})",
       "id: expected a string or a 64-bit integer"},
      {R"({"kind":"chat","platform":"d","text":"a","id":99999999999999999999})",
       "id: expected a string or a 64-bit integer"},
      {R"({"kind":"chat","platform":"d","text":"a","id":")" + max_id + R"("})",
       "id: longer than 256 bytes"},
      {R"({"kind":"chat","platform":"d","text":"a","id":"a\u0000b"})",
       "id: contains control characters"},
      {R"({"kind":"follow","platform":"d","user":"7"})", "user: expected an object"},
      {R"({"kind":"follow","platform":"d","user":{"id":true}})",
       "user.id: expected a string or a 64-bit integer"},
      {R"({"kind":"follow","platform":"d","user":{"id":"a\nb"}})",
       "user.id: contains control characters"},
      {R"({"kind":"follow","platform":"d","user":{"name":7}})", "user.name: expected a string"},
      {R"({"kind":"followers","platform":"d"})", "total: missing, followers needs it"},
      {R"({"kind":"followers","platform":"d","total":-1})", "total: must not be negative"},
      {R"({"kind":"followers","platform":"d","total":9223372036854775808})",
       "total: larger than 9223372036854775807"},
      {R"({"kind":"followers","platform":"d","total":1e3})", "total: expected a 64-bit integer"},
      {R"({"kind":"followers","platform":"d","total":"1286"})", "total: expected a 64-bit integer"},
      {R"({"kind":"like","platform":"d"})", "count: missing, like needs count or total"},
      {R"({"kind":"gift","platform":"d","text":"花"})", "count: missing, gift needs it"},
      {R"({"kind":"paid","platform":"d","text":"","amount":"1,5","currency":"CNY"})",
       "amount: expected a decimal string such as \"29.90\""},
      {R"({"kind":"paid","platform":"d","text":"","amount":30,"currency":"CNY"})",
       "amount: expected a string"},
      {R"({"kind":"paid","platform":"d","text":"","amount":"30","currency":"<b>"})",
       "currency: expected a code such as \"CNY\""},
      {R"({"kind":"moderation","platform":"d"})", "ids: missing, moderation needs ids or user"},
      {R"({"kind":"moderation","platform":"d","ids":["a",{}]})",
       "ids[1]: expected a string or a 64-bit integer"},
      {R"({"kind":"moderation","platform":"d","ids":[""]})", "ids[0]: empty"},
      {R"({"kind":"stream","platform":"d","online":1})", "online: expected true or false"},
      {R"({"kind":"chat","platform":"d","text":"a","time_ms":-5})",
       "time_ms: must not be negative"},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal(one.text), one.reason) << one.text;
}

TEST(Event, what_is_no_json_is_refused) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "{\"user\":";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{\"kind\":\"chat\",}"), deep,
        std::string("\xff\xfe"), std::string("nul"), std::string("{\"kind\":\"ch\xc3\x28\"}"),
        std::string(1, '\0'), std::string(60'000, '[')}) {
    const auto event = parse_event(text);
    ASSERT_FALSE(event) << text.substr(0, 40);
  }
  const auto large = parse_event(std::string(70'000, ' '));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code(), ErrorCode::event_too_large);
}

TEST(Event, too_many_ids_are_refused) {
  Json json{{"kind", "moderation"}, {"platform", "d"}, {"ids", Json::array()}};
  for (int i = 0; i < 101; ++i) json["ids"].push_back(std::to_string(i));
  const auto event = event_of(json);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().detail(), "ids: more than 100");
}

TEST(Event, its_number_comes_first_in_the_relayed_form) {
  const auto one =
      make_numbered(9, taken(R"({"kind":"enter","platform":"d"})"), "test", MonoTime{});
  EXPECT_EQ(one->json, R"({"seq":9,"kind":"enter","platform":"d"})");
}

}  // namespace
}  // namespace xb::chat

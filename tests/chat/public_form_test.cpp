// SPDX-License-Identifier: Apache-2.0
#include "chat/public_form.h"

#include <gtest/gtest.h>

#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

Json of(PublicForm& form, ChatEvent said, const Screening& screening = {}) {
  return Json::parse(
      form.of(*make_numbered(7, std::move(said), "test", MonoTime{}, Sender::unknown, screening)));
}

TEST(PublicForm, the_same_person_is_the_same_and_nobody_the_platform_knows) {
  PublicForm form;
  const auto one = of(form, event(Kind::chat, "e1", "9007199254740993"));
  const auto again = of(form, event(Kind::follow, "e2", "9007199254740993"));
  const auto other = of(form, event(Kind::chat, "e3", "9007199254740994"));
  const auto elsewhere = of(form, event(Kind::chat, "e4", "9007199254740993", "other"));
  EXPECT_EQ(one["user"]["id"].get<std::string>().size(), 16U);
  EXPECT_EQ(one["user"]["id"], again["user"]["id"]);
  EXPECT_NE(one["user"]["id"], other["user"]["id"]);
  EXPECT_NE(one["user"]["id"], elsewhere["user"]["id"]);
  EXPECT_NE(one["user"]["id"], "9007199254740993");
  EXPECT_EQ(one["id"], "e1");
  form.renew();
  EXPECT_NE(of(form, event(Kind::chat, "e1", "9007199254740993"))["user"]["id"], one["user"]["id"]);
}

TEST(PublicForm, the_same_person_stays_the_same_when_ten_thousand_others_have_spoken) {
  PublicForm form;
  const auto before = of(form, event(Kind::chat, "e1", "first"));
  for (int i = 0; i < 10'000; ++i) of(form, event(Kind::chat, "e", "p" + std::to_string(i)));
  EXPECT_EQ(of(form, event(Kind::chat, "e2", "first"))["user"]["id"], before["user"]["id"]);
}

TEST(PublicForm, all_else_stays_as_it_is) {
  PublicForm form;
  auto said = event(Kind::gift, "g1", "u\"1\\");
  said.text = R"("user":{"id":"u\"1\\"})";
  said.count = 3;
  const auto whole = make_numbered(7, said, "test", MonoTime{});
  auto before = Json::parse(whole->json);
  auto after = Json::parse(form.of(*whole));
  EXPECT_NE(before["user"]["id"], after["user"]["id"]);
  before["user"].erase("id");
  after["user"].erase("id");
  EXPECT_EQ(before, after);
  EXPECT_EQ(form.of(*numbered(1)), numbered(1)->json);  // nobody said it
}

TEST(PublicForm, an_event_id_made_of_the_person_is_told_without_them) {
  PublicForm form;
  auto said = event(Kind::moderation, "follow-1234-99", "1234");
  said.ids = {"m-1234", "m-12345"};
  const auto json = of(form, said, {.hidden = {}, .masks_name = true});
  const auto hidden = json["user"]["id"].get<std::string>();
  EXPECT_EQ(json["id"], "follow-" + hidden + "-99");
  EXPECT_EQ(json["ids"], (Json{"m-" + hidden, "m-12345"}));
  EXPECT_EQ(json["seq"], 7);
  EXPECT_EQ(json["user"]["name"], "");
}

}  // namespace
}  // namespace xb::chat

// The door of the audience page with scripted phones. SPDX-License-Identifier: Apache-2.0
#include "chat/audience.h"

#include <gtest/gtest.h>

#include <deque>

#include "net/json.h"
#include "tests/chat/builders.h"

namespace xb::chat {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AudienceTest : public testing::Test {
 protected:
  AudienceTest() { audience->open_as("手机"); }

  ScriptedPeer& join(std::string id = "0123456789abcdef") {
    auto& peer =
        peers.emplace_back(peers.size() + 1, std::map<std::string, std::string>{{"id", id}});
    audience->opened(peer);
    peer.sent.clear();
    return peer;
  }
  // What the phone is answered.
  Json say(ScriptedPeer& peer, std::string_view message) {
    peer.sent.clear();
    audience->received(peer, message, true);
    return peer.sent.empty() ? Json() : Json::parse(peer.sent.back());
  }
  void pass(Duration time) { clock.advance(time); }
  void tick(const std::optional<CounterFigures>& figures = {}) {
    audience->set_figures(figures);
    audience->tick(clock.now());
  }
  std::uint64_t turned_away(const std::string& reason) {
    tick();
    return audience->counters().refused[reason];
  }

  ManualClock clock{MonoTime{seconds(100)}};
  std::vector<ChatEvent> events;
  Status verdict = ok();
  std::shared_ptr<Audience> audience = std::make_shared<Audience>(
      clock, [this](ChatEvent event, const std::string& source, Audience::Reply reply) {
        EXPECT_EQ(source, "手机");
        events.push_back(std::move(event));
        if (reply) reply(verdict);
      });
  std::deque<ScriptedPeer> peers;
};

TEST_F(AudienceTest, what_is_said_is_cleaned_cut_and_answered_when_it_is_kept) {
  auto& peer = join();
  std::string words;
  for (int i = 0; i < 250; ++i) words += "橙";
  EXPECT_EQ(say(peer, net::dump(OrderedJson{{"say", words}, {"name", "春\u202e燕"}}))["ok"], "say");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].platform, "audience");
  EXPECT_EQ(events[0].kind, Kind::chat);
  EXPECT_EQ(events[0].user, (User{"0123456789abcdef", "春燕"}));
  EXPECT_EQ(events[0].text->size(), 200 * std::string("橙").size());
  verdict = Error(ErrorCode::not_on_air);
  EXPECT_EQ(say(peer, R"({"say":"在吗"})")["error"], "chat.not_on_air");
}

TEST_F(AudienceTest, a_question_is_one_however_it_is_put) {
  auto& peer = join();
  say(peer, R"({"ask":"今年的橙子"})");
  say(peer, R"({"ask":"橙子多少钱"})");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].text, "今年的橙子？");
  EXPECT_EQ(events[1].text, "橙子多少钱");
}

TEST_F(AudienceTest, the_fourth_message_in_two_seconds_mutes_for_ten) {
  auto& peer = join();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(say(peer, R"({"say":"好"})")["ok"], "say");
  const auto refused = say(peer, R"({"say":"好"})");
  EXPECT_EQ(refused["error"], "control.busy");
  EXPECT_EQ(refused["wait_ms"], 10'000);
  pass(milliseconds(9'999));
  EXPECT_EQ(say(peer, R"({"ask":"好不好"})")["wait_ms"], 1);
  // the same person with another connection is no other person; somebody else is
  EXPECT_EQ(say(join(), R"({"say":"好"})")["error"], "control.busy");
  EXPECT_EQ(say(join("ffffffffffffffff"), R"({"say":"好"})")["ok"], "say");
  pass(milliseconds(1));
  EXPECT_EQ(say(peer, R"({"say":"好"})")["ok"], "say");
  EXPECT_EQ(turned_away("too_fast"), 3U);
}

TEST_F(AudienceTest, three_in_two_seconds_again_and_again_are_no_haste) {
  auto& peer = join();
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(say(peer, R"({"say":"好"})")["ok"], "say");
    pass(milliseconds(667));
  }
}

TEST_F(AudienceTest, a_follow_is_one_event_and_is_never_refused_for_haste) {
  auto& peer = join();
  for (int i = 0; i < 4; ++i) say(peer, R"({"say":"好"})");
  events.clear();
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(say(peer, R"({"follow":true,"name":"燕"})")["ok"], "follow");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Kind::follow);
  EXPECT_TRUE(events[0].id.empty());
}

TEST_F(AudienceTest, a_follow_that_was_not_kept_may_be_tried_again) {
  auto& peer = join();
  verdict = Error(ErrorCode::not_on_air);
  EXPECT_EQ(say(peer, R"({"follow":true})")["error"], "chat.not_on_air");
  verdict = ok();
  EXPECT_EQ(say(peer, R"({"follow":true})")["ok"], "follow");
  EXPECT_EQ(events.size(), 2U);
}

TEST_F(AudienceTest, a_follow_whose_refusal_got_lost_may_be_tried_again) {
  auto& peer = join();
  EXPECT_EQ(say(peer, R"({"follow":true})")["ok"], "follow");
  say(peer, R"({"follow":true})");
  EXPECT_EQ(events.size(), 1U);
  audience->forget_follow("0123456789abcdef");
  audience->forget_follow("who never came");
  tick();
  say(peer, R"({"follow":true})");
  EXPECT_EQ(events.size(), 2U);
}

TEST_F(AudienceTest, likes_come_in_handfuls_at_a_pace_of_their_own) {
  auto& peer = join();
  EXPECT_EQ(say(peer, R"({"like":7})")["ok"], "like");
  EXPECT_EQ(say(peer, R"({"like":7})")["error"], "control.busy");
  pass(milliseconds(500));
  say(peer, R"({"like":1000000})");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].count, 7);
  EXPECT_EQ(events[1].count, 50);
  EXPECT_EQ(say(peer, R"({"say":"好"})")["ok"], "say");
}

TEST_F(AudienceTest, what_is_no_word_of_a_viewer_is_denied_and_counted) {
  auto& peer = join();
  for (const auto* message :
       {R"({"name":"live.end","args":{}})", R"({"id":"1","name":"live.end","role":"operator"})",
        R"({"say":"好","role":"operator"})", R"({"say":"好","__proto__":{"a":1}})",
        R"({"command":"live.end"})"}) {
    const auto answer = say(peer, message);
    EXPECT_TRUE(answer.contains("error")) << message;
  }
  EXPECT_EQ(turned_away("denied"), 5U);
  for (const auto* message :
       {"", "x", "[]", "{}", "7", R"({"say":7})", R"({"say":""})", R"({"say":" \u200b "})",
        R"({"follow":false})", R"({"follow":1})", R"({"like":0})", R"({"like":-1})",
        R"({"like":1.5})", R"({"like":99999999999999999999})", R"({"say":"a","like":1})",
        R"({"say":"a","name":7})", R"({"say":[[[[[["a"]]]]]]})"}) {
    EXPECT_TRUE(say(peer, message).contains("error")) << message;
  }
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(peer.closed_with, 0);
}

TEST_F(AudienceTest, lets_in_those_who_made_up_an_id_and_no_foreign_page) {
  net::Request request;
  request.host = "192.168.1.5:7181";
  const auto admitted = [&](const std::string& id) {
    request.query["id"] = id;
    return audience->admit(request);
  };
  EXPECT_EQ(audience->admit(request), 400);
  EXPECT_EQ(admitted("0123456789abcdef"), 0);
  EXPECT_EQ(admitted("0123456789abcde"), 400);
  EXPECT_EQ(admitted(std::string(65, 'a')), 400);
  EXPECT_EQ(admitted("0123456789abcde\n"), 400);
  request.has_origin = true;
  request.origin = "http://192.168.1.5:7181";
  EXPECT_EQ(admitted("0123456789abcdef"), 0);
  request.origin = "http://192.168.1.5:7181.evil.example";
  EXPECT_EQ(admitted("0123456789abcdef"), 403);
  request.origin = "null";
  EXPECT_EQ(admitted("0123456789abcdef"), 403);
}

TEST_F(AudienceTest, says_who_watches_while_a_session_is_on_and_tells_pages_what_changed) {
  auto& peer = join();
  join("ffffffffffffffff");
  peer.sent.clear();
  tick(CounterFigures{10, 1, 2, 3});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, Kind::viewers);
  EXPECT_EQ(events[0].total, 2);
  ASSERT_EQ(peer.sent.size(), 1U);
  EXPECT_EQ(peer.sent[0], R"({"chat":true,"on_air":true,"likes":3,"viewers":2})");
  pass(seconds(6));
  tick(CounterFigures{11, 1, 2, 3});
  EXPECT_EQ(events.size(), 1U);
  EXPECT_EQ(peer.sent.size(), 1U);
  audience->closed(peer);
  tick(CounterFigures{11, 1, 2, 3});
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].total, 1);
}

TEST_F(AudienceTest, without_a_chat_of_the_show_pages_are_told_that_they_only_watch) {
  audience->open_as({});
  auto& peer =
      peers.emplace_back(9U, std::map<std::string, std::string>{{"id", "0123456789abcdef"}});
  audience->opened(peer);
  EXPECT_EQ(peer.sent.back(), R"({"chat":false,"on_air":false})");
  EXPECT_EQ(say(peer, R"({"say":"好"})")["error"], "control.denied");
  EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace xb::chat

// Twitch's lines and notes on the vectors of the protocol notes. SPDX-License-Identifier:
// Apache-2.0
#include "chat/sources/twitch_lines.h"
#include "chat/sources/twitch_notes.h"
#include "tests/chat/sources/readers.h"

namespace xb::chat {
namespace {

constexpr std::int64_t now_ms = 1'700'000'000'000;

std::string read(std::string_view line) {
  const auto parsed = parse_irc(line);
  if (!parsed) return "no line";
  const auto out = read_twitch(*parsed, "#village");
  EXPECT_TRUE(out.refused.empty()) << out.refused[0].log_line();
  return lines_of(out);
}

TEST(TwitchLines, are_taken_apart_by_the_grammar) {
  const auto line =
      parse_irc(R"(@a=1\s2\:3\\4\n5\q6\;b;c= :nick!user@host CMD  p1 p2 :the rest : of it)");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->tag("a"), "1 2;3\\4\n5q6");
  EXPECT_EQ(line->tag("b"), "");
  EXPECT_EQ(line->tags.count("c"), 1U);
  EXPECT_EQ(line->nick, "nick");
  EXPECT_EQ(line->command, "CMD");
  EXPECT_EQ(line->parameters, (std::vector<std::string>{"p1", "p2", "the rest : of it"}));
  EXPECT_EQ(parse_irc("PING :tmi.twitch.tv")->parameter(0), "tmi.twitch.tv");
  EXPECT_EQ(parse_irc("PING")->parameter(0), "");
  EXPECT_FALSE(parse_irc("PING")->has_trailing);
}

TEST(TwitchLines, that_are_none_are_told) {
  for (const auto& bad :
       {std::string(), std::string(" "), std::string("@a=b"), std::string("@a=b :x"),
        std::string(":x"), std::string("privmsg #v :a"), std::string("\x01\x02"),
        std::string("PRIVMSG\0 #v", 11), "PRIVMSG #village :" + std::string(16'400, 'x'),
        std::string(":a P") + std::string(200, ' '), "@" + std::string(600, ';') + " PING"}) {
    const auto line = parse_irc(bad);
    EXPECT_TRUE(!line || line->command == "P" || bad[0] == '@') << bad.substr(0, 40);
  }
  std::string tags = "@";
  for (int i = 0; i < 101; ++i) tags += "t" + std::to_string(i) + "=1;";
  EXPECT_FALSE(parse_irc(tags + " PING"));
  std::string many = "CMD";
  for (int i = 0; i < 51; ++i) many += " p";
  EXPECT_FALSE(parse_irc(many));
}

TEST(TwitchLines, several_share_a_frame) {
  EXPECT_EQ(irc_lines("a\r\nb\nc\r\n\r\n"), (std::vector<std::string_view>{"a", "b", "c"}));
  EXPECT_TRUE(irc_lines("").empty());
}

TEST(TwitchLines, chat_is_read_with_its_tags) {
  EXPECT_EQ(read("@badges=broadcaster/"
                 "1;color=#FF4500;display-name=小爱;emotes=25:0-4;first-msg=0;id=msg-1;mod=0;"
                 "room-id=1234;subscriber=0;tmi-sent-ts=1700000000123;user-id=501 "
                 ":alice!alice@alice.tmi.twitch.tv PRIVMSG #village :Kappa 你好"),
            "{\"kind\":\"chat\",\"platform\":\"twitch\",\"id\":\"msg-1\",\"user\":{\"id\":\"501\","
            "\"name\":\"小爱\"},"
            "\"text\":\"Kappa 你好\",\"time_ms\":1700000000123}\n");
  EXPECT_EQ(Json::parse(read("@display-name= :bob!b@b PRIVMSG #village :\x01"
                             "ACTION winkt\x01"))["text"],
            "winkt");
  EXPECT_EQ(Json::parse(read(":bob!b@b PRIVMSG #village :hi"))["user"]["name"], "bob");
  EXPECT_EQ(read(":bob!b@b PRIVMSG #other :hi"), "");
  EXPECT_EQ(read("@room-id=1;source-room-id=2 :bob!b@b PRIVMSG #village :from elsewhere"), "");
  EXPECT_NE(read("@room-id=1;source-room-id=1 :bob!b@b PRIVMSG #village :from here"), "");
  EXPECT_EQ(read_twitch(*parse_irc(":b!b@b PRIVMSG #village"), "#village").refused.size(), 1U);
}

TEST(TwitchLines, bits_are_a_gift_besides) {
  const auto out =
      read("@id=m;bits=100;user-id=5;display-name=B :b!b@b PRIVMSG #village :cheer100 gut");
  EXPECT_NE(
      out.find(
          "{\"kind\":\"gift\",\"platform\":\"twitch\",\"id\":\"m-bits\",\"user\":{\"id\":\"5\","
          "\"name\":\"B\"},\"text\":\"Bits\",\"count\":100}"),
      std::string::npos);
}

TEST(TwitchLines, members_and_what_is_taken_away) {
  EXPECT_EQ(read("@id=s1;msg-id=resub;msg-param-sub-plan=1000;user-id=5;display-name=B :tmi "
                 "USERNOTICE #village"),
            "{\"kind\":\"member\",\"platform\":\"twitch\",\"id\":\"s1\",\"user\":{\"id\":\"5\","
            "\"name\":\"B\"},"
            "\"text\":\"1000\"}\n");
  EXPECT_EQ(read("@target-user-id=9;ban-duration=60 :tmi CLEARCHAT #village :lärm"),
            "{\"kind\":\"moderation\",\"platform\":\"twitch\",\"user\":{\"id\":\"9\",\"name\":"
            "\"lärm\"}}\n");
  EXPECT_EQ(read(":tmi CLEARCHAT #village"), "");
  EXPECT_EQ(read("@target-msg-id=m7 :tmi CLEARMSG #village :was er sagte"),
            "{\"kind\":\"moderation\",\"platform\":\"twitch\",\"ids\":[\"m7\"]}\n");
  EXPECT_EQ(read(":tmi ROOMSTATE #village"), "");
}

TwitchNote note(const std::string& type, const std::string& payload,
                const std::string& at = "2023-11-14T22:13:20.000Z") {
  return read_twitch_note(R"({"metadata":{"message_id":"n1","message_type":")" + type +
                              R"(","message_timestamp":")" + at + R"("},"payload":)" + payload +
                              "}",
                          now_ms);
}
std::string follow(const std::string& at = "2023-11-14T22:13:20.000Z") {
  return lines_of(note(
      "notification",
      R"({"subscription":{"type":"channel.follow"},"event":{"user_id":"77","user_login":"bo",)"
      R"("user_name":"Bo","broadcaster_user_id":"1234","followed_at":"2023-11-14T22:13:19Z"}})",
      at));
}

TEST(TwitchNotes, a_follow_carries_the_id_that_is_the_same_when_sent_again) {
  EXPECT_EQ(follow(),
            "{\"kind\":\"follow\",\"platform\":\"twitch\",\"id\":\"n1\",\"user\":{\"id\":\"77\","
            "\"name\":\"Bo\"},"
            "\"time_ms\":1699999999000}\n");
  EXPECT_EQ(follow("2023-11-14T22:03:19.000Z"), "");  // more than ten minutes old
  EXPECT_NE(follow("2023-11-14T22:03:21.000Z"), "");
}

TEST(TwitchNotes, tell_of_the_session) {
  using Type = TwitchNote::Type;
  const auto welcome = note(
      "session_welcome",
      R"({"session":{"id":"s1","status":"connected","keepalive_timeout_seconds":10,"reconnect_url":null}})");
  EXPECT_EQ(welcome.type, Type::welcome);
  EXPECT_EQ(welcome.session, "s1");
  EXPECT_EQ(welcome.keepalive_seconds, 10);
  EXPECT_EQ(note("session_keepalive", "{}").type, Type::keepalive);
  const auto move =
      note("session_reconnect", R"({"session":{"id":"s1","reconnect_url":"wss://x/ws?a=b"}})");
  EXPECT_EQ(move.type, Type::reconnect);
  EXPECT_EQ(move.reconnect_url, "wss://x/ws?a=b");
  const auto gone =
      note("revocation",
           R"({"subscription":{"type":"channel.follow","status":"authorization_revoked"}})");
  EXPECT_EQ(gone.type, Type::revocation);
  EXPECT_EQ(gone.revoked, "channel.follow: authorization_revoked");
}

TEST(TwitchNotes, chat_has_the_id_that_irc_gives_it) {
  EXPECT_EQ(
      lines_of(note(
          "notification",
          R"({"subscription":{"type":"channel.chat.message"},"event":{"chatter_user_id":"5","chatter_user_name":"B",)"
          R"("broadcaster_user_id":"1234","message_id":"msg-1","message":{"text":"hi"},"cheer":null,"source_broadcaster_user_id":null}})")),
      "{\"kind\":\"chat\",\"platform\":\"twitch\",\"id\":\"msg-1\",\"user\":{\"id\":\"5\",\"name\":"
      "\"B\"},\"text\":\"hi\","
      "\"time_ms\":1700000000000}\n");
}

TEST(TwitchNotes, of_a_wrong_shape_are_refused) {
  for (
      const std::string bad :
      {"", "[]", "{}", R"({"metadata":{"message_type":7}})",
       R"({"metadata":{"message_type":"session_welcome"}})",
       R"({"metadata":{"message_type":"session_reconnect"},"payload":{"session":{"reconnect_url":null}}})",
       R"({"metadata":{"message_type":"notification","message_id":"x"},"payload":{"event":7}})",
       R"({"metadata":{"message_type":"notification","message_id":"x"},"payload":{"subscription":{"type":"channel.follow"},"event":{}}})",
       "\xff"}) {
    const auto out = read_twitch_note(bad, now_ms);
    EXPECT_EQ(out.refused.size(), 1U) << bad;
    EXPECT_TRUE(out.events.empty()) << bad;
  }
}

}  // namespace
}  // namespace xb::chat

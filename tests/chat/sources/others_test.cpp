// Owncast, Social Stream Ninja, blivechat and YouTube on the vectors of the protocol notes.
// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/blivechat_messages.h"
#include "chat/sources/owncast_messages.h"
#include "chat/sources/ssn_messages.h"
#include "chat/sources/youtube_pages.h"
#include "tests/chat/sources/readers.h"

namespace xb::chat {
namespace {

template <class Read>
void judge_bad(Read read, std::initializer_list<const char*> all) {
  for (const auto* bad : all) {
    const auto out = read(bad);
    EXPECT_EQ(out.refused.size(), 1U) << bad;
    EXPECT_TRUE(out.events.empty()) << bad;
  }
}

TEST(OwncastMessages, several_objects_share_a_frame) {
  const auto out = read_owncast(
      "{\"type\":\"CONNECTED_USER_INFO\",\"user\":{\"id\":\"me\"}}\n"
      R"({"type":"CHAT","id":"aX7","timestamp":"2026-01-02T03:04:05.000000006Z","body":"<p>你好 &amp; 大家</p>","visible":true,"user":{"id":"u1","displayName":"张三","displayColor":22,"previousNames":["张三"],"isBot":false,"authenticated":false}})"
      "\nbroken\n{\"type\":\"PING\"}\n");
  EXPECT_EQ(lines_of(out),
            "{\"kind\":\"chat\",\"platform\":\"owncast\",\"id\":\"aX7\",\"user\":{\"id\":\"u1\","
            "\"name\":\"张三\"},"
            "\"text\":\"你好 & 大家\",\"time_ms\":1767323045000}\n");
  EXPECT_TRUE(out.is_welcome);
  EXPECT_EQ(out.refused.size(), 1U);
  EXPECT_EQ(out.ignored, 2U);
}

TEST(OwncastMessages, who_follows_is_the_account_and_not_the_server) {
  EXPECT_EQ(
      lines_of(read_owncast(
          R"({"type":"FEDIVERSE_ENGAGEMENT_FOLLOW","id":"f1","timestamp":"2026-01-02T03:04:05Z","body":"<p>followed</p>","image":null,"title":"li@example.org","user":{"displayName":"村里的台"}})")),
      "{\"kind\":\"follow\",\"platform\":\"owncast\",\"id\":\"f1\",\"user\":{\"id\":\"li@example."
      "org\",\"name\":\"li@example.org\"},"
      "\"time_ms\":1767323045000}\n");
}

TEST(OwncastMessages, hidden_chat_is_taken_away_a_hundred_ids_at_a_time) {
  std::string ids;
  for (int i = 0; i < 150; ++i) ids += (i == 0 ? "\"m" : ",\"m") + std::to_string(i) + "\"";
  const auto out =
      read_owncast(R"({"type":"VISIBILITY-UPDATE","id":"v","visible":false,"ids":[)" + ids + "]}");
  ASSERT_EQ(out.events.size(), 2U);
  EXPECT_EQ(out.events[0].ids.size() + out.events[1].ids.size(), 150U);
  EXPECT_NE(out.events[0].id, out.events[1].id);
  EXPECT_EQ(lines_of(read_owncast(R"({"type":"VISIBILITY-UPDATE","visible":true,"ids":["a"]})")),
            "");
  EXPECT_EQ(lines_of(read_owncast(R"({"type":"CHAT","id":"x","body":"b","visible":false})")), "");
}

TEST(OwncastMessages, refusals_are_told_and_nonsense_is_counted) {
  EXPECT_TRUE(read_owncast(R"({"type":"ERROR_NEEDS_REGISTRATION"})").needs_registration);
  EXPECT_TRUE(read_owncast(R"({"type":"ERROR_USER_DISABLED"})").is_disabled);
  judge_bad(read_owncast, {"{", "[]", "{\"type\":1}", "{\"type\":\"CHAT\",\"body\":null}",
                           "\xff\xfe", "{\"type\":\"CHAT\",\"id\":{},\"body\":1}"});
  EXPECT_EQ(read_owncast(std::string(100'000, '[')).refused.at(0).code(),
            ErrorCode::event_too_large);
}

TEST(SocialStream, keeps_the_platforms_apart) {
  EXPECT_EQ(
      lines_of(read_social_stream(
          R"({"id":7,"type":"kuaishou","chatname":"张三","userid":"42","chatmessage":"<b>好</b> &amp; 吃","chatbadges":[],"event":false,"meta":{"messageId":"k-1"}})")),
      "{\"kind\":\"chat\",\"platform\":\"kuaishou\",\"id\":\"k-1\",\"user\":{\"id\":\"42\","
      "\"name\":\"张三\"},\"text\":\"好 & 吃\"}\n");
  EXPECT_EQ(
      lines_of(read_social_stream(
          R"({"type":"twitch","chatname":"a","chatmessage":"1 < 2","textonly":true})")),
      "{\"kind\":\"chat\",\"platform\":\"twitch\",\"user\":{\"name\":\"a\"},\"text\":\"1 < 2\"}\n");
}

TEST(SocialStream, totals_are_set_and_followers_are_people) {
  EXPECT_EQ(
      lines_of(read_social_stream(R"({"type":"tiktok","event":"follower_update","meta":4567})")),
      "{\"kind\":\"followers\",\"platform\":\"tiktok\",\"total\":4567}\n");
  EXPECT_EQ(lines_of(read_social_stream(R"({"type":"tiktok","event":"viewer_update","meta":12})")),
            "{\"kind\":\"viewers\",\"platform\":\"tiktok\",\"total\":12}\n");
  EXPECT_EQ(lines_of(read_social_stream(R"({"type":"tiktok","event":"likes_update","meta":99})")),
            "{\"kind\":\"like\",\"platform\":\"tiktok\",\"total\":99}\n");
  const auto follow = Json::parse(lines_of(read_social_stream(
      R"({"id":3,"type":"tiktok","event":"new_follower","chatname":"新粉","userid":"9","chatmessage":"followed"})")));
  EXPECT_EQ(follow["kind"], "follow");
  EXPECT_EQ(follow["user"]["id"], "9");
}

// Its own numbers begin at 1 again when it is started again.
TEST(SocialStream, a_number_alone_names_no_message) {
  const auto id = [](const char* json) {
    return Json::parse(lines_of(read_social_stream(json)))["id"];
  };
  const auto first = id(R"({"id":1,"type":"t","event":"new_follower","chatname":"甲"})");
  EXPECT_EQ(first, id(R"({"id":1,"type":"t","event":"new_follower","chatname":"甲"})"));
  EXPECT_NE(first, id(R"({"id":1,"type":"t","event":"new_follower","chatname":"乙"})"));
  EXPECT_NE(first, id(R"({"id":2,"type":"t","event":"new_follower","chatname":"甲"})"));
}

TEST(SocialStream, money_is_a_gift_and_nonsense_is_counted) {
  const auto out = read_social_stream(
      R"({"type":"youtube","chatname":"a","chatmessage":"谢谢","hasDonation":"$5.00","meta":{"messageId":"y"}})");
  ASSERT_EQ(out.events.size(), 2U);
  EXPECT_EQ(out.events[0].kind, Kind::gift);
  EXPECT_EQ(out.events[0].text, "$5.00");
  EXPECT_EQ(out.events[0].id, "y-gift");
  judge_bad(read_social_stream,
            {"", "7", "{}", R"({"type":"t","event":"follower_update","meta":{}})",
             R"({"type":"t","event":"follower_update","meta":-5})", "\xff"});
  EXPECT_EQ(read_social_stream(R"({"callback":{"get":"1","result":true}})").ignored, 1U);
}

TEST(Blivechat, reads_texts_by_place_and_the_rest_by_name) {
  EXPECT_EQ(
      lines_of(read_blivechat(
          R"({"cmd":50,"data":["//a",1700000000,"张三",0,"你好",0,0,20,0,1,3,"id-1","",0,[],[],"1001","村"],"extra":{"roomId":1}})")),
      "{\"kind\":\"chat\",\"platform\":\"bilibili\",\"id\":\"id-1\",\"user\":{\"id\":\"1001\","
      "\"name\":\"张三\"},\"text\":\"你好\","
      "\"time_ms\":1700000000000}\n");
  EXPECT_EQ(
      lines_of(read_blivechat(
          R"({"cmd":51,"data":{"id":"g","timestamp":1700000000,"authorName":"张","totalCoin":1000,"giftName":"花","num":2}})")),
      "{\"kind\":\"gift\",\"platform\":\"bilibili\",\"id\":\"g\",\"user\":{\"name\":\"张\"},"
      "\"text\":\"花\",\"count\":2,"
      "\"amount\":\"1\",\"currency\":\"CNY\",\"time_ms\":1700000000000}\n");
  EXPECT_EQ(Json::parse(lines_of(read_blivechat(
                R"({"cmd":53,"data":{"id":"s","authorName":"张","price":30,"content":"好"}})")))
                ["amount"],
            "30");
  EXPECT_EQ(Json::parse(lines_of(read_blivechat(R"({"cmd":54,"data":{"ids":["s"]}})")))["ids"][0],
            "s");
  EXPECT_TRUE(read_blivechat(R"({"cmd":0,"data":{}})").is_heartbeat);
  EXPECT_EQ(read_blivechat(R"({"cmd":3,"data":{}})").ignored, 1U);
  judge_bad(read_blivechat,
            {"", "[]", "{}", R"({"cmd":50,"data":{}})", R"({"cmd":50,"data":[1,2,3]})",
             R"({"cmd":51,"data":{"giftName":"x","num":-1}})", R"({"cmd":53,"data":{}})"});
}

YoutubePage page(const std::string& items) {
  const auto json =
      Json::parse(R"({"nextPageToken":"p2","pollingIntervalMillis":5000,"items":[)" + items + "]}");
  return read_youtube_page(Look(json));
}

TEST(YoutubePages, are_read_item_by_item) {
  const auto out = page(
      R"({"id":"a","snippet":{"type":"textMessageEvent","publishedAt":"2026-01-02T03:04:05Z","displayMessage":"hi"},"authorDetails":{"channelId":"c","displayName":"B"}},)"
      R"({"id":"b","snippet":{"type":"superChatEvent","displayMessage":"$5","superChatDetails":{"amountMicros":"5000000","currency":"USD","userComment":"gut"}},"authorDetails":{"channelId":"c","displayName":"B"}},)"
      R"({"id":"c","snippet":{"type":"messageDeletedEvent","messageDeletedDetails":{"deletedMessageId":"a"}}},)"
      R"({"id":"d","snippet":{"type":"tombstone"}},7)");
  EXPECT_EQ(lines_of(out),
            "{\"kind\":\"chat\",\"platform\":\"youtube\",\"id\":\"a\",\"user\":{\"id\":\"c\","
            "\"name\":\"B\"},\"text\":\"hi\","
            "\"time_ms\":1767323045000}\n"
            "{\"kind\":\"paid\",\"platform\":\"youtube\",\"id\":\"b\",\"user\":{\"id\":\"c\","
            "\"name\":\"B\"},\"text\":\"gut\","
            "\"amount\":\"5\",\"currency\":\"USD\"}\n"
            "{\"kind\":\"moderation\",\"platform\":\"youtube\",\"id\":\"c\",\"ids\":[\"a\"]}\n");
  EXPECT_EQ(out.next, "p2");
  EXPECT_EQ(out.wait_ms, 5000);
  EXPECT_FALSE(out.is_over);
  EXPECT_EQ(out.ignored, 1U);
  EXPECT_EQ(out.refused.size(), 1U);
  EXPECT_TRUE(page(R"({"id":"e","snippet":{"type":"chatEndedEvent"}})").is_over);
  EXPECT_TRUE(page("").is_empty);
}

TEST(YoutubePages, a_refusal_names_its_reason) {
  EXPECT_EQ(youtube_reason(R"({"error":{"code":403,"errors":[{"reason":"quotaExceeded"}]}})"),
            "quotaExceeded");
  EXPECT_EQ(youtube_reason("<html>"), "");
}

}  // namespace
}  // namespace xb::chat

// The mapping file: what it can express, and what it says of one that is wrong.
// SPDX-License-Identifier: Apache-2.0
#include "chat/mapping.h"

#include "tests/chat/sources/readers.h"

namespace xb::chat {
namespace {

std::shared_ptr<const Mapping> mapping(const std::string& text) {
  auto out = Mapping::parse(text);
  EXPECT_TRUE(out) << out.error().log_line();
  return out ? *out : nullptr;
}

// The numbered envelopes of local relays: a type by number, its data as JSON in a string.
constexpr const char* relay = R"({
  "platform": "local", "parse_again": ["/Data"], "ignore_case": true,
  "fields": {"type": "/Type", "id": "/Data/MsgId", "user.id": "/Data/User/Id",
             "user.name": "/Data/User/Nickname", "text": "/Data/Content"},
  "kinds": {"1": "chat", "2": {"kind": "like", "count": "/Data/Count"}, "3": "enter", "4": "follow",
            "5": {"kind": "gift", "text": "/Data/GiftName", "count": "/Data/GiftCount"},
            "6": {"kind": "viewers", "total": "/Data/OnlineUserCount"}, "8": "share",
            "9": {"kind": "stream", "online": {"value": false}}}})";

TEST(Mapping, expresses_numbered_envelopes_with_json_in_a_string) {
  const auto map = mapping(relay);
  const std::string follow =
      R"({"Type":4,"ProcessName":"x","Data":"{\"MsgId\":7412000000000000004,\"User\":{\"Id\":6900000000000000123,\"Nickname\":\"新粉一\",\"FollowerCount\":99999,\"FollowStatus\":1},\"Onwer\":null,\"Content\":\"新粉一 关注了主播\",\"RoomId\":\"7380000000000000001\",\"WebRoomId\":\"940152769375\"}"})";
  // ids beyond 2^53 stay exact, and the viewer's own followers are nowhere
  const std::string expected =
      "{\"kind\":\"follow\",\"platform\":\"local\",\"id\":\"7412000000000000004\",\"user\":{\"id\":"
      "\"6900000000000000123\","
      "\"name\":\"新粉一\"},\"text\":\"新粉一 关注了主播\"}\n";
  EXPECT_EQ(lines_of(map->read(follow)), expected);
  EXPECT_EQ(
      lines_of(map->read(
          R"({"type":4,"data":{"msgid":7412000000000000004,"user":{"id":6900000000000000123,"nickname":"新粉一"},"content":"新粉一 关注了主播"}})")),
      expected);
  EXPECT_EQ(
      lines_of(map->read(
          R"({"Type":5,"Data":"{\"MsgId\":1,\"User\":{\"Id\":2,\"Nickname\":\"a\"},\"GiftName\":\"玫瑰\",\"GiftCount\":3,\"RepeatCount\":9}"})")),
      "{\"kind\":\"gift\",\"platform\":\"local\",\"id\":\"1\",\"user\":{\"id\":\"2\",\"name\":"
      "\"a\"},\"text\":\"玫瑰\",\"count\":3}\n");
  EXPECT_EQ(lines_of(map->read(
                R"({"Type":6,"Data":"{\"MsgId\":5,\"User\":null,\"OnlineUserCount\":\"120\"}"})")),
            "{\"kind\":\"viewers\",\"platform\":\"local\",\"id\":\"5\",\"total\":120}\n");
  EXPECT_EQ(lines_of(map->read(R"({"Type":9,"Data":"{}"})")),
            "{\"kind\":\"stream\",\"platform\":\"local\",\"online\":false}\n");
  EXPECT_EQ(map->read(R"({"Type":7,"Data":"{}"})").ignored, 1U);
}

TEST(Mapping, expresses_social_stream) {
  const auto map = mapping(R"({
    "platform": "ssn", "hello": {"join": "SESSION", "in": 4, "out": 3},
    "fields": {"type": "/event", "platform": "/type", "id": "/meta/messageId", "user.id": "/userid",
               "user.name": "/chatname", "text": {"at": "/chatmessage", "html": true}},
    "kinds": {"": "chat", "false": "chat", "new_follower": "follow", "follower_update": {"kind": "followers", "total": "/meta"}}})");
  EXPECT_EQ(map->hello(), R"({"in":4,"join":"SESSION","out":3})");
  EXPECT_EQ(
      lines_of(map->read(
          R"({"type":"twitch","chatname":"A","chatmessage":"<b>hi</b>","event":false,"meta":{"messageId":"m"}})")),
      "{\"kind\":\"chat\",\"platform\":\"twitch\",\"id\":\"m\",\"user\":{\"name\":\"A\"},\"text\":"
      "\"hi\"}\n");
  EXPECT_EQ(lines_of(map->read(R"({"type":"kick","event":"follower_update","meta":12})")),
            "{\"kind\":\"followers\",\"platform\":\"kick\",\"total\":12}\n");
}

TEST(Mapping, expresses_arrays_lines_and_seconds) {
  const auto map = mapping(R"({
    "platform": "bili", "split_lines": true,
    "fields": {"type": "/cmd"},
    "kinds": {"50": {"kind": "chat", "id": "/data/11", "user.id": "/data/16", "user.name": "/data/2",
                     "text": "/data/4", "time_s": "/data/1"}}})");
  EXPECT_EQ(lines_of(map->read("{\"cmd\":50,\"data\":[\"\",1700000000,\"张\",0,\"好\",0,0,0,0,0,0,"
                               "\"i\",\"\",0,[],[],\"7\"]}\n\n"
                               "{\"cmd\":1}\nbroken\r\n")),
            "{\"kind\":\"chat\",\"platform\":\"bili\",\"id\":\"i\",\"user\":{\"id\":\"7\",\"name\":"
            "\"张\"},\"text\":\"好\","
            "\"time_ms\":1700000000000}\n");
  const auto each = mapping(
      R"({"platform":"p","each":"/items","kinds":{"*":{"kind":"follow","user.id":"/u~1x/0"}}})");
  EXPECT_EQ(lines_of(each->read(R"({"items":[{"u/x":["1"]},{"u/x":["2"]}]})")),
            "{\"kind\":\"follow\",\"platform\":\"p\",\"user\":{\"id\":\"1\",\"name\":\"\"}}\n"
            "{\"kind\":\"follow\",\"platform\":\"p\",\"user\":{\"id\":\"2\",\"name\":\"\"}}\n");
  EXPECT_EQ(each->read(R"({"items":7})").ignored, 1U);
}

TEST(Mapping, refuses_single_messages_and_goes_on) {
  const auto map = mapping(relay);
  for (const std::string bad :
       {"", "{", "\xff", R"({"Type":1,"Data":"{"})", R"({"Type":1,"Data":"{}"})",
        R"({"Type":2,"Data":{"Count":-1}})", R"({"Type":2,"Data":{"Count":"viele"}})",
        R"({"Type":4,"Data":{"MsgId":{}}})", R"({"Type":4,"Data":{"User":{"Id":[1]}}})"}) {
    const auto out = map->read(bad);
    EXPECT_EQ(out.refused.size(), 1U) << bad;
    EXPECT_TRUE(out.events.empty()) << bad;
  }
  EXPECT_EQ(map->read(std::string(70'000, ' ')).refused.at(0).code(), ErrorCode::event_too_large);
}

TEST(Mapping, a_wrong_file_is_told_with_its_place) {
  const auto place = [](const std::string& text) {
    const auto out = Mapping::parse(text);
    return out ? std::string("good") : out.error().detail();
  };
  EXPECT_EQ(place(R"({"platform":"p","kinds":{"1":"chat"}})"), "good");
  EXPECT_EQ(place("[]"), "$: expected an object");
  EXPECT_EQ(place(R"({"kinds":{"1":"chat"}})"), "platform: the name of the platform is needed");
  EXPECT_EQ(place(R"({"platform":"p"})"), "kinds: needs at least one row");
  EXPECT_EQ(place(R"({"platform":"p","kind":{}})"), "kind: there is no such key");
  EXPECT_EQ(place(R"({"platform":"p","kinds":{"1":"chatt"}})").substr(0, 8), "kinds.1:");
  EXPECT_EQ(place(R"({"platform":"p","kinds":{"1":{"kind":"chat","txt":"/a"}}})"),
            "kinds.1.txt: there is no such field");
  EXPECT_EQ(place(R"({"platform":"p","fields":{"text":"a/b"},"kinds":{"1":"chat"}})").substr(0, 12),
            "fields.text:");
  EXPECT_EQ(
      place(R"({"platform":"p","fields":{"text":"/a~2"},"kinds":{"1":"chat"}})").substr(0, 12),
      "fields.text:");
  EXPECT_EQ(place(R"({"platform":"p","split_lines":1,"kinds":{"1":"chat"}})"),
            "split_lines: expected true or false");
  EXPECT_NE(place("{"), "good");
}

}  // namespace
}  // namespace xb::chat

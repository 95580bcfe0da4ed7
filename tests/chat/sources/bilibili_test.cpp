// Bilibili's packets, commands and signatures on the vectors of the protocol notes.
// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include "chat/sources/bilibili_commands.h"
#include "chat/sources/bilibili_packets.h"
#include "chat/sources/bilibili_signature.h"
#include "chat/sources/bilibili_wbi.h"
#include "tests/chat/sources/readers.h"

namespace xb::chat {
namespace {

struct Unpacked {
  Status status;
  std::vector<std::pair<std::uint32_t, std::string>> packets;
};
Unpacked unpack(std::string_view message, BilibiliLimits limits = {}) {
  Unpacked out;
  out.status = unpack_bilibili(
      message,
      [&](std::uint32_t operation, std::string_view body) {
        out.packets.emplace_back(operation, body);
      },
      limits);
  return out;
}

std::string raw_packet(std::string_view body, int format, int operation = 5) {
  auto out = bilibili_packet(static_cast<BilibiliOperation>(operation), body);
  out[7] = static_cast<char>(format);
  return out;
}
std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &size,
                     reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
            Z_OK);
  out.resize(size);
  return out;
}

constexpr std::string_view watched = R"({"cmd":"WATCHED_CHANGE","data":{"num":7}})";

TEST(BilibiliPackets, are_made_as_the_platform_wants_them) {
  EXPECT_EQ(bilibili_packet(BilibiliOperation::login, R"({"uid":0,"roomid":1,"protover":3})"),
            bytes_of_hex("000000310010000100000007000000017b22756964223a302c22726f6f6d6964223a312c2"
                         "270726f746f766572223a337d"));
  EXPECT_EQ(bilibili_packet(BilibiliOperation::heartbeat, ""),
            bytes_of_hex("00000010001000010000000200000001"));
}

TEST(BilibiliPackets, come_plain_by_zlib_and_by_brotli) {
  for (const auto* hex : {"000000390010000000000005000000007b22636d64223a22574154434845445f4348414e"
                          "4745222c22646174612"
                          "23a7b226e756d223a377d7d",
                          "0000004c001000020000000500000000789c636060b06410600001561051ad949c9ba264"
                          "a514ee18e2ece1ea12ef"
                          "ece1e8e7eeaaa4a394925892a86455ad94579aab64655e5b0b0009610c83",
                          "0000004d0010000300000005000000000b1c80000000390010000000000005000000007b"
                          "22636d64223a2257415443"
                          "4845445f4348414e4745222c2264617461223a7b226e756d223a377d7d03"}) {
    const auto out = unpack(bytes_of_hex(hex));
    ASSERT_TRUE(out.status) << out.status.error().log_line();
    ASSERT_EQ(out.packets.size(), 1U);
    EXPECT_EQ(out.packets[0].first, 5U);
    EXPECT_EQ(out.packets[0].second, watched);
  }
}

TEST(BilibiliPackets, several_share_a_message_and_nothing_follows_a_heartbeat_reply) {
  const auto reply = bytes_of_hex("00000014001000010000000300000000000004d27b7d");
  const auto out = unpack(raw_packet(watched, 0) + raw_packet(watched, 0) + reply);
  EXPECT_TRUE(out.status);
  ASSERT_EQ(out.packets.size(), 3U);
  EXPECT_EQ(out.packets[2].second, bytes_of_hex("000004d2"));
}

TEST(BilibiliPackets, a_wrong_length_ends_the_run_and_keeps_what_came_before) {
  const auto good = raw_packet(watched, 0);
  const auto with_length = [&](std::uint32_t length, std::uint16_t head) {
    auto out = good;
    for (int i = 0; i < 4; ++i)
      out[static_cast<std::size_t>(i)] = static_cast<char>(length >> (24 - 8 * i));
    out[4] = static_cast<char>(head >> 8);
    out[5] = static_cast<char>(head);
    return out;
  };
  for (const auto& bad : {with_length(0, 16), with_length(0xFFFFFFFF, 16), with_length(15, 16),
                          with_length(57, 0), with_length(57, 15), with_length(57, 58),
                          with_length(58, 16), good.substr(0, 10), std::string("x")}) {
    const auto out = unpack(good + bad);
    ASSERT_FALSE(out.status);
    EXPECT_EQ(out.status.error().code(), ErrorCode::event_invalid);
    EXPECT_EQ(out.packets.size(), 1U);
  }
  EXPECT_TRUE(unpack("").status);
  EXPECT_TRUE(unpack(with_length(57, 20)).status);  // a longer head is read, not assumed
}

TEST(BilibiliPackets, that_unpack_without_end_are_refused) {
  const auto bomb = raw_packet(deflated(std::string(5 << 20, '\0')), 2);
  EXPECT_EQ(unpack(bomb).status.error().code(), ErrorCode::event_too_large);
  // the limit is one for all packets of a message
  const auto half = raw_packet(deflated(raw_packet(std::string(300, ' '), 0)), 2);
  EXPECT_TRUE(unpack(half, {.bytes = 400}).status);
  EXPECT_EQ(unpack(half + half, {.bytes = 400}).status.error().code(), ErrorCode::event_too_large);
  auto nested = raw_packet(watched, 0);
  for (int depth = 0; depth < 40; ++depth) {
    nested = raw_packet(deflated(nested), 2);
    EXPECT_EQ(static_cast<bool>(unpack(nested).status), depth < 2) << depth;
  }
  std::string many;
  for (int i = 0; i < 10'001; ++i) many += raw_packet("{}", 0);
  const auto out = unpack(raw_packet(deflated(many), 2));
  EXPECT_EQ(out.status.error().code(), ErrorCode::event_too_large);
  EXPECT_LE(out.packets.size(), 10'000U);
  EXPECT_EQ(unpack(raw_packet("x", 4)).status.error().code(), ErrorCode::event_invalid);
}

std::string read(std::string_view json) {
  BilibiliCommands commands;
  const auto out = commands.read(json);
  EXPECT_TRUE(out.refused.empty()) << out.refused[0].log_line();
  return lines_of(out);
}

TEST(BilibiliCommands, a_follow_is_one_event_in_both_forms) {
  const auto plain = read(
      R"({"cmd":"INTERACT_WORD","data":{"msg_type":2,"uid":1005,"uname":"新粉","timestamp":1700000000}})");
  EXPECT_EQ(
      plain,
      read(
          R"({"cmd":"INTERACT_WORD_V2","data":{"pb":"CO0HEgbmlrDnsokoAjABOIDiz6oGsgEJEgcSBWYuanBn"}})"));
  const auto event = Json::parse(plain);
  EXPECT_EQ(event["kind"], "follow");
  EXPECT_EQ(event["user"]["id"], "1005");
  EXPECT_EQ(event["user"]["name"], "新粉");
  EXPECT_EQ(event["time_ms"], 1'700'000'000'000);
}

TEST(BilibiliCommands, kinds_of_follows_are_follows_and_entering_is_none) {
  const auto kind = [](int type) {
    const auto line = read(R"({"cmd":"INTERACT_WORD","data":{"msg_type":)" + std::to_string(type) +
                           R"(,"uid":7,"uname":"a","timestamp":1700000000}})");
    return line.empty() ? std::string() : Json::parse(line)["kind"].get<std::string>();
  };
  EXPECT_EQ(kind(1), "enter");
  EXPECT_EQ(kind(2), "follow");
  EXPECT_EQ(kind(3), "share");
  EXPECT_EQ(kind(4), "follow");
  EXPECT_EQ(kind(5), "follow");
  EXPECT_EQ(kind(6), "like");
  EXPECT_EQ(kind(9), "");
}

TEST(BilibiliCommands, people_with_masked_names_are_told_apart_by_name_and_time) {
  const auto masked = [](const char* name, int time) {
    return Json::parse(read(R"({"cmd":"INTERACT_WORD","data":{"msg_type":2,"uid":0,"uname":")" +
                            std::string(name) + R"(","timestamp":)" + std::to_string(time) + "}}"));
  };
  const auto first = masked("张***", 1);
  EXPECT_FALSE(first["user"].contains("id"));
  EXPECT_EQ(first["id"], masked("张***", 1)["id"]);
  EXPECT_NE(first["id"], masked("李***", 1)["id"]);
  EXPECT_NE(first["id"], masked("张***", 2)["id"]);
}

TEST(BilibiliCommands, chat_is_read_with_its_id_and_short_arrays_do_no_harm) {
  EXPECT_EQ(
      read(
          R"({"cmd":"DANMU_MSG:4:0:2:2:2:0","info":[[0,1,25,1,1700000000123,0,0,"",0,0,0,"",0,"{}","{}",{"extra":"{\"id_str\":\"abc123\"}"}],"你好",[1001,"张三",0],[],[],[],0,0]})"),
      "{\"kind\":\"chat\",\"platform\":\"bilibili\",\"id\":\"abc123\",\"user\":{\"id\":\"1001\","
      "\"name\":\"张三\"},\"text\":\"你好\",\"time_ms\":1700000000123}\n");
  EXPECT_EQ(read(R"({"cmd":"DANMU_MSG","info":[[],"短",[5]]})"),
            "{\"kind\":\"chat\",\"platform\":\"bilibili\",\"user\":{\"id\":\"5\",\"name\":\"\"},"
            "\"text\":\"短\"}\n");
}

TEST(BilibiliCommands, gifts_count_each_increment_and_only_gold_is_money) {
  EXPECT_EQ(
      read(
          R"({"cmd":"SEND_GIFT","data":{"giftName":"小花花","giftId":31036,"num":2,"uname":"张三","uid":1001,"price":100,"total_coin":200,"coin_type":"gold","action":"投喂","timestamp":1700000000,"tid":"tid-1","medal_info":null,"blind_gift":null}})"),
      "{\"kind\":\"gift\",\"platform\":\"bilibili\",\"id\":\"gift-tid-1\",\"user\":{\"id\":"
      "\"1001\","
      "\"name\":\"张三\"},\"text\":\"小花花\",\"count\":2,\"amount\":\"0.2\",\"currency\":\"CNY\","
      "\"time_ms\":1700000000000}\n");
  EXPECT_EQ(
      read(
          R"({"cmd":"SEND_GIFT","data":{"giftName":"辣条","num":1,"coin_type":"silver","total_coin":100}})"),
      "{\"kind\":\"gift\",\"platform\":\"bilibili\",\"user\":{\"name\":\"\"},\"text\":\"辣条\","
      "\"count\":1}\n");
  EXPECT_EQ(read(R"({"cmd":"COMBO_SEND","data":{"uid":1,"combo_num":9}})"), "");
}

TEST(BilibiliCommands, a_gift_in_protobuf_is_the_same_gift) {
  // 1 uid 1001, 2 uname "z", 10 { 2 "g", 3 num 2, 7 total_coin 200, 8 "gold", 9 "tid-1", 10
  // 1700000000 }
  const auto item = std::string(
      "\x12\x01g\x18\x02\x38\xc8\x01\x42\x04gold\x4a\x05tid-1\x50\x80\xe2\xcf\xaa\x06", 27);
  const auto message =
      std::string("\x08\xe9\x07\x12\x01z\x52") + static_cast<char>(item.size()) + item;
  std::string base64;
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < message.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group =
          group << 8 | (i + j < message.size() ? static_cast<unsigned char>(message[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      base64 += i + j > message.size() ? '=' : alphabet[group >> (18 - 6 * j) & 63];
  }
  EXPECT_EQ(read(R"({"cmd":"SEND_GIFT_V2","data":{"pb":")" + base64 + "\"}}"),
            "{\"kind\":\"gift\",\"platform\":\"bilibili\",\"id\":\"gift-tid-1\",\"user\":{\"id\":"
            "\"1001\","
            "\"name\":\"z\"},\"text\":\"g\",\"count\":2,\"amount\":\"0.2\",\"currency\":\"CNY\","
            "\"time_ms\":1700000000000}\n");
}

TEST(BilibiliCommands, totals_are_set_and_the_watched_count_gives_way_to_the_one_of_now) {
  EXPECT_EQ(
      read(
          R"({"cmd":"ROOM_REAL_TIME_MESSAGE_UPDATE","data":{"roomid":22625027,"fans":4567,"red_notice":-1,"fans_club":12}})"),
      "{\"kind\":\"followers\",\"platform\":\"bilibili\",\"total\":4567}\n");
  EXPECT_EQ(read(R"({"cmd":"LIKE_INFO_V3_UPDATE","data":{"click_count":88}})"),
            "{\"kind\":\"like\",\"platform\":\"bilibili\",\"total\":88}\n");
  BilibiliCommands commands;
  EXPECT_EQ(lines_of(commands.read(watched)),
            "{\"kind\":\"viewers\",\"platform\":\"bilibili\",\"total\":7}\n");
  EXPECT_EQ(
      lines_of(commands.read(R"({"cmd":"ONLINE_RANK_COUNT","data":{"count":3,"online_count":5}})")),
      "{\"kind\":\"viewers\",\"platform\":\"bilibili\",\"total\":5}\n");
  EXPECT_EQ(lines_of(commands.read(watched)), "");
}

TEST(BilibiliCommands, paid_messages_members_and_the_stream_itself) {
  EXPECT_EQ(
      read(
          R"({"cmd":"SUPER_CHAT_MESSAGE","data":{"id":5,"price":30,"message":"加油","time":60,"start_time":1700000000,"uid":1,"user_info":{"uname":"王"}}})"),
      "{\"kind\":\"paid\",\"platform\":\"bilibili\",\"id\":\"sc-5\",\"user\":{\"id\":\"1\","
      "\"name\":\"王\"},"
      "\"text\":\"加油\",\"amount\":\"30\",\"currency\":\"CNY\",\"time_ms\":1700000000000}\n");
  EXPECT_EQ(read(R"({"cmd":"SUPER_CHAT_MESSAGE_JPN","data":{"id":5,"price":30,"message":"x"}})"),
            "");
  EXPECT_EQ(read(R"({"cmd":"SUPER_CHAT_MESSAGE_DELETE","data":{"ids":[5,"6"]}})"),
            "{\"kind\":\"moderation\",\"platform\":\"bilibili\",\"ids\":[\"sc-5\",\"sc-6\"]}\n");
  EXPECT_EQ(
      read(
          R"({"cmd":"GUARD_BUY","data":{"uid":2,"username":"李","guard_level":3,"num":1,"price":198000,"start_time":1700000000}})"),
      "{\"kind\":\"member\",\"platform\":\"bilibili\",\"id\":\"guard-2-1700000000\",\"user\":{"
      "\"id\":\"2\",\"name\":\"李\"},"
      "\"text\":\"舰长\",\"count\":1,\"amount\":\"198\",\"currency\":\"CNY\",\"time_ms\":"
      "1700000000000}\n");
  EXPECT_EQ(read(R"({"cmd":"USER_TOAST_MSG","data":{"uid":2}})"), "");
  EXPECT_EQ(
      read(
          R"({"cmd":"LIVE","live_key":"1","live_platform":"pc","live_time":1700000000,"roomid":22625027})"),
      "{\"kind\":\"stream\",\"platform\":\"bilibili\",\"id\":\"live-1\",\"online\":true}\n");
  EXPECT_EQ(read(R"({"cmd":"PREPARING","roomid":"22625027"})"),
            "{\"kind\":\"stream\",\"platform\":\"bilibili\",\"online\":false}\n");
  EXPECT_EQ(read(R"({"cmd":"WARNING","msg":"请注意"})"),
            "{\"kind\":\"notice\",\"platform\":\"bilibili\",\"text\":\"请注意\"}\n");
}

TEST(BilibiliCommands, of_the_open_platform) {
  EXPECT_EQ(
      read(
          R"({"cmd":"LIVE_OPEN_PLATFORM_DM","data":{"room_id":1,"open_id":"o1","uname":"张","msg":"好","msg_id":"m1","timestamp":1700000000}})"),
      "{\"kind\":\"chat\",\"platform\":\"bilibili\",\"id\":\"m1\",\"user\":{\"id\":\"o1\",\"name\":"
      "\"张\"},"
      "\"text\":\"好\",\"time_ms\":1700000000000}\n");
  EXPECT_EQ(
      read(
          R"({"cmd":"LIVE_OPEN_PLATFORM_SEND_GIFT","data":{"open_id":"o1","uname":"张","gift_name":"花","gift_num":3,"price":1000,"r_price":100,"paid":true,"msg_id":"m2"}})"),
      "{\"kind\":\"gift\",\"platform\":\"bilibili\",\"id\":\"m2\",\"user\":{\"id\":\"o1\",\"name\":"
      "\"张\"},"
      "\"text\":\"花\",\"count\":3,\"amount\":\"0.3\",\"currency\":\"CNY\"}\n");
  EXPECT_EQ(
      read(
          R"({"cmd":"LIVE_OPEN_PLATFORM_LIKE","data":{"open_id":"o1","uname":"张","like_count":4}})"),
      "{\"kind\":\"like\",\"platform\":\"bilibili\",\"user\":{\"id\":\"o1\",\"name\":\"张\"},"
      "\"count\":4}\n");
  BilibiliCommands commands;
  commands.read(R"({"cmd":"LIVE_OPEN_PLATFORM_INTERACTION_END","data":{"game_id":"g1"}})");
  EXPECT_EQ(commands.ended_game(), "g1");
}

TEST(BilibiliCommands, of_a_wrong_shape_are_refused_one_by_one) {
  for (const auto* bad :
       {"", "{", "[]", "7", "{\"cmd\":7}", R"({"cmd":"DANMU_MSG"})",
        R"({"cmd":"DANMU_MSG","info":{}})", R"({"cmd":"INTERACT_WORD","data":null})",
        R"({"cmd":"INTERACT_WORD_V2","data":{"pb":"!!"}})",
        R"({"cmd":"INTERACT_WORD_V2","data":{"pb":"CAES"}})",
        R"({"cmd":"SEND_GIFT","data":{"num":"x"}})", R"({"cmd":"SEND_GIFT_V2","data":{}})",
        R"({"cmd":"ROOM_REAL_TIME_MESSAGE_UPDATE","data":{"fans":-1}})",
        R"({"cmd":"ROOM_REAL_TIME_MESSAGE_UPDATE","data":{"fans":"viele"}})",
        R"({"cmd":"SUPER_CHAT_MESSAGE","data":{"price":1.5}})"}) {
    BilibiliCommands commands;
    const auto out = commands.read(bad);
    EXPECT_EQ(out.refused.size(), 1U) << bad;
    EXPECT_TRUE(out.events.empty()) << bad;
  }
  BilibiliCommands commands;
  EXPECT_EQ(commands.read("{\"cmd\":\"" + std::string(70'000, 'x') + "\"}").refused.at(0).code(),
            ErrorCode::event_too_large);
}

TEST(BilibiliWbi, signs_as_the_platform_checks) {
  const auto key = wbi_key("https://i0.hdslb.com/bfs/wbi/0123456789abcdef0123456789abcdef.png",
                           "https://i0.hdslb.com/bfs/wbi/fedcba9876543210fedcba9876543210.png");
  EXPECT_EQ(key, "1022a87ffdaf532cb45ee953dce8c96d");
  EXPECT_EQ(wbi_query({{"type", "0"}, {"id", "1"}}, 1'700'000'000, key),
            "id=1&type=0&wts=1700000000&w_rid=472662b4aacdb2a3477c748307db34c7");
  EXPECT_EQ(wbi_key("https://x/short.png", "y"), "");
}

TEST(BilibiliSignature, is_the_one_of_the_open_platform) {
  const auto headers = bilibili_signature({Secret("ak"), Secret("sk")},
                                          R"({"code":"ABC","app_id":1})", "n1", 1'700'000'000);
  const auto value = [&](std::string_view name) {
    for (const auto& [known, text] : headers)
      if (known == name) return text;
    return std::string("absent");
  };
  EXPECT_EQ(value("x-bili-content-md5"), "13ccc4bd6d4cd7056eeb04e6fe441c09");
  EXPECT_EQ(value("Authorization"),
            "0d19fd06ac9296a73246d1dbdd7ec98ebe92d05479bd1c1994b2f92113bee7de");
  EXPECT_EQ(value("x-bili-accesskeyid"), "ak");
  EXPECT_EQ(value("Content-Type"), "application/json");
}

}  // namespace
}  // namespace xb::chat

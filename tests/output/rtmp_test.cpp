// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "media/rtmp_chunks.h"
#include "output/push_url.h"

namespace xb::output {

namespace rtmp = media::rtmp;

namespace {

using rtmp::AmfWriter;
using rtmp::Bytes;
using rtmp::ChunkReader;

TEST(PushUrl, splits_server_and_application_and_keeps_the_key_apart) {
  const auto url =
      parse_push_url("rtmp://push.example.cn/live-bvc/", Secret("?streamname=a&key=b"));
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->server(), "rtmp://push.example.cn:1935/live-bvc");
  EXPECT_EQ(url->app, "live-bvc");
  EXPECT_EQ(url->key.reveal(), "?streamname=a&key=b");
  EXPECT_EQ(parse_push_url("rtmps://h/a/b", Secret("key1"))->port, 443);
  EXPECT_EQ(parse_push_url("rtmp://[::1]:1999/a", Secret("key1"))->server(), "rtmp://[::1]:1999/a");
  const auto srt = parse_push_url("srt://h:9000?mode=caller&latency=200000", Secret());
  ASSERT_TRUE(srt.has_value());
  EXPECT_EQ(srt->query, "mode=caller&latency=200000");
}

TEST(PushUrl, a_whole_address_is_taken_apart) {
  const auto split = [](std::string_view text) {
    const auto out = split_push_address(text);
    return out ? out->url + " | " + out->key.reveal() : std::string(out.error().name());
  };
  EXPECT_EQ(split(" rtmp://h/live/KEY?a=1&b=2\n"), "rtmp://h/live | KEY?a=1&b=2");
  EXPECT_EQ(split("rtmps://h:443/a/b/KEY"), "rtmps://h:443/a/b/ | KEY");
  EXPECT_EQ(split("rtmp://h/live-bvc/?streamname=x&key=y"),
            "rtmp://h/live-bvc/ | ?streamname=x&key=y");
  EXPECT_EQ(split("rtmp://h/live"), "rtmp://h/live | ");
  EXPECT_EQ(split("rtmp://h/a/b/"), "rtmp://h/a/b/ | ");
  EXPECT_EQ(split("rtmp://h"), "rtmp://h | ");
  EXPECT_EQ(split("srt://h:9000?latency=200000&streamid=live%2Fkey"),
            "srt://h:9000?latency=200000&streamid={key} | live/key");
  EXPECT_EQ(split("srt://h:9000?streamid={key}"), "srt://h:9000?streamid={key} | ");
  EXPECT_EQ(split("srt://h:9000?streamid=a&passphrase=b"), "output.unsupported");
  EXPECT_EQ(split("不是地址"), "不是地址 | ");
  EXPECT_EQ(split(""), " | ");
}

TEST(PushUrl, refuses_what_cannot_be_pushed_to_with_a_reason) {
  const auto code = [](const std::string& url, const std::string& key) {
    const auto parsed = parse_push_url(url, Secret(key));
    return parsed ? ErrorCode{} : parsed.error().code();
  };
  for (const auto* url : {"", "rtmp", "http://h/a", "rtmp://", "rtmp:///a", "rtmp://h", "rtmp://h/",
                          "rtmp://h:0/a", "rtmp://h:99999/a", "rtmp://h:x/a", "rtmp://u:p@h/a",
                          "rtmp://h/a b", "rtmp://h/a?k=v", "srt://h", "rtmp://[::1/a"})
    EXPECT_EQ(code(url, "some-key"), ErrorCode::output_unsupported) << url;
  EXPECT_EQ(code("rtmp://h/a", ""), ErrorCode::output_no_key);
  EXPECT_EQ(code("srt://h:1?passphrase={key}", ""), ErrorCode::output_no_key);
  EXPECT_EQ(code("rtmp://h/a", "with space"), ErrorCode::output_refused);
}

TEST(RtmpChunks, come_back_as_the_messages_they_were_however_they_are_cut) {
  Bytes wire;
  rtmp::append_message(wire, 128, 2, rtmp::set_chunk_size, 0, 0, Bytes{0, 0, 0x10, 0});
  Bytes large(10'000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 31);
  rtmp::append_message(wire, 4096, 6, rtmp::video, 1, 0x1234567, large);  // extended time
  rtmp::append_message(wire, 4096, 3, rtmp::command_amf0, 0, 5, Bytes{1, 2, 3});
  for (const std::size_t step : {1U, 7U, 4096U, 100'000U}) {
    ChunkReader reader;
    std::vector<Bytes> messages;
    for (std::size_t at = 0; at < wire.size(); at += step) {
      const auto piece = std::span(wire).subspan(at, std::min(step, wire.size() - at));
      ASSERT_TRUE(reader.add(
          piece, [&](auto, auto body, auto) { messages.emplace_back(body.begin(), body.end()); }));
    }
    ASSERT_EQ(messages.size(), 2U) << step;
    EXPECT_EQ(messages[0], large);
    EXPECT_EQ(messages[1], (Bytes{1, 2, 3}));
  }
}

TEST(RtmpChunks, of_a_hostile_server_end_the_connection_and_not_the_process) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    ChunkReader reader;
    Bytes noise(300);
    for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
    noise[0] &= 0x3F;  // begins like a real one
    reader.add(noise, [](auto, auto body, auto) { rtmp::read_command(body); });
  }
  ChunkReader reader;  // a message of 16 MB
  EXPECT_FALSE(
      reader.add(Bytes{3, 0, 0, 0, 0xFF, 0xFF, 0xFF, 20, 0, 0, 0, 0}, [](auto, auto, auto) {}));
  ChunkReader second;  // chunks of no size
  EXPECT_FALSE(
      second.add(Bytes{2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0}, [](auto, auto, auto) {}));
}

TEST(RtmpChunks, may_begin_a_channel_with_a_shortened_header) {
  // type 1: no message stream; 3 bytes of time, 3 of length, the type, then the body
  const Bytes wire{0x42, 0, 0, 0, 0, 0, 6, rtmp::user_control, 0, 6, 0, 0, 0, 9};
  ChunkReader reader;
  Bytes heard;
  EXPECT_TRUE(
      reader.add(wire, [&](auto, auto body, auto) { heard.assign(body.begin(), body.end()); }));
  EXPECT_EQ(heard, (Bytes{0, 6, 0, 0, 0, 9}));
  ChunkReader other;  // nothing is known of it: the rest of a message that never began
  EXPECT_FALSE(other.add(Bytes{0xC4, 1, 2, 3}, [](auto, auto, auto) {}));
}

TEST(Amf, passes_over_values_it_has_no_use_for) {
  AmfWriter head;
  auto bytes = head.string("onStatus").number(0).begin_object().key("level").string("error").take();
  const auto add = [&](std::string_view key, const Bytes& value) {
    bytes.push_back(0);
    bytes.push_back(static_cast<std::uint8_t>(key.size()));
    bytes.insert(bytes.end(), key.begin(), key.end());
    bytes.insert(bytes.end(), value.begin(), value.end());
  };
  add("date", Bytes{11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  add("list", Bytes{10, 0, 0, 0, 2, 5, 2, 0, 1, 'x'});
  add("essay", Bytes{12, 0, 0, 0, 3, 'a', 'b', 'c'});
  add("odd", Bytes{13});
  add("code", Bytes{2, 0, 3, 'b', 'a', 'd'});
  bytes.insert(bytes.end(), {0, 0, 9});
  const auto command = rtmp::read_command(bytes);
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->level, "error");
  EXPECT_EQ(command->code, "bad");
  // a list or essay longer than the body is none
  for (const std::uint8_t marker : Bytes{10, 12}) {
    auto endless = AmfWriter().string("x").number(0).take();
    endless.insert(endless.end(), {marker, 0xFF, 0xFF, 0xFF, 0xFF, 5, 5});
    EXPECT_FALSE(rtmp::read_command(endless).has_value());
  }
}

TEST(Amf, tells_a_key_in_use_from_one_that_is_wrong) {
  const auto says = [](const char* code, const char* description) {
    rtmp::AmfCommand error;
    error.level = "error";
    error.code = code;
    error.description = description;
    return rtmp::is_in_use(error);
  };
  EXPECT_TRUE(says("NetStream.Publish.BadName", "Already publishing"));
  EXPECT_TRUE(says("NetStream.Publish.BadName", "stream k is already being published."));
  EXPECT_TRUE(says("NetStream.Publish.Denied", "Stream name is in use"));
  EXPECT_FALSE(says("NetStream.Publish.BadName", ""));
  EXPECT_FALSE(says("NetStream.Publish.BadName", "invalid stream key"));
  EXPECT_FALSE(says("NetStream.Publish.BadName", "this key has already expired"));
  EXPECT_FALSE(says("NetConnection.Connect.Rejected", "server busy"));
}

TEST(Amf, reads_the_answers_servers_give) {
  AmfWriter status;
  status.string("onStatus").number(0).null().begin_object();
  status.key("level").string("error").key("code").string("NetStream.Publish.BadName").end_object();
  const auto command = rtmp::read_command(status.take());
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(command->level, "error");
  EXPECT_EQ(command->code, "NetStream.Publish.BadName");
  const auto result =
      rtmp::read_command(AmfWriter().string("_result").number(4).null().number(1).take());
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->transaction, 4);
  EXPECT_EQ(result->number, 1);
}

TEST(Amf, refuses_cut_and_bottomless_values) {
  AmfWriter whole;
  whole.string("onStatus").number(0).null().begin_object().key("code").string("x").end_object();
  const auto bytes = whole.take();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (size == 11 + 9 || size == 11 + 9 + 1) continue;  // whole values end there
    EXPECT_FALSE(rtmp::read_command(std::span(bytes).first(size)).has_value()) << size;
  }
  AmfWriter deep;
  deep.string("a").number(0);
  for (int i = 0; i < 10'000; ++i) deep.begin_object().key("k");
  EXPECT_FALSE(rtmp::read_command(deep.take()).has_value());
}

}  // namespace
}  // namespace xb::output

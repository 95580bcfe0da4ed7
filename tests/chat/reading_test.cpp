// The pieces every platform's reader is made of: limits first.
// SPDX-License-Identifier: Apache-2.0
#include "chat/reading.h"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "chat/inflate.h"
#include "chat/look.h"
#include "chat/markup.h"
#include "chat/protobuf.h"

namespace xb::chat {
namespace {

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &size,
                     reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()),
            Z_OK);
  out.resize(size);
  return out;
}
std::string brotlied_in(int window, std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  EXPECT_EQ(BrotliEncoderCompress(5, window, BROTLI_MODE_TEXT, bytes.size(),
                                  reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(out.data())),
            BROTLI_TRUE);
  out.resize(size);
  return out;
}
std::string brotlied(std::string_view bytes) {
  return brotlied_in(BROTLI_DEFAULT_WINDOW, bytes);
}

using Unpack = Result<std::string> (*)(std::string_view, std::size_t);

void judge_unpacking(Unpack unpack, std::string (*pack)(std::string_view)) {
  const std::string text(100'000, 'x');
  const auto packed = pack(text);
  EXPECT_EQ(unpack(packed, text.size()).value(), text);
  EXPECT_EQ(unpack(packed, text.size() - 1).error().code(), ErrorCode::event_too_large);
  EXPECT_EQ(unpack(pack(""), 0).value(), "");
  EXPECT_EQ(unpack("", 100).error().code(), ErrorCode::event_invalid);
  EXPECT_EQ(unpack("not packed at all", 100).error().code(), ErrorCode::event_invalid);
  EXPECT_EQ(unpack(packed + "x", text.size()).error().code(), ErrorCode::event_invalid);
  for (std::size_t cut = 0; cut < packed.size(); ++cut)
    EXPECT_FALSE(unpack(std::string_view(packed).substr(0, cut), text.size())) << cut;
}

TEST(Unpacking, of_zlib_keeps_its_limit_and_finds_what_is_broken) {
  judge_unpacking(inflate, deflated);
}
TEST(Unpacking, of_brotli_keeps_its_limit_and_finds_what_is_broken) {
  judge_unpacking(unbrotli, brotlied);
}

// The widest window holds 16 MiB, and the library fills it before it hands anything out.
TEST(Unpacking, of_brotli_makes_no_room_for_what_is_too_large) {
  constexpr std::size_t most = 2 << 20;
  const auto bomb = brotlied_in(BROTLI_MAX_WINDOW_BITS, std::string(std::size_t{32} << 20, '\0'));
  const auto refused = unbrotli(bomb, most);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::event_too_large);
  const std::string right(most, 'x');
  const auto unpacked = unbrotli(brotlied_in(BROTLI_MAX_WINDOW_BITS, right), most);
  ASSERT_TRUE(unpacked) << unpacked.error().log_line();
  EXPECT_EQ(*unpacked, right);
}

TEST(Protobuf, reads_every_wire_type_there_is) {
  using Kind = ProtobufField::Kind;
  ProtobufReader reader(
      std::string_view("\x08\x96\x01\x12\x03"
                       "abc\x1d\x01\x00\x00\x80\x21\x02\0\0\0\0\0\0\0",
                       22));
  auto field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->number, 1U);
  EXPECT_EQ(field->value, 150U);
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->kind, Kind::bytes);
  EXPECT_EQ(field->bytes, "abc");
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->value, 0x80000001U);
  field = reader.next();
  ASSERT_TRUE(field);
  EXPECT_EQ(field->number, 4U);
  EXPECT_EQ(field->value, 2U);
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.is_broken());
}

TEST(Protobuf, is_broken_where_lengths_lie_or_types_are_none) {
  using namespace std::string_literals;
  for (const auto& bad :
       {"\x08"s,
        "\x12\x05"
        "abc"s,
        "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s, "\x1d\x01\x00"s, "\x21\x01"s, "\x0b"s,
        "\x0c"s, "\x0e"s, "\x0f"s, "\x00\x01"s, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,
        "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"s}) {
    ProtobufReader reader(bad);
    while (reader.next()) {
    }
    EXPECT_TRUE(reader.is_broken()) << testing::PrintToString(bad);
  }
  const auto greatest = "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s;
  ProtobufReader largest(greatest);
  EXPECT_EQ(largest.next()->value, UINT64_MAX);
}

TEST(Markup, becomes_the_text_a_person_would_read) {
  EXPECT_EQ(text_of_html("<p>你好 &amp; 大家</p>"), "你好 & 大家");
  EXPECT_EQ(text_of_html("<p>一</p><p>二</p>"), "一 二");
  EXPECT_EQ(text_of_html("看<img class=\"emoji\" alt=\":smile:\" src=\"/a>b.png\">吧"),
            "看:smile:吧");
  EXPECT_EQ(text_of_html("a<br/>b"), "a b");
  EXPECT_EQ(text_of_html("1 < 2 && 3 > 2"), "1 < 2 && 3 > 2");
  EXPECT_EQ(text_of_html("&lt;b&gt; &#20320;&#x597d; &nbsp;&unknown; &#xD800; &#0;"),
            "<b> 你好  &unknown; \uFFFD \uFFFD");
  EXPECT_EQ(text_of_html("<SCRIPT>alert('<b>')</ScRiPt>好<style>p{}</style>"), "好");
  EXPECT_EQ(text_of_html("<!-- <b>nicht</b> -->ja"), "ja");
}

TEST(Markup, that_is_broken_gives_some_text_and_soon) {
  EXPECT_EQ(text_of_html("<img alt=\"a"), "");
  EXPECT_EQ(text_of_html("<script>never closed"), "");
  EXPECT_EQ(text_of_html("<!-- never closed"), "");
  EXPECT_EQ(text_of_html("&"), "&");
  std::string many;
  while (many.size() < 65'536) many += "<script>x</script><";
  EXPECT_LE(text_of_html(many).size(), many.size());
  EXPECT_LE(text_of_html(std::string(1 << 20, '<')).size(), 65'536U);
}

TEST(Look, leads_nowhere_without_complaint) {
  const auto json = Json::parse(
      R"({"a":{"b":[1,"2",9007199254740993,-3,18446744073709551615,1.5,true]},"n":null})");
  const Look top(json);
  const auto list = top["a"]["b"];
  EXPECT_EQ(list[0].whole(), 1);
  EXPECT_EQ(list[1].whole(), 2);
  EXPECT_EQ(list[2].id(), "9007199254740993");
  EXPECT_EQ(list[3].natural(), std::nullopt);
  EXPECT_EQ(list[4].id(), "18446744073709551615");
  EXPECT_EQ(list[4].whole(), std::nullopt);
  EXPECT_EQ(list[5].whole(), std::nullopt);
  EXPECT_EQ(list[5].id(), "");
  EXPECT_TRUE(list[6].is_true());
  EXPECT_FALSE(list[7].is_there());
  EXPECT_FALSE(top["n"].is_there());
  EXPECT_FALSE(top["a"]["b"]["c"]["d"][4].is_there());
  EXPECT_EQ(top["a"].text(), "");
}

TEST(Reading, checks_and_cleans_what_a_platform_said) {
  Reading out;
  ChatEvent event;
  event.platform = "demo";
  event.text =
      "a\xff\n\u202e"
      "b";
  event.user = User{"1", std::string(40, 'n')};
  out.add(event);
  ASSERT_EQ(out.events.size(), 1U);
  EXPECT_EQ(out.events[0].text, "a\uFFFD b");
  EXPECT_LE(out.events[0].user->name.size(), 26U);
  event.user->id = "a\tb";
  out.add(event);
  event = {};
  event.platform = "demo";
  event.kind = Kind::gift;
  event.text = "rose";
  event.count = -1;
  out.add(event);
  EXPECT_EQ(out.events.size(), 1U);
  EXPECT_EQ(out.refused.size(), 2U);
}

TEST(Reading, writes_money_without_a_float) {
  EXPECT_EQ(decimal_of(29'900, 1000), "29.9");
  EXPECT_EQ(decimal_of(30'000, 1000), "30");
  EXPECT_EQ(decimal_of(5, 1000), "0.005");
  EXPECT_EQ(decimal_of(1'234'567, 1'000'000), "1.234567");
}

TEST(Reading, reads_times_with_their_zone) {
  EXPECT_EQ(unix_ms_of("2026-01-02T03:04:05.000000006Z"), 1'767'323'045'000);
  EXPECT_EQ(unix_ms_of("2026-01-02T03:04:05.678Z"), 1'767'323'045'678);
  EXPECT_EQ(unix_ms_of("2026-01-02T11:04:05+08:00"), 1'767'323'045'000);
  EXPECT_EQ(unix_ms_of("1970-01-01T00:00:00Z"), 0);
  for (const auto* bad : {"", "2026-01-02", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z",
                          "2026-01-02T24:04:05Z", "2026-01-02T03:04:05", "yesterday at about nine"})
    EXPECT_FALSE(unix_ms_of(bad)) << bad;
}

}  // namespace
}  // namespace xb::chat

// Reading source and microphone specs.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "capture/registry.h"

namespace xb::capture {
namespace {

TEST(Spec, reads_every_kind) {
  EXPECT_EQ(parse_source("camera:")->rest, "");
  EXPECT_EQ(parse_source("camera:HD Webcam: left")->rest, "HD Webcam: left");
  EXPECT_EQ(parse_source("file:/a/b?c.mp4")->rest, "/a/b?c.mp4");
  EXPECT_TRUE(parse_source("file:/a/b.mp4")->loops);
  EXPECT_FALSE(parse_source("file:/a/b.mp4?loop=0")->loops);
  EXPECT_EQ(parse_source("file:/a/b.mp4?loop=0")->rest, "/a/b.mp4");
  EXPECT_EQ(parse_source("tcp://127.0.0.1:9?listen")->rest, "tcp://127.0.0.1:9?listen");
  EXPECT_EQ(parse_source("test:")->scheme, "test");
  EXPECT_TRUE(parse_microphone("none")->is_none);
  EXPECT_EQ(parse_microphone("pulse:xbmic")->scheme, "pulse");
  EXPECT_EQ(parse_microphone("USB Microphone")->scheme, "mic");
  EXPECT_EQ(parse_microphone("hw:1,0")->rest, "hw:1,0");
  EXPECT_EQ(parse_microphone("file:/a.wav")->scheme, "file");
}

TEST(Spec, says_what_was_probably_meant) {
  const auto typo = parse_source("camra:");
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().code(), ErrorCode::source_unsupported);
  EXPECT_NE(typo.error().detail().find("camera:"), std::string::npos);
  EXPECT_NE(parse_source("rtmps://h/a/KEY").error().detail().find("rtmp://"), std::string::npos);
  EXPECT_NE(parse_microphone("fle:/a.wav").error().detail().find("file:"), std::string::npos);
}

TEST(Spec, refuses_what_is_no_spec) {
  for (const std::string& text :
       {std::string(), std::string("video.mp4"), std::string("rtmp:"), std::string("rtmp:/x"),
        std::string("file:"), std::string("pulse:x"), std::string("camera:a\0b", 10),
        std::string(10'000, 'a')}) {
    EXPECT_FALSE(parse_source(text)) << text.substr(0, 20);
  }
  EXPECT_FALSE(parse_microphone("camera:"));
}

TEST(Spec, shows_no_key) {
  const auto shown = parse_source("rtmp://user:pa@ss@host:1935/live/KEY123?token=T")->shown();
  EXPECT_EQ(shown, "rtmp://host:1935/…");
  EXPECT_EQ(parse_source("srt://host:9?passphrase=secret")->shown(), "srt://host:9");
  EXPECT_EQ(parse_source("file:/a/b.mp4?loop=0")->shown(), "file:/a/b.mp4");
  // an unknown scheme's address is cut off too
  EXPECT_EQ(parse_source("rtmps://h/a/KEY123").error().detail().find("KEY123"), std::string::npos);
}

TEST(Spec, every_kind_has_help_in_both_languages) {
  for (const auto& kind : source_kinds()) {
    EXPECT_FALSE(kind.help_zh.empty());
    EXPECT_FALSE(kind.help_en.empty());
    EXPECT_NE(kind.make, nullptr);
  }
}

}  // namespace
}  // namespace xb::capture

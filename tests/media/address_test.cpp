// Addresses of the network: whom they name, and who comes to whom.
// SPDX-License-Identifier: Apache-2.0
#include "media/address.h"

#include <gtest/gtest.h>

namespace xb::media {
namespace {

NetAddress address(InputKind kind, const std::string& url) {
  InputSpec spec;
  spec.kind = kind;
  spec.url = url;
  return address_of(spec);
}

TEST(Address, tells_host_and_port) {
  EXPECT_EQ(address(InputKind::rtmp, "rtmp://user:pa@live.example.cn:1936/app/KEY?a=b").shown(),
            "live.example.cn:1936");
  EXPECT_EQ(address(InputKind::rtsp, "rtsp://192.168.1.20/stream").host, "192.168.1.20");
  EXPECT_EQ(address(InputKind::tcp, "tcp://[::1]:9000").host, "::1");
  EXPECT_EQ(address(InputKind::file, "/a/b.mp4").host, "");
  EXPECT_EQ(address(InputKind::device, "/dev/video0").host, "");
}

TEST(Address, tells_who_waits_for_whom) {
  EXPECT_TRUE(address(InputKind::tcp, "tcp://127.0.0.1:9000?listen").is_listening);
  EXPECT_TRUE(address(InputKind::tcp, "tcp://127.0.0.1:9000?timeout=1&listen=1").is_listening);
  EXPECT_FALSE(address(InputKind::tcp, "tcp://127.0.0.1:9000?listen=0").is_listening);
  EXPECT_FALSE(address(InputKind::tcp, "tcp://listen.example:9000").is_listening);
  EXPECT_TRUE(address(InputKind::srt, "srt://0.0.0.0:9000?mode=listener").is_listening);
  EXPECT_EQ(address(InputKind::srt, "srt://:9000?mode=listener").shown(), "9000");
  EXPECT_FALSE(address(InputKind::srt, "srt://127.0.0.1:9000?mode=caller").is_listening);
}

}  // namespace
}  // namespace xb::media

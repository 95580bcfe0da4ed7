// Numbers of socket ends: IPv4 and IPv6, alone and on one socket, and whom limits hold together.
// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <algorithm>
#include <vector>

#include "net/outside.h"
#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using test::RawSocket;

TEST(Crowd, is_an_ipv4_address_or_an_ipv6_network) {
  EXPECT_EQ(counted_as("192.168.1.5"), "192.168.1.5");
  EXPECT_EQ(counted_as("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(counted_as("2001:db8:1:2::9"), counted_as("2001:db8:1:2:ffff::1"));
  EXPECT_NE(counted_as("2001:db8:1:2::9"), counted_as("2001:db8:1:3::9"));
  EXPECT_EQ(counted_as("::ffff:192.168.1.5"), "192.168.1.5");
}

TEST(Neighbours, are_in_one_ipv6_network) {
  EXPECT_TRUE(are_neighbours("fd00::9", "fd00::2"));
  EXPECT_TRUE(are_neighbours("::1", "fd00::2"));
  EXPECT_FALSE(are_neighbours("2001:db8::9", "fd00::2"));
  EXPECT_TRUE(are_neighbours("203.0.113.9", "192.168.1.5")) << "a router is in between";
}

TEST(PlainAddress, is_written_one_way) {
  EXPECT_EQ(plain_address("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(plain_address("FD00::0002"), "fd00::2");
  EXPECT_EQ(plain_address("xiangbo.local"), "xiangbo.local");
}

TEST(HostAtPort, that_is_not_named_is_that_of_the_scheme) {
  EXPECT_EQ(host_at_port("Xiangbo.local", 443, Scheme::https), "xiangbo.local");
  EXPECT_EQ(host_at_port("[FD00::2]", 80, Scheme::http), "fd00::2");
  EXPECT_FALSE(host_at_port("xiangbo.local", 443, Scheme::http));
  EXPECT_FALSE(host_at_port("xiangbo.local", 80, Scheme::https));
  EXPECT_EQ(host_at_port("10.0.0.7:8443", 8443, Scheme::https), "10.0.0.7");
  EXPECT_FALSE(host_at_port("10.0.0.7:8443", 8444, Scheme::https));
}

TEST(LanHosts, with_ipv6_come_after_those_without_and_can_be_listened_at) {
  const auto all = all_lan_hosts();
  const auto v4 = lan_hosts();
  ASSERT_GE(all.size(), v4.size());
  EXPECT_TRUE(std::equal(v4.begin(), v4.end(), all.begin()));
  for (auto at = all.begin() + static_cast<std::ptrdiff_t>(v4.size()); at != all.end(); ++at) {
    EXPECT_NE(at->substr(0, 4), "fe80") << *at;
    EXPECT_TRUE(can_listen({*at, 0})) << *at;
  }
}

// Skipped where the kernel has no IPv6 at all.
class Both : public NetTest {
 protected:
  void SetUp() override {
    if (!can_listen({"::1", 0})) GTEST_SKIP();
    ServerOptions options;
    options.listen = {"::", 0};
    options.limits.sockets_per_address = 4;
    start(std::move(options));
  }
  int status_at(const std::string& host, const std::string& said) const {
    RawSocket socket(host, port);
    socket.send("GET /api/state HTTP/1.1\r\nHost: " + said + "\r\n\r\n");
    return socket.read_answer().status;
  }
  std::string port_text() const { return ":" + std::to_string(port); }
};

TEST_F(Both, one_socket_is_reached_by_either_under_its_own_name) {
  EXPECT_EQ(status_at("127.0.0.1", "127.0.0.1" + port_text()), 200);
  EXPECT_EQ(status_at("::1", "[::1]" + port_text()), 200);
  EXPECT_EQ(status_at("::1", "[0:0:0:0:0:0:0:1]" + port_text()), 200);
  EXPECT_EQ(status_at("::1", "localhost" + port_text()), 200);
  EXPECT_EQ(status_at("127.0.0.1", "[::ffff:127.0.0.1]" + port_text()), 200);
  for (const auto* evil : {"[::2]", "::1", "[::1", "evil.example", "[fe80::1%25lo]", "[]"})
    EXPECT_EQ(status_at("::1", evil + port_text()), 421) << evil;
}

TEST_F(Both, tells_ipv4_visitors_by_their_own_address) {
  server = nullptr;
  ServerOptions options;
  options.listen = {"::", 0};
  server = std::make_unique<Server>(loop, std::move(options));
  server->get("/who", [](const Request& request, const ResponderRef& to) {
    to->respond(json_response(200, request.peer + (request.is_peer_loopback ? " here" : "")));
  });
  ASSERT_TRUE(server->listen());
  port = server->address().port;
  EXPECT_EQ(ask(request("GET /who")).body, "127.0.0.1 here");
}

}  // namespace
}  // namespace xb::net

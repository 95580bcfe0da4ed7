// A Server with TLS as other people's TLS sees it (OpenSSL as a client), and the certificate that
// is kept. SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <list>

#include "net/tls_identity.h"
#include "tests/net/fixture.h"

namespace xb::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::MatchesRegex;

// One connection, blocking, with a deadline of five seconds.
class TlsClient {
 public:
  explicit TlsClient(int port, std::string protocols = {}, int receive_buffer = 0)
      : socket_("127.0.0.1", port, receive_buffer) {
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_set_fd(session_.get(), socket_.fd());
    if (!protocols.empty())
      SSL_set_alpn_protos(session_.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                          static_cast<unsigned>(protocols.size()));
    const timeval patience{5, 0};
    setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket_.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    is_connected_ = SSL_connect(session_.get()) == 1;
  }
  bool is_connected() const { return is_connected_; }
  void send(std::string_view bytes) {
    std::size_t taken = 0;
    EXPECT_EQ(SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &taken), 1);
  }
  // False when the other side has gone.
  bool ask_for_new_keys() {
    return SSL_key_update(session_.get(), SSL_KEY_UPDATE_REQUESTED) == 1 &&
           SSL_do_handshake(session_.get()) == 1;
  }
  // What comes until `size` bytes are there or the other side ends.
  std::string read(std::size_t size) {
    std::string out(size, '\0');
    std::size_t at = 0;
    std::size_t got = 0;
    while (at < size && SSL_read_ex(session_.get(), out.data() + at, size - at, &got) == 1)
      at += got;
    out.resize(at);
    return out;
  }
  // As far as `end`, which is part of it.
  std::string read_until(std::string_view end) {
    std::string out;
    while (out.size() < end.size() || out.compare(out.size() - end.size(), end.size(), end) != 0) {
      const auto one = read(1);
      if (one.empty()) break;
      out += one;
    }
    return out;
  }
  // Did the other side say that it is over, and not just go?
  bool was_told_the_end() { return SSL_get_error(session_.get(), 0) == SSL_ERROR_ZERO_RETURN; }
  std::string fingerprint() {
    const std::unique_ptr<X509, void (*)(X509*)> shown(SSL_get1_peer_certificate(session_.get()),
                                                       &X509_free);
    std::array<unsigned char, 32> digest{};
    X509_digest(shown.get(), EVP_sha256(), digest.data(), nullptr);
    std::string out;
    for (const auto byte : digest) out += fmt::format("{}{:02X}", out.empty() ? "" : ":", byte);
    return out;
  }

 private:
  test::RawSocket socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                             &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> session_{SSL_new(context_.get()), &SSL_free};
  bool is_connected_ = false;
};

bool ends_within(test::RawSocket& socket, std::chrono::milliseconds patience) {
  socket.read_to_end(patience);
  return socket.is_ended();
}

class TlsTest : public NetTest {
 protected:
  explicit TlsTest(Time time = Time::real) : NetTest(time) {
    identity = TlsIdentity::make({"127.0.0.1"}, system_clock.wall()).value();
    ServerOptions options;
    options.identity = identity;
    start(std::move(options));
  }
  void set_up_more() override {
    server->get("/large", [this](const Request&, const ResponderRef& to) {
      to->respond({200, "text/plain", large, {}, {}, {}});
    });
  }
  std::shared_ptr<const std::string> large = [] {
    std::string out(3'000'000, '\0');
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(i * 7 + i / 251);
    return bytes(std::move(out));
  }();
  std::shared_ptr<const TlsIdentity> identity;
};

TEST_F(TlsTest, serves_requests_one_after_the_other_under_the_fingerprint_it_tells) {
  TlsClient client(port);
  ASSERT_TRUE(client.is_connected());
  EXPECT_EQ(client.fingerprint(), identity->fingerprint());
  for (int i = 0; i < 3; ++i) {
    client.send(request("GET /api/state"));
    EXPECT_THAT(client.read_until("\"}"), AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("/api/state")))
        << "request " << i;
  }
}

TEST_F(TlsTest, large_answers_arrive_whole_and_end_with_a_word) {
  TlsClient client(port);
  client.send(request("GET /large", "Connection: close\r\n"));
  const auto answer = client.read(large->size() + 4096);
  const auto body = answer.find("\r\n\r\n");
  ASSERT_NE(body, std::string::npos);
  EXPECT_EQ(answer.substr(body + 4), *large);
  EXPECT_TRUE(client.was_told_the_end());
}

TEST_F(TlsTest, websockets_and_origins_are_https) {
  const auto hello = [&](const std::string& scheme) {
    TlsClient client(port);
    client.send(test::handshake(
        port, "/ws", "Origin: " + scheme + "://127.0.0.1:" + std::to_string(port) + "\r\n"));
    return client.read(12);
  };
  EXPECT_EQ(hello("https"), "HTTP/1.1 101");
  EXPECT_EQ(hello("http"), "HTTP/1.1 403");
}

TEST_F(TlsTest, frames_are_echoed) {
  TlsClient client(port);
  const auto text = test::handshake(port, "/ws");
  client.send(text);
  ASSERT_THAT(client.read_until("\r\n\r\n"), HasSubstr(" 101 "));
  client.send(std::string("\x81\x85\x00\x00\x00\x00hello", 11));
  EXPECT_EQ(client.read(7), "\x81\x05hello");
}

TEST_F(TlsTest, who_comes_without_is_told_where_to_go) {
  const auto answer = ask(request("GET /pair?x=1"));
  EXPECT_EQ(answer.status, 307);
  EXPECT_THAT(answer.head,
              HasSubstr("Location: https://127.0.0.1:" + std::to_string(port) + "/pair?x=1\r\n"));
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").status, 421);
  EXPECT_EQ(refused("plain"), 1U);
}

TEST_F(TlsTest, speaks_http_1_only_and_drops_what_is_no_handshake) {
  EXPECT_FALSE(TlsClient(port, "\x02h2").is_connected());
  EXPECT_TRUE(TlsClient(port, std::string("\x02h2\x08http/1.1")).is_connected());
  test::RawSocket noise(port);
  noise.send(std::string("\x16\x03\x01\x40\x00", 5) + std::string(20'000, 'x'));
  EXPECT_TRUE(ends_within(noise, std::chrono::seconds(3)));
}

TEST_F(TlsTest, who_asks_for_new_keys_and_never_reads_is_closed) {
  TlsClient client(port, {}, 4096);
  client.send(request("GET /api/state"));
  bool goes_on = true;
  for (int i = 0; goes_on && i < 100'000; ++i) goes_on = client.ask_for_new_keys();
  EXPECT_FALSE(goes_on) << "its answers would fill the memory";
}

class SlowTls : public TlsTest {
 protected:
  SlowTls() : TlsTest(Time::by_hand) {}
};

TEST_F(SlowTls, a_handshake_has_ten_seconds_and_holds_nobody_up) {
  test::RawSocket slow(port);
  slow.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  TlsClient client(port);
  client.send(request("GET /api/state"));
  EXPECT_EQ(client.read(12), "HTTP/1.1 200");
  EXPECT_FALSE(ends_within(slow, std::chrono::milliseconds(200)));
  manual_clock.advance(std::chrono::seconds(11));
  EXPECT_TRUE(ends_within(slow, std::chrono::seconds(3)));
}

TEST_F(SlowTls, a_hundred_shake_hands_in_a_second_and_the_rest_wait_for_the_next) {
  std::list<TlsClient> all;
  for (int i = 0; i < 100; ++i) {
    all.emplace_back(port);
    ASSERT_TRUE(all.back().is_connected()) << i;
  }
  test::RawSocket next(port);
  next.send(request("GET /"));
  EXPECT_FALSE(next.read_more(std::chrono::milliseconds(200)));
  manual_clock.advance(std::chrono::milliseconds(1100));
  EXPECT_EQ(next.read_answer().status, 307);
}

class KeptIdentity : public testing::Test {
 protected:
  KeptIdentity() { std::filesystem::remove(file); }
  ~KeptIdentity() override { std::filesystem::remove(file); }
  std::string print_for(const std::vector<std::string>& hosts,
                        WallTime now = SystemClock().wall()) {
    const auto made = TlsIdentity::kept_in(file, hosts, now);
    EXPECT_TRUE(made) << made.error().log_line();
    last = (*made)->hosts();
    return (*made)->fingerprint();
  }
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("phones-" + std::to_string(::getpid()) + ".pem");
  std::vector<std::string> last;
};

TEST_F(KeptIdentity, is_the_same_until_an_address_is_new_and_nobody_else_can_read_it) {
  const auto mask = ::umask(0);
  const auto first = print_for({"192.168.1.5"});
  ::umask(mask);
  EXPECT_THAT(first, MatchesRegex("([0-9A-F][0-9A-F]:)+[0-9A-F][0-9A-F]"));
  struct stat about {};
  ASSERT_EQ(::stat(file.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(print_for({"192.168.1.5"}), first);
  EXPECT_EQ(print_for({}), first);
  const auto second = print_for({"10.0.0.7", "fd00::2"});
  EXPECT_NE(second, first);
  EXPECT_THAT(last, IsSupersetOf({"192.168.1.5", "10.0.0.7", "fd00::2"}));
  EXPECT_EQ(print_for({"192.168.1.5"}), second) << "back in the former network";
}

TEST_F(KeptIdentity, is_made_anew_when_it_is_broken_or_nearly_over) {
  const auto first = print_for({"192.168.1.5"});
  std::filesystem::resize_file(file, 100);
  const auto second = print_for({"192.168.1.5"});
  EXPECT_NE(second, first);
  const auto years = std::chrono::hours(24 * 365);
  EXPECT_EQ(print_for({}, SystemClock().wall() + 9 * years), second);
  EXPECT_NE(print_for({}, SystemClock().wall() + 10 * years), second);
}

TEST_F(KeptIdentity, is_made_anew_when_the_clock_was_ahead_and_is_right_again) {
  const auto ahead = print_for({"192.168.1.5"}, SystemClock().wall() + std::chrono::hours(72));
  EXPECT_NE(print_for({}), ahead);
  EXPECT_THAT(last, IsSupersetOf({"192.168.1.5"}));
}

TEST_F(KeptIdentity, that_cannot_be_kept_is_an_error) {
  const auto made = TlsIdentity::kept_in("/proc/no/phones.pem", {}, SystemClock().wall());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), ErrorCode::file_unwritable);
}

}  // namespace
}  // namespace xb::net

// SPDX-License-Identifier: Apache-2.0
#include "output/wire.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "base/health.h"
#include "base/resolve.h"
#include "base/worker.h"
#include "media_support.h"

namespace xb::output {
namespace {

using testing::Folder;

constexpr Duration patience = from_ms(30'000);

class Listener {
 public:
  explicit Listener(int backlog = 8) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address_.size = sizeof at;
    address_.family = AF_INET;
    XB_CHECK(::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
             ::listen(fd_, backlog) == 0 &&
             ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &address_.size) == 0);
    std::memcpy(&address_.bytes, &at, sizeof at);
    port_ = ntohs(at.sin_port);
  }
  ~Listener() { ::close(fd_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int fd() const { return fd_; }
  int port() const { return port_; }
  const SocketAddress& address() const { return address_; }

 private:
  int fd_;
  int port_ = 0;
  SocketAddress address_;
};

TEST(Wire, leaves_time_for_the_next_address_where_one_does_not_answer) {
  SystemClock clock;
  const Listener silent(0);
  std::vector<int> fillers;  // until its queue is full and it answers no more
  while (true) {
    const auto fd = connect_to_one(std::span(&silent.address(), 1), 4096, clock,
                                   clock.now() + from_ms(300), {});
    if (!fd) break;
    fillers.push_back(*fd);
    ASSERT_LT(fillers.size(), 100U);
  }
  const Listener there;
  const std::array both{silent.address(), there.address()};
  const auto fd = connect_to_one(both, 4096, clock, clock.now() + from_ms(2000), {});
  EXPECT_TRUE(fd.has_value());
  if (fd) ::close(*fd);
  for (const int one : fillers) ::close(one);
}

struct Certificate {
  explicit Certificate(const std::string& name)
      : key(EVP_EC_gen("P-256")), certificate(X509_new()) {
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_set_version(certificate, 2);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    auto* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, name.c_str());
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    XB_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  }
  ~Certificate() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;
  void write(const std::filesystem::path& file) const {
    auto* out = ::fopen(file.c_str(), "w");
    PEM_write_X509(out, certificate);
    ::fclose(out);
  }
  EVP_PKEY* key;
  X509* certificate;
};

// Shakes hands with whoever comes, and echoes what it reads.
class TlsPeer {
 public:
  explicit TlsPeer(const Certificate& certificate) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_certificate(context_, certificate.certificate);
    SSL_CTX_use_PrivateKey(context_, certificate.key);
    worker_ = Worker("tls-peer", health_, [this](std::stop_token stop) {
      pollfd come{listener_.fd(), POLLIN, 0};
      while (!stop.stop_requested()) {
        if (::poll(&come, 1, 20) > 0) serve(::accept(listener_.fd(), nullptr, nullptr));
      }
    });
  }
  ~TlsPeer() {
    worker_.request_stop();
    worker_.join();
    SSL_CTX_free(context_);
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  int port() const { return listener_.port(); }

 private:
  void serve(int fd) {
    auto* session = SSL_new(context_);
    SSL_set_fd(session, fd);
    std::array<char, 256> buffer{};
    if (SSL_accept(session) == 1) {
      const int got = SSL_read(session, buffer.data(), buffer.size());
      if (got > 0) SSL_write(session, buffer.data(), got);
      SSL_shutdown(session);
    }
    SSL_free(session);
    ::close(fd);
  }

  Listener listener_;
  SSL_CTX* context_;
  Health health_;
  Worker worker_;
};

struct Secured {
  Status status;
  std::unique_ptr<Wire> wire;
};

class TlsWire : public ::testing::Test {
 protected:
  Secured secure(const TlsPeer& peer, const std::string& ca_file) {
    const WireSettings settings{"127.0.0.1", peer.port(), true, ca_file, 65536};
    auto wire = Wire::connect(settings, clock_, clock_.now() + patience, {});
    if (!wire) return {std::move(wire).error(), nullptr};
    auto status = (*wire)->secure(clock_, clock_.now() + patience, {});
    return {std::move(status), std::move(*wire)};
  }
  SystemClock clock_;
  Folder folder_;
};

TEST_F(TlsWire, refuses_a_certificate_nobody_vouches_for) {
  const Certificate certificate("IP:127.0.0.1");
  const TlsPeer peer(certificate);
  const auto secured = secure(peer, "");
  ASSERT_FALSE(secured.status);
  EXPECT_EQ(secured.status.error().code(), ErrorCode::output_certificate);
}

TEST_F(TlsWire, refuses_a_trusted_certificate_of_another_name) {
  const Certificate certificate("DNS:elsewhere.example,IP:127.0.0.2");
  certificate.write(folder_.path() / "ca.pem");
  const TlsPeer peer(certificate);
  const auto secured = secure(peer, folder_.path() / "ca.pem");
  ASSERT_FALSE(secured.status);
  EXPECT_EQ(secured.status.error().code(), ErrorCode::output_certificate);
}

TEST_F(TlsWire, carries_bytes_both_ways_to_a_server_of_the_ca_file_and_sees_its_goodbye) {
  const Certificate certificate("IP:127.0.0.1");
  certificate.write(folder_.path() / "ca.pem");
  const TlsPeer peer(certificate);
  const auto secured = secure(peer, folder_.path() / "ca.pem");
  ASSERT_TRUE(secured.status) << secured.status.error().log_line();
  const std::string said = "dumplings";
  secured.wire->write(std::span(reinterpret_cast<const std::uint8_t*>(said.data()), said.size()));
  std::string heard;
  while (!secured.wire->is_closed()) {
    ASSERT_TRUE(secured.wire->pump(from_ms(100)));
    for (const auto byte : secured.wire->take_received()) heard += static_cast<char>(byte);
  }
  EXPECT_EQ(heard, said);
  EXPECT_TRUE(secured.wire->is_hung_up());
}

TEST_F(TlsWire, says_which_file_of_authorities_it_cannot_read) {
  const Certificate certificate("IP:127.0.0.1");
  const TlsPeer peer(certificate);
  const auto secured = secure(peer, folder_.path() / "none.pem");
  ASSERT_FALSE(secured.status);
  EXPECT_EQ(secured.status.error().code(), ErrorCode::output_certificate);
  EXPECT_NE(secured.status.error().detail().find("none.pem"), std::string::npos);
}

}  // namespace
}  // namespace xb::output

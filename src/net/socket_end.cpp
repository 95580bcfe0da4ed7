// OpenSSL over memory: the socket itself is never given to it, so that nothing waits and what must
// be sent again is ours to keep. SPDX-License-Identifier: Apache-2.0
#include "net/socket_end.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "net/tls_identity_impl.h"

namespace xb::net {
namespace {

constexpr std::size_t record_bytes = 16'384;
// With what a former turn left of an unfinished record, all that becomes plain has room.
constexpr std::size_t cipher_bytes = socket_read_bytes - 2 * record_bytes;
// Answers to what was asked of TLS itself: new keys, say, again and again by one who reads nothing.
constexpr std::size_t most_own_words = 65'536;
constexpr int most_records = 16;  // a flush, then it is the others' turn
constexpr char handshake_record = 0x16;

}  // namespace

struct SocketEnd::Tls {
  explicit Tls(const TlsIdentity& whose) : session(SSL_new(whose.impl().context.get()), &SSL_free) {
    XB_CHECK(session != nullptr);
    in = BIO_new(BIO_s_mem());
    out = BIO_new(BIO_s_mem());
    XB_CHECK(in != nullptr && out != nullptr);
    SSL_set_bio(session.get(), in, out);
    SSL_set_accept_state(session.get());
  }
  std::string_view waiting() const {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  // What has left is taken off by reading it.
  void took(std::size_t size) const {
    std::array<char, 4096> sink{};
    while (size > 0) {
      const auto now = std::min(size, sink.size());
      XB_CHECK(BIO_read(out, sink.data(), static_cast<int>(now)) == static_cast<int>(now));
      size -= now;
    }
  }
  Outbox::Flushed flush(int fd) const {
    while (!waiting().empty()) {
      const auto bytes = waiting();
      const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) return is_for_later() ? Outbox::Flushed::blocked : Outbox::Flushed::broken;
      took(static_cast<std::size_t>(sent));
    }
    return Outbox::Flushed::all;
  }

  std::unique_ptr<SSL, decltype(&SSL_free)> session;
  BIO* in = nullptr;   // owned by session
  BIO* out = nullptr;  // owned by session
};

SocketEnd::SocketEnd(int fd, const std::shared_ptr<const TlsIdentity>& identity)
    : fd_(fd), is_undecided_(identity != nullptr) {
  if (identity != nullptr) tls_ = std::make_unique<Tls>(*identity);
}
SocketEnd::~SocketEnd() = default;

std::optional<std::size_t> SocketEnd::receive_plain(std::span<char> room) const {
  const auto got = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
  if (got < 0 && is_for_later()) return 0;
  if (got <= 0) return std::nullopt;
  return static_cast<std::size_t>(got);
}

std::optional<std::size_t> SocketEnd::receive(std::span<char> room) {
  if (is_undecided_) {  // until the first byte, which stays where it is
    char first = 0;
    const auto got = ::recv(fd_, &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && is_for_later()) return 0;
    if (got <= 0) return std::nullopt;
    is_undecided_ = false;
    if (first != handshake_record) tls_ = nullptr;
  }
  if (tls_ == nullptr) return receive_plain(room);
  if (tls_->waiting().size() > most_own_words) return std::nullopt;
  std::array<char, cipher_bytes> cipher;  // NOLINT: all of it that is read was written before
  const auto got = receive_plain(cipher);
  if (!got || *got == 0) return got;
  ERR_clear_error();
  if (BIO_write(tls_->in, cipher.data(), static_cast<int>(*got)) != static_cast<int>(*got))
    return std::nullopt;
  std::size_t plain = 0;
  while (plain < room.size()) {
    std::size_t size = 0;
    if (SSL_read_ex(tls_->session.get(), room.data() + plain, room.size() - plain, &size) == 1) {
      plain += size;
      continue;
    }
    if (SSL_get_error(tls_->session.get(), 0) == SSL_ERROR_WANT_READ) return plain;
    tls_->flush(fd_);             // the alert, if it goes at once
    if (plain > 0) return plain;  // the end is found again at the next call
    return std::nullopt;
  }
  return plain;
}

Outbox::Flushed SocketEnd::send(Outbox& outbox, FrameHeadBytes head, const Outbox::Bytes& body) {
  if (tls_ == nullptr) return outbox.send(fd_, head, body);
  outbox.push(head, body);
  return flush(outbox);
}

Outbox::Flushed SocketEnd::flush(Outbox& outbox) {
  if (tls_ == nullptr) return outbox.flush(fd_);
  std::array<char, record_bytes> plain;  // NOLINT: as above
  for (int record = 0; record < most_records; ++record) {
    if (const auto flushed = tls_->flush(fd_); flushed != Outbox::Flushed::all) return flushed;
    if (outbox.is_empty()) return Outbox::Flushed::all;
    // nothing is said before hands were shaken
    if (is_shaking_hands()) return Outbox::Flushed::broken;
    const auto size = outbox.copy_front(plain);
    ERR_clear_error();
    std::size_t taken = 0;
    if (SSL_write_ex(tls_->session.get(), plain.data(), size, &taken) != 1)
      return Outbox::Flushed::broken;
    outbox.took(taken);
  }
  return Outbox::Flushed::blocked;
}

void SocketEnd::end_writing() {
  if (tls_ != nullptr && !is_shaking_hands()) {
    ERR_clear_error();
    SSL_shutdown(tls_->session.get());
    tls_->flush(fd_);
  }
  ::shutdown(fd_, SHUT_WR);
}

bool SocketEnd::has_own_words() const {
  return tls_ != nullptr && !tls_->waiting().empty();
}

bool SocketEnd::is_shaking_hands() const {
  return tls_ != nullptr && SSL_is_init_finished(tls_->session.get()) == 0;
}

}  // namespace xb::net

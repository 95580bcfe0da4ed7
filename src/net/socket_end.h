// SocketEnd: what is between a socket and who reads HTTP from it: nothing, or TLS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "net/outbox.h"
#include "net/tls_identity.h"

namespace xb::net {

// Never waits. At most so much is put into the room of one receive().
inline constexpr std::size_t socket_read_bytes = 65'536;

// Thread: the loop's.
class SocketEnd {
 public:
  // With an identity TLS is spoken, unless what comes first is none: then all stays plain.
  SocketEnd(int fd, const std::shared_ptr<const TlsIdentity>& identity);
  ~SocketEnd();
  SocketEnd(const SocketEnd&) = delete;
  SocketEnd& operator=(const SocketEnd&) = delete;

  // Bytes put into `room`, which has socket_read_bytes of it; 0: none yet. Nothing: it is over.
  std::optional<std::size_t> receive(std::span<char> room);
  // Of TLS, at most a record beyond what left `outbox` is kept here, and 64 KiB of its own words:
  // with more of them waiting, receive() finds that it is over.
  Outbox::Flushed flush(Outbox& outbox);
  // The same with one more piece for an empty `outbox`, which it stays where that goes at once.
  Outbox::Flushed send(Outbox& outbox, FrameHeadBytes head, const Outbox::Bytes& body);
  // No more is written; the other side is told.
  void end_writing();

  // Bytes of the handshake wait for a flush().
  bool has_own_words() const;
  bool is_shaking_hands() const;
  bool is_secure() const { return tls_ != nullptr; }

 private:
  struct Tls;
  std::optional<std::size_t> receive_plain(std::span<char> room) const;

  const int fd_;
  bool is_undecided_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace xb::net

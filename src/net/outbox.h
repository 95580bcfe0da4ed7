// What waits to be sent on one socket: shared bodies, each behind a few bytes of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>

#include "net/websocket.h"

namespace xb::net {

// By errno: the last send or receive found that it would have to wait.
bool is_for_later();

// Several pieces go out in one system call, none is copied. Bounding it is the caller's business.
class Outbox {
 public:
  using Bytes = std::shared_ptr<const std::string>;
  enum class Flushed : std::uint8_t { all = 1, blocked, broken };

  void push(FrameHeadBytes head, Bytes body);
  // At the end, but never overtaken and never dropped: what the peer must see before anything else.
  void push_pinned(Bytes body);
  // Ahead of everything that has not begun to leave and is not pinned.
  void push_urgent(FrameHeadBytes head, Bytes body);
  // Drops what has not begun to leave and is not pinned.
  void drop_waiting();
  Flushed flush(int fd);
  // Only when is_empty(): as push() and flush(), but what goes at once is not kept first.
  Flushed send(int fd, FrameHeadBytes head, const Bytes& body);
  // For who sends by other means: the first bytes, as many as `room` takes, and that they left.
  std::size_t copy_front(std::span<char> room) const;
  void took(std::size_t sent);

  bool is_empty() const { return pieces_.empty(); }
  std::size_t bytes() const { return bytes_; }
  std::uint64_t written() const { return written_; }  // in all

 private:
  struct Piece {
    FrameHeadBytes head;
    Bytes body;
    std::size_t size() const { return head.size + body->size(); }
  };
  // So many pieces at the front have begun to leave or are pinned.
  std::size_t fixed() const { return std::max<std::size_t>(pinned_, front_sent_ > 0 ? 1 : 0); }

  std::deque<Piece> pieces_;
  std::size_t pinned_ = 0;      // pieces at the front that keep their place
  std::size_t front_sent_ = 0;  // bytes of the first piece
  std::size_t bytes_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace xb::net

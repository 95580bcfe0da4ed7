// One sendmsg for many pieces.
// SPDX-License-Identifier: Apache-2.0
#include "net/outbox.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <new>
#include <utility>

namespace xb::net {
namespace {

constexpr std::size_t most_vectors = 128;  // 64 messages a call
constexpr int most_calls = 4;              // then it is the others' turn

}  // namespace

bool is_for_later() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void Outbox::push(FrameHeadBytes head, Bytes body) {
  const auto size = head.size + body->size();
  pieces_.push_back({head, std::move(body)});
  bytes_ += size;
}

void Outbox::push_pinned(Bytes body) {
  push({}, std::move(body));
  pinned_ = pieces_.size();
}

void Outbox::push_urgent(FrameHeadBytes head, Bytes body) {
  bytes_ += head.size + body->size();
  pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(fixed()), {head, std::move(body)});
}

void Outbox::drop_waiting() {
  const auto kept = fixed();
  while (pieces_.size() > kept) {
    bytes_ -= pieces_.back().size();
    pieces_.pop_back();
  }
}

Outbox::Flushed Outbox::flush(int fd) {
  for (int call = 0; call < most_calls && !pieces_.empty(); ++call) {
    std::array<iovec, most_vectors> vectors;  // as many as are counted are set
    std::size_t count = 0;
    std::size_t skip = front_sent_;
    const auto add = [&](std::string_view part) {
      const auto left = skip < part.size() ? part.substr(skip) : std::string_view{};
      skip -= part.size() - left.size();
      // sendmsg does not write through iov_base; the type has no const.
      if (!left.empty()) vectors[count++] = {const_cast<char*>(left.data()), left.size()};
    };
    for (const auto& piece : pieces_) {
      if (count + 2 > most_vectors) break;
      add(piece.head.view());
      add(*piece.body);
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return is_for_later() ? Flushed::blocked : Flushed::broken;
    took(static_cast<std::size_t>(sent));
  }
  return pieces_.empty() ? Flushed::all : Flushed::blocked;
}

Outbox::Flushed Outbox::send(int fd, FrameHeadBytes head, const Bytes& body) {
  const auto front = head.view();
  std::array<iovec, 2> vectors{iovec{const_cast<char*>(front.data()), front.size()},
                               iovec{const_cast<char*>(body->data()), body->size()}};
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = vectors.size();
  const auto sent = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && !is_for_later()) return Flushed::broken;
  const auto size = sent < 0 ? 0 : static_cast<std::size_t>(sent);
  if (size == front.size() + body->size()) {
    written_ += size;
    return Flushed::all;
  }
  try {
    push(head, body);
  } catch (const std::bad_alloc&) {
    return Flushed::broken;  // half of a frame is out there
  }
  took(size);
  return Flushed::blocked;
}

std::size_t Outbox::copy_front(std::span<char> room) const {
  std::size_t size = 0;
  std::size_t skip = front_sent_;
  const auto add = [&](std::string_view part) {
    part.remove_prefix(std::min(skip, part.size()));
    skip = 0;
    size += part.copy(room.data() + size, room.size() - size);
  };
  for (const auto& piece : pieces_) {
    if (size == room.size()) break;
    const auto head = piece.head.view();
    const auto begun = skip;
    add(head);
    skip = begun > head.size() ? begun - head.size() : 0;
    add(*piece.body);
  }
  return size;
}

void Outbox::took(std::size_t sent) {
  written_ += sent;
  bytes_ -= sent;
  front_sent_ += sent;
  while (!pieces_.empty() && front_sent_ >= pieces_.front().size()) {
    front_sent_ -= pieces_.front().size();
    pieces_.pop_front();
    if (pinned_ > 0) --pinned_;
  }
}

}  // namespace xb::net

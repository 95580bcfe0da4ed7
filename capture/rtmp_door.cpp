// One poll() over the port, those who have not said who they are, and the guest.
// SPDX-License-Identifier: Apache-2.0
#include "capture/rtmp_door.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <utility>

#include "base/log.h"

namespace xb::capture {
namespace {

constexpr int usual_port = 7182;
constexpr int ports_tried = 10;
constexpr int backlog = 128;
constexpr std::size_t most_callers = 8;
constexpr Duration patience = std::chrono::seconds(5);
constexpr Duration guest_silence = std::chrono::seconds(1);
// The longest answers are the handshake: who does not take that is no sender.
constexpr std::size_t most_unsent = 64 * 1024;

// The bound socket, or -1 with errno.
int bind_to(int port, Transport transport) {
  const int type = transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  const int fd = ::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int yes = 1;  // the former connections' last seconds do not hold the port
  if (transport == Transport::tcp) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const bool is_bound = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (is_bound && (transport == Transport::udp || ::listen(fd, backlog) == 0)) return fd;
  const int why = errno;
  ::close(fd);
  errno = why;
  return -1;
}

Error taken(int port) {
  return Error(ErrorCode::source_port_taken, std::to_string(port) + ": " + std::strerror(errno));
}

}  // namespace

Result<int> free_listen_port(int usual, Transport transport) {
  for (int port = usual; port < usual + ports_tried; ++port) {
    const int fd = bind_to(port, transport);
    if (fd < 0) continue;
    ::close(fd);
    return port;
  }
  return taken(usual);
}

RtmpDoor::Peer::~Peer() {
  ::close(fd);
}

RtmpDoor::RtmpDoor(int fd, int port, Secret secret, Clock& clock)
    : listener_(fd), port_(port), secret_(std::move(secret)), clock_(clock) {
}

RtmpDoor::~RtmpDoor() {
  ::close(listener_);
}

Result<std::unique_ptr<RtmpDoor>> RtmpDoor::open(int port, Secret secret, Clock& clock) {
  if (port == 0) {
    XB_TRY_ASSIGN(port, free_listen_port(usual_port, Transport::tcp));
  }
  const int fd = bind_to(port, Transport::tcp);
  if (fd < 0) return taken(port);
  return std::unique_ptr<RtmpDoor>(new RtmpDoor(fd, port, std::move(secret), clock));
}

Status RtmpDoor::wait_for_guest(const std::stop_token& stop) {
  if (!guest_) guest_ = std::move(next_);
  while (!guest_) {
    if (stop.stop_requested()) return Error(ErrorCode::cancelled, "listen");
    turn(std::chrono::milliseconds(50));
    if (!guest_) guest_ = std::move(next_);
  }
  return ok();
}

Result<std::size_t> RtmpDoor::read(std::span<std::uint8_t> into, Duration wait) {
  if (read_ == flv_.size()) {
    flv_ = {};
    read_ = 0;
    if (!guest_) return Error(ErrorCode::source_stalled, "closed");
    flv_ = guest_->guest.take_flv();
    if (flv_.empty()) {
      if (next_) return Error(ErrorCode::source_stalled, "another one came");
      if (guest_->is_gone) return Error(ErrorCode::source_stalled, "closed");
      turn(wait);
      flv_ = guest_->guest.take_flv();
    }
  }
  const auto size = std::min(into.size(), flv_.size() - read_);
  std::copy_n(flv_.begin() + static_cast<std::ptrdiff_t>(read_), size, into.begin());
  read_ += size;
  return size;
}

void RtmpDoor::send_away() {
  guest_.reset();
  flv_ = {};
  read_ = 0;
}

void RtmpDoor::turn(Duration wait) {
  std::vector<pollfd> watched{{listener_, POLLIN, 0}};
  std::vector<Peer*> peers;
  const auto watch = [&](Peer& peer) {
    const auto events = peer.unsent.empty() ? POLLIN : POLLIN | POLLOUT;
    watched.push_back({peer.fd, static_cast<short>(events), 0});
    peers.push_back(&peer);
  };
  for (const auto& one : callers_) watch(*one);
  // whoever waits for his place is not read before he has it
  if (guest_ && !guest_->is_gone) watch(*guest_);
  if (::poll(watched.data(), watched.size(), static_cast<int>(to_ms(wait))) > 0) {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if ((watched[i + 1].revents & POLLOUT) != 0) send_to(*peers[i]);
      if ((watched[i + 1].revents & ~POLLOUT) != 0) hear(*peers[i]);
    }
    if (watched[0].revents != 0) accept_all();
  }
  judge_askers();
  drop_gone();
}

void RtmpDoor::accept_all() {
  for (int i = 0; i < backlog; ++i) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const int fd = ::accept4(listener_, reinterpret_cast<sockaddr*>(&from), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    make_room();
    callers_.push_back(std::make_unique<Peer>(fd, from.sin_addr.s_addr, secret_, clock_.now()));
  }
}

void RtmpDoor::make_room() {
  if (callers_.size() < most_callers) return;
  std::map<std::uint32_t, int> count;
  for (const auto& one : callers_) ++count[one->address];
  // the first of them is the longest there
  const auto busiest = std::max_element(
      callers_.begin(), callers_.end(),
      [&](const auto& a, const auto& b) { return count[a->address] < count[b->address]; });
  callers_.erase(busiest);
}

void RtmpDoor::hear(Peer& peer) {
  const auto got = ::recv(peer.fd, buffer_.data(), buffer_.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    peer.is_gone = true;
    return;
  }
  peer.heard = clock_.now();
  peer.guest.take(std::span(buffer_).first(static_cast<std::size_t>(got)));
  send_to(peer);
  if (peer.guest.stage() == RtmpGuest::Stage::over) peer.is_gone = true;
}

void RtmpDoor::send_to(Peer& peer) {
  const auto answers = peer.guest.take_answers();
  peer.unsent.insert(peer.unsent.end(), answers.begin(), answers.end());
  while (!peer.unsent.empty()) {
    const auto sent = ::send(peer.fd, peer.unsent.data(), peer.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) break;
    peer.unsent.erase(peer.unsent.begin(), peer.unsent.begin() + sent);
  }
  if (peer.unsent.size() > most_unsent) peer.is_gone = true;
}

void RtmpDoor::judge_askers() {
  for (auto& one : callers_) {
    if (one->is_gone || one->guest.stage() != RtmpGuest::Stage::asking) continue;
    const bool is_taken =
        guest_ && !guest_->is_gone && clock_.now() - guest_->heard < guest_silence;
    if (is_taken || next_) {
      one->guest.refuse("already publishing");
      send_to(*one);
      one->is_gone = true;
      continue;
    }
    one->guest.admit();
    send_to(*one);
    next_ = std::move(one);
  }
  std::erase(callers_, nullptr);
}

void RtmpDoor::drop_gone() {
  const auto now = clock_.now();
  std::erase_if(callers_, [&](const auto& one) {
    if (one->guest.was_wrong()) {
      ++wrong_;
      // one text however often, so that the log's own limit counts them
      log_warn("capture.listen", "somebody pushed to a wrong address");
    }
    return one->is_gone || now - one->since > patience;
  });
}

}  // namespace xb::capture

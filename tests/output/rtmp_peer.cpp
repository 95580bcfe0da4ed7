// SPDX-License-Identifier: Apache-2.0
#include "rtmp_peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "base/result.h"

namespace xb::output::testing {
namespace {

using rtmp::AmfWriter;
using rtmp::Bytes;

constexpr std::size_t handshake_part = 1536;

bool is_ready(int fd, short events) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, 20) > 0;
}

bool send_all(int fd, std::span<const std::uint8_t> bytes, const std::stop_token& stop) {
  while (!bytes.empty() && !stop.stop_requested()) {
    if (!is_ready(fd, POLLOUT)) continue;
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return bytes.empty();
}

// What has come, at the most `most` bytes; nothing at the end of the connection.
std::optional<Bytes> receive(int fd, std::size_t most, const std::stop_token& stop) {
  while (!is_ready(fd, POLLIN)) {
    if (stop.stop_requested()) return std::nullopt;
  }
  Bytes bytes(most);
  const auto got = ::recv(fd, bytes.data(), bytes.size(), 0);
  if (got <= 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

Bytes message(rtmp::MessageType type, const Bytes& body) {
  Bytes out;
  rtmp::append_message(out, 128, 3, type, 0, 0, body);
  return out;
}

PeerReply friendly(const rtmp::AmfCommand& command) {
  AmfWriter answer;
  if (command.name == "connect" || command.name == "createStream") {
    answer.string("_result").number(command.transaction).null().number(1);
  } else if (command.name == "publish") {
    answer.string("onStatus").number(0).null().begin_object();
    answer.key("level").string("status").key("code").string("NetStream.Publish.Start");
    answer.end_object();
  } else {
    return {};
  }
  return {message(rtmp::command_amf0, answer.take())};
}

RtmpPeer::RtmpPeer(OnCommand on_command) : on_command_(std::move(on_command)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  const int small = 4096;  // what it does not read soon waits at the other side
  ::setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* at = reinterpret_cast<sockaddr*>(&address);
  XB_CHECK(::bind(listener_, at, size) == 0 && ::listen(listener_, 8) == 0 &&
           ::getsockname(listener_, at, &size) == 0);
  port_ = ntohs(address.sin_port);
  worker_ = Worker("rtmp-peer", health_, [this](std::stop_token stop) {
    while (!stop.stop_requested()) {
      if (!is_ready(listener_, POLLIN)) continue;
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) continue;
      serve(fd, stop);
      ::close(fd);
    }
  });
}

RtmpPeer::~RtmpPeer() {
  worker_.request_stop();
  worker_.join();
  ::close(listener_);
}

int RtmpPeer::count_of(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto at = counts_.find(name);
  return at == counts_.end() ? 0 : at->second;
}

void RtmpPeer::serve(int fd, const std::stop_token& stop) {
  Bytes hello;
  while (hello.size() < 1 + handshake_part) {
    const auto more = receive(fd, 1 + handshake_part - hello.size(), stop);
    if (!more) return;  // a bare look whether somebody is there
    hello.insert(hello.end(), more->begin(), more->end());
  }
  Bytes answer(1 + handshake_part, 0);
  answer[0] = 3;
  answer.insert(answer.end(), hello.begin() + 1, hello.end());
  if (!send_all(fd, answer, stop)) return;
  for (std::size_t echoed = 0; echoed < handshake_part;) {
    const auto more = receive(fd, handshake_part - echoed, stop);
    if (!more) return;
    echoed += more->size();
  }
  rtmp::ChunkReader reader;
  bool is_on = true;
  while (is_on) {
    const auto bytes = receive(fd, 65'536, stop);
    if (!bytes) return;
    is_on = reader.add(*bytes, [&](auto type, auto body, auto) {
      const auto command = rtmp::read_command(body);
      if (type != rtmp::command_amf0 || !command || !is_on) return;
      {
        std::lock_guard lock(mutex_);
        ++counts_[command->name];
      }
      is_on = carry_out(fd, on_command_(*command), stop);
    }) && is_on;
  }
}

// False at the end of the connection.
bool RtmpPeer::carry_out(int fd, const PeerReply& reply, const std::stop_token& stop) {
  if (!send_all(fd, reply.say, stop)) return false;
  if (reply.then == PeerReply::Then::flood) {
    while (send_all(fd, reply.say, stop)) {
    }
    return false;
  }
  if (reply.then == PeerReply::Then::break_off) {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  return reply.then == PeerReply::Then::go_on;
}

}  // namespace xb::output::testing

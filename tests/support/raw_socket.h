// A plain TCP client for tests: sends any bytes, reads with a deadline, knows just enough HTTP and
// WebSocket to judge the other side. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace xb::test {

class RawSocket {
 public:
  // Connects to `host` (a number, v4 or v6). `receive_buffer` > 0 makes a reader that is soon full.
  RawSocket(const std::string& host, int port, int receive_buffer = 0) {
    sockaddr_storage where{};
    socklen_t size = sizeof(sockaddr_in);
    auto& v4 = reinterpret_cast<sockaddr_in&>(where);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(where);
    if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
      v4.sin_family = AF_INET;
      v4.sin_port = htons(static_cast<std::uint16_t>(port));
    } else {
      inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr);
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(static_cast<std::uint16_t>(port));
      size = sizeof(sockaddr_in6);
    }
    fd_ = ::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0)
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    is_connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&where), size) == 0;
  }
  explicit RawSocket(int port) : RawSocket("127.0.0.1", port) {}
  RawSocket(RawSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        is_connected_(other.is_connected_),
        buffer_(std::move(other.buffer_)) {}
  ~RawSocket() { hang_up(); }

  bool is_connected() const { return is_connected_; }
  int fd() const { return fd_; }
  void hang_up() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }

  // False when the other side has gone or takes nothing for `patience`.
  bool send(std::string_view bytes, std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    while (!bytes.empty()) {
      pollfd ready{fd_, POLLOUT, 0};
      if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return false;
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Waits for more bytes; false at the end of the stream or the deadline.
  bool read_more(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return false;
    char bytes[65'536];
    const auto got = ::recv(fd_, bytes, sizeof(bytes), 0);
    if (got <= 0) {
      is_ended_ = true;
      return false;
    }
    buffer_.append(bytes, static_cast<std::size_t>(got));
    return true;
  }
  // Everything until the other side closes; `is_ended()` says whether it did within the deadline.
  std::string read_to_end(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    while (read_more(patience)) {
    }
    return std::exchange(buffer_, {});
  }
  bool is_ended() const { return is_ended_; }
  const std::string& buffer() const { return buffer_; }

  struct Answer {
    int status = 0;
    std::string head;
    std::string body;
    // The value of a field, name in lower case; empty when absent.
    std::string field(const std::string& name) const {
      std::string low = head;
      std::transform(low.begin(), low.end(), low.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const auto at = low.find("\r\n" + name + ": ");
      if (at == std::string::npos) return {};
      const auto begin = at + name.size() + 4;
      return head.substr(begin, head.find("\r\n", begin) - begin);
    }
  };
  // One HTTP answer (by Content-Length); status 0 when none came.
  Answer read_answer(bool has_body = true,
                     std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    Answer out;
    while (buffer_.find("\r\n\r\n") == std::string::npos)
      if (!read_more(patience)) return out;
    const auto end = buffer_.find("\r\n\r\n") + 4;
    out.head = buffer_.substr(0, end);
    buffer_.erase(0, end);
    if (out.head.size() > 12) out.status = std::atoi(out.head.c_str() + 9);
    const auto length = out.field("content-length");
    const std::size_t wanted = has_body && !length.empty() ? std::stoul(length) : 0;
    while (buffer_.size() < wanted)
      if (!read_more(patience)) break;
    out.body = buffer_.substr(0, wanted);
    buffer_.erase(0, wanted);
    return out;
  }

  struct Frame {
    int opcode = -1;  // -1: none came
    bool is_final = false;
    std::string payload;
    int close_code() const {
      if (opcode != 8 || payload.size() < 2) return 0;
      return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }
  };
  Frame read_frame(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(buffer_[i]); };
    const auto have = [&](std::size_t size) {
      while (buffer_.size() < size)
        if (!read_more(patience)) return false;
      return true;
    };
    Frame out;
    if (!have(2)) return out;
    std::size_t length = byte(1) & 0x7FU;
    std::size_t head = 2;
    if (length >= 126) {
      const std::size_t extended = length == 126 ? 2 : 8;
      if (!have(2 + extended)) return out;
      length = 0;
      for (std::size_t i = 0; i < extended; ++i) length = length << 8U | byte(2 + i);
      head += extended;
    }
    if (!have(head + length)) return out;
    out.opcode = byte(0) & 0x0F;
    out.is_final = (byte(0) & 0x80U) != 0;
    out.payload = buffer_.substr(head, length);
    buffer_.erase(0, head + length);
    return out;
  }

 private:
  int fd_ = -1;
  bool is_connected_ = false;
  bool is_ended_ = false;
  std::string buffer_;
};

enum class Masked { no, yes };

// A client frame; `announced` overrides the length in the head.
inline std::string frame(int first_byte, std::string_view payload, Masked masked = Masked::yes,
                         std::optional<std::uint64_t> announced = {}) {
  const std::uint64_t length = announced.value_or(payload.size());
  const unsigned mask_bit = masked == Masked::yes ? 0x80U : 0U;
  std::string out(1, static_cast<char>(first_byte));
  const int extended = length < 126 ? 0 : length <= 0xFFFF ? 2 : 8;
  out += static_cast<char>(mask_bit | (extended == 0   ? static_cast<unsigned>(length)
                                       : extended == 2 ? 126U
                                                       : 127U));
  for (int i = extended - 1; i >= 0; --i) out += static_cast<char>(length >> (8 * i));
  const std::string mask = "\x12\x34\x56\x78";
  if (masked == Masked::yes) out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += masked == Masked::yes ? static_cast<char>(payload[i] ^ mask[i % 4]) : payload[i];
  return out;
}
inline std::string text_frame(std::string_view payload) {
  return frame(0x81, payload);
}

// A correct handshake for `path` to a server on loopback; `more` are further header lines.
inline std::string handshake(int port, const std::string& path, const std::string& more = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
         "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: "
         "13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         more + "\r\n";
}

}  // namespace xb::test

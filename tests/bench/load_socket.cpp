// SPDX-License-Identifier: Apache-2.0
#include "load_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace xb::bench {

void fail(const char* what) {
  std::fprintf(stderr, "relay_load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

void allow_most_descriptors() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(port));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0) {
    const int why = errno;
    close(fd);
    errno = why;
    return -1;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

bool ask(int fd, int port, const std::string& path, const std::string& bearer) {
  auto text = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
              "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: "
              "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!bearer.empty()) text += "Authorization: Bearer " + bearer + "\r\n";
  text += "\r\n";
  return send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

bool is_let_in(int fd) {
  constexpr std::size_t most_bytes = 8192;
  std::array<char, 1024> seen{};
  for (std::string head; head.size() < most_bytes;) {
    const auto had = head.size();
    const auto got = recv(fd, seen.data(), seen.size(), MSG_PEEK);
    if (got <= 0) return false;
    head.append(seen.data(), static_cast<std::size_t>(got));
    const auto end = head.find("\r\n\r\n");
    const auto taken = (end == head.npos ? head.size() : end + 4) - had;
    if (recv(fd, seen.data(), taken, 0) != static_cast<ssize_t>(taken)) return false;
    if (end != head.npos) return head.substr(0, end).find(" 101 ") != head.npos;
  }
  return false;
}

int subscribe(int port, const std::string& path, const std::string& bearer) {
  const int fd = connect_to(port);
  if (fd < 0) fail("connect");
  if (!ask(fd, port, path, bearer)) fail("handshake");
  if (!is_let_in(fd)) fail("not let in");
  return fd;
}

void append_frame(std::string& to, const std::string& text) {
  const std::array<char, 8> head{'\x81', '\xfe', static_cast<char>(text.size() >> 8U),
                                 static_cast<char>(text.size() & 255U)};
  to.append(head.data(), head.size());
  to += text;
}

}  // namespace xb::bench

// Addresses are numbers (or "localhost"): nothing here asks a name server.
// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "net/http_head.h"
#include "net/outside.h"

namespace xb::net {
namespace {

// The kernel would buffer megabytes toward a peer that does not read; this bounds it to about
// 200 KiB (it doubles the figure for its own bookkeeping) and is plenty for a local network.
constexpr int send_buffer_bytes = 98'304;
constexpr int backlog = 512;

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&bytes); }
  sockaddr_in& v4() { return reinterpret_cast<sockaddr_in&>(bytes); }
  sockaddr_in6& v6() { return reinterpret_cast<sockaddr_in6&>(bytes); }
};

bool to_socket_address(const Address& address, SocketAddress& out) {
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  if (inet_pton(AF_INET, host.c_str(), &out.v4().sin_addr) == 1) {
    out.v4().sin_family = AF_INET;
    out.v4().sin_port = htons(static_cast<std::uint16_t>(address.port));
    out.size = sizeof(sockaddr_in);
    return true;
  }
  if (inet_pton(AF_INET6, host.c_str(), &out.v6().sin6_addr) == 1) {
    out.v6().sin6_family = AF_INET6;
    out.v6().sin6_port = htons(static_cast<std::uint16_t>(address.port));
    out.size = sizeof(sockaddr_in6);
    return true;
  }
  return false;
}

Address from_socket_address(SocketAddress& from) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (from.bytes.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&from.v6().sin6_addr)) {
    // an IPv4 client of a socket for both
    inet_ntop(AF_INET, &from.v6().sin6_addr.s6_addr[12], text.data(), text.size());
    return {text.data(), ntohs(from.v6().sin6_port)};
  }
  if (from.bytes.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &from.v6().sin6_addr, text.data(), text.size());
    return {text.data(), ntohs(from.v6().sin6_port)};
  }
  inet_ntop(AF_INET, &from.v4().sin_addr, text.data(), text.size());
  return {text.data(), ntohs(from.v4().sin_port)};
}

void set_option(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof(value));
}

// Bridges that only programs of this machine are on.
bool is_of_containers(std::string_view interface) {
  for (const std::string_view begin : {"docker", "br-", "veth", "virbr", "lxc", "podman", "cni"})
    if (interface.substr(0, begin.size()) == begin) return true;
  return false;
}

std::string fault(int number) {
  return std::generic_category().message(number);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}
Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}
int Descriptor::release() {
  return std::exchange(fd_, -1);
}

Result<Address> parse_address(std::string_view text) {
  const Error wrong(ErrorCode::address_invalid, std::string(text.substr(0, 100)));
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const bool is_bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  Address out{std::string(host), -1};
  const auto read = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || out.port < 0 ||
      out.port > 65'535 || port.front() == '+')
    return wrong;
  SocketAddress checked;
  if (!to_socket_address(out, checked)) return wrong;
  if ((checked.bytes.ss_family == AF_INET6) != is_bracketed) return wrong;
  return out;
}

std::string to_text(const Address& address) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

std::string plain_address(const std::string& text) {
  SocketAddress where;
  return to_socket_address({text, 0}, where) ? from_socket_address(where).host : text;
}

std::string counted_as(std::string_view peer) {
  SocketAddress where;
  const std::string host(peer);
  if (!to_socket_address({host, 0}, where) || where.bytes.ss_family != AF_INET6) return host;
  auto& bytes = where.v6().sin6_addr.s6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&where.v6().sin6_addr)) return from_socket_address(where).host;
  std::fill(std::begin(bytes) + 8, std::end(bytes), std::uint8_t{0});
  return from_socket_address(where).host + "/64";
}

std::optional<std::string> host_at_port(std::string_view text, int port, Scheme scheme) {
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.back() != ']';
  const auto said =
      has_port ? text.substr(colon + 1) : std::string_view(scheme == Scheme::https ? "443" : "80");
  if (said != std::to_string(port)) return std::nullopt;
  auto host = lower(has_port ? text.substr(0, colon) : text);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
    host = plain_address(host.substr(1, host.size() - 2));
  else if (host.find(':') != std::string::npos)
    return std::nullopt;
  return host;
}

bool are_neighbours(const std::string& one, const std::string& other) {
  const bool is_v6 = one.find(':') != std::string::npos || other.find(':') != std::string::npos;
  return !is_v6 || is_loopback({one, 0}) || counted_as(one) == counted_as(other);
}

bool is_loopback(const Address& address) {
  SocketAddress where;
  if (!to_socket_address(address, where)) return false;
  if (where.bytes.ss_family == AF_INET) return ntohl(where.v4().sin_addr.s_addr) >> 24U == 127;
  return IN6_IS_ADDR_LOOPBACK(&where.v6().sin6_addr);
}

std::optional<Address> seen_from_outside(const Address& address) {
  if (is_loopback(address)) return std::nullopt;
  if (address.host != "0.0.0.0" && address.host != "::") return address;
  const auto hosts = address.host == "::" ? all_lan_hosts() : lan_hosts();
  if (hosts.empty()) return std::nullopt;
  return Address{hosts.front(), address.port};
}

std::vector<std::string> lan_hosts() {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(all, &::freeifaddrs);
  std::vector<std::string> likely;
  std::vector<std::string> others;
  for (const auto* one = all; one != nullptr; one = one->ifa_next) {
    const bool is_up = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (!is_up || one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    SocketAddress found;
    std::memcpy(&found.v4(), one->ifa_addr, sizeof(sockaddr_in));
    const bool is_likely =
        (one->ifa_flags & IFF_POINTOPOINT) == 0 && !is_of_containers(one->ifa_name);
    (is_likely ? likely : others).push_back(from_socket_address(found).host);
  }
  likely.insert(likely.end(), others.begin(), others.end());
  return likely;
}

// The kernel's own list: getifaddrs() does not tell which are temporary.
std::vector<std::string> all_lan_hosts() {
  constexpr unsigned unfit = 0x01 | 0x08 | 0x20 | 0x40;  // temporary, double, deprecated, tentative
  auto out = lan_hosts();
  std::ifstream list("/proc/net/if_inet6");
  for (std::string line; std::getline(list, line);) {
    std::array<char, 33> hex{};
    std::array<char, 65> name{};
    unsigned flags = 0;
    unsigned scope = 0;
    if (std::sscanf(line.c_str(), "%32s %*x %*x %x %x %64s", hex.data(), &scope, &flags,
                    name.data()) != 4 ||
        scope != 0 || (flags & unfit) != 0 || is_of_containers(name.data()))
      continue;
    std::string text;
    for (std::size_t at = 0; at < 32; at += 4)
      text += (text.empty() ? "" : ":") + std::string(&hex[at], 4);
    out.push_back(plain_address(text));
  }
  return out;
}

Result<Descriptor> listen_on(Address& address) {
  SocketAddress where;
  const auto name = fmt::format("{}:{}", address.host, address.port);
  if (!to_socket_address(address, where)) return Error(ErrorCode::address_invalid, name);
  Descriptor socket(::socket(where.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open())
    return Error(ErrorCode::net_failed, fmt::format("{}: {}", name, fault(errno)));
  // REUSEADDR gets past connections of the last run that still wait in the kernel; a second
  // listener is refused all the same. REUSEPORT would let it in and share our visitors.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  // [::] is for both kinds; any other IPv6 address is one
  const bool is_for_both =
      where.bytes.ss_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&where.v6().sin6_addr);
  if (where.bytes.ss_family == AF_INET6)
    set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, is_for_both ? 0 : 1);
  if (::bind(socket.get(), where.get(), where.size) != 0 || ::listen(socket.get(), backlog) != 0) {
    const int number = errno;
    if (number == EADDRINUSE) return Error(ErrorCode::port_taken, name);
    return Error(ErrorCode::address_invalid, fmt::format("{}: {}", name, fault(number)));
  }
  where.size = sizeof(where.bytes);
  getsockname(socket.get(), where.get(), &where.size);
  address.port = from_socket_address(where).port;
  return socket;
}

Status can_listen(Address address) {
  XB_TRY(listen_on(address));
  return ok();
}

Accepted accept_from(int listener) {
  Accepted out;
  SocketAddress peer;
  out.socket =
      Descriptor(::accept4(listener, peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!out.socket.is_open()) {
    out.is_exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    return out;
  }
  set_option(out.socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(out.socket.get(), SOL_SOCKET, SO_SNDBUF, send_buffer_bytes);
  const auto from = from_socket_address(peer);
  SocketAddress local;
  getsockname(out.socket.get(), local.get(), &local.size);
  out.peer = from.host;
  out.local = from_socket_address(local).host;
  out.is_peer_loopback = is_loopback(from);
  return out;
}

}  // namespace xb::net

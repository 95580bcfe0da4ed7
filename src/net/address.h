// Listening sockets and numeric names of socket ends, for this room only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/server.h"

namespace xb::net {

// Closes the descriptor it holds.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

// Bound to exactly that address and listening; `address.port` becomes the real one. Errors:
// port_taken (also when this very program has it), address_invalid.
Result<Descriptor> listen_on(Address& address);

// As the kernel would write it; what is no address stays as it is.
std::string plain_address(const std::string& text);
// What a name without a port means by it.
enum class Scheme : std::uint8_t { http = 1, https };
// The host of "host:port" or "[host]:port", lower case; nothing when the port is another one.
std::optional<std::string> host_at_port(std::string_view text, int port, Scheme scheme);
// In the same network, as far as addresses tell: IPv6 by its first 64 bits; IPv4 and loopback
// always.
bool are_neighbours(const std::string& one, const std::string& other);

// The next connection, not blocking, with TCP_NODELAY and a bounded send buffer; not open when
// there is none. `is_exhausted`: the process has no descriptor left, try later.
struct Accepted {
  Descriptor socket;
  std::string peer;   // numeric
  std::string local;  // numeric
  bool is_peer_loopback = false;
  bool is_exhausted = false;
};
Accepted accept_from(int listener);

}  // namespace xb::net

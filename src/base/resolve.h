// Names to addresses, with a deadline the resolver itself does not have.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace xb {

struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  int family = 0;
};

// Errors: `failed`, cancelled. Numeric addresses never wait.
Result<std::vector<SocketAddress>> resolve(const std::string& host, int port, Clock& clock,
                                           MonoTime deadline, const std::stop_token& stop,
                                           ErrorCode failed);

}  // namespace xb

// Where others on the network find us. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "net/server.h"

namespace xb::net {

// Where others find what listens at `address`: of "0.0.0.0" this machine's first IPv4 address that
// is up; the address itself otherwise. Nothing while it is loopback.
std::optional<Address> seen_from_outside(const Address& address);

}  // namespace xb::net

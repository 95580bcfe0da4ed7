// Where others on the network find us. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/server.h"

namespace xb::net {

// Where others find what listens at `address`: of "0.0.0.0" this machine's first IPv4 address that
// is up, of "::" that or the first IPv6 address; the address itself otherwise. Nothing while it is
// loopback.
std::optional<Address> seen_from_outside(const Address& address);

// This machine's IPv4 addresses that are up and not loopback, those that phones are most likely to
// reach first: networks that lead somewhere, then those of containers and tunnels. A network may
// come and go: ask again each time.
std::vector<std::string> lan_hosts();

// Those, and then its IPv6 addresses that can be written into an address bar and stay: neither
// link-local nor temporary ones.
std::vector<std::string> all_lan_hosts();

}  // namespace xb::net

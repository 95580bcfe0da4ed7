// How the control port is reached by the network. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/outside.h"
#include "net/tls_identity.h"

namespace xb::control {

struct LanSettings {
  // This machine's addresses on the network, asked for whenever the operator wants a phone.
  std::function<std::vector<std::string>()> hosts = net::all_lan_hosts;
  // With one, paired devices speak TLS; loopback never does.
  std::shared_ptr<const net::TlsIdentity> identity = {};
};

}  // namespace xb::control

// What an address of the network says of itself before anything is opened.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "media/decoder.h"

namespace xb::media {

struct NetAddress {
  std::string host;           // empty: not an address of the network
  int port = 0;               // 0: it does not say
  bool is_listening = false;  // it waits for a sender instead of going to one
  // HOST:PORT, or the port alone: a listener on all addresses of this machine.
  std::string shown() const { return (host.empty() ? "" : host + ":") + std::to_string(port); }
};

NetAddress address_of(const InputSpec& spec);

}  // namespace xb::media

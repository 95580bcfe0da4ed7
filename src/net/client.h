// A WebSocket client on a Loop. Reconnecting is the caller's business.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/server.h"

namespace xb::net {

// All calls on the loop thread. After failed() or closed() the client is done.
class ClientEvents {
 public:
  virtual ~ClientEvents() = default;
  virtual void opened(Peer& peer) = 0;
  virtual void received(Peer& peer, std::string_view message, bool is_text) = 0;
  virtual void closed() = 0;
  virtual void failed(Error why) = 0;
};

// ws:// and wss:// (certificates verified). Starts connecting on the loop; never blocks. Dropping
// the returned handle closes the connection. `headers` are extra request headers.
std::shared_ptr<void> connect(Loop& loop, std::string url, std::shared_ptr<ClientEvents> events,
                              std::vector<std::pair<std::string, std::string>> headers = {},
                              ServerLimits limits = {});

}  // namespace xb::net

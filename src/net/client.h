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
  // The other side closes and says why; closed() follows.
  virtual void closing(int /*code*/, std::string_view /*why*/) {}
  virtual void closed() = 0;
  // net_failed, or output_certificate when the other side's certificate is not to be trusted.
  virtual void failed(Error why) = 0;
};

// ws:// and wss:// (certificates verified). Starts connecting on the loop; never blocks. Dropping
// the returned handle closes the connection. `headers` are extra request headers. Text is handed on
// as it came: whether it is UTF-8 is for the reader to check, message by message.
std::shared_ptr<void> connect(Loop& loop, std::string url, std::shared_ptr<ClientEvents> events,
                              std::vector<std::pair<std::string, std::string>> headers = {},
                              ServerLimits limits = {});

}  // namespace xb::net

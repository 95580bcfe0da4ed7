// The Peer of an open server-side WebSocket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "net/connection.h"
#include "net/websocket.h"

namespace xb::net {

class WebSocketPeer final : public Peer {
 public:
  WebSocketPeer(Connection& connection, std::shared_ptr<WebSocketRoute> route);

  bool send_text(std::shared_ptr<const std::string> message) override;
  bool send_binary(std::shared_ptr<const std::string> message) override;
  bool send_text_at_once(const std::shared_ptr<const std::string>& message) override;
  std::size_t queued_bytes() const override;
  MonoTime stuck_since() const override { return stuck_since_; }
  void close(CloseReason reason, std::string_view why) override;
  void pause_reading(bool is_paused) override;
  const Request& request() const override { return connection_.request(); }
  std::uint64_t id() const override { return connection_.id(); }

  void begin();
  // Hands on at most 256 messages; true when it stopped before the input was used up.
  bool take(std::span<char>& input);
  void sent(bool is_all_out, bool has_progressed);
  void sweep(MonoTime now);
  // closed() of the route, once.
  void tell_closed();
  bool is_open() const { return is_open_; }

 private:
  bool send(Opcode opcode, std::shared_ptr<const std::string> message);
  void close_with(int code, std::string_view why);
  void on_event(const FrameEvent& event);

  Connection& connection_;
  std::shared_ptr<WebSocketRoute> route_;
  FrameReader reader_;
  bool is_open_ = true;
  bool is_told_ = false;
  bool is_paused_ = false;
  bool was_full_ = false;
  MonoTime heard_;
  MonoTime pinged_;
  MonoTime stuck_since_{};
};

}  // namespace xb::net

// Messages in and out, ping and close of a server-side WebSocket.
// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_peer.h"

#include <utility>

namespace xb::net {
namespace {

constexpr int most_messages_a_turn = 256;

}  // namespace

WebSocketPeer::WebSocketPeer(Connection& connection, std::shared_ptr<WebSocketRoute> route)
    : connection_(connection),
      route_(std::move(route)),
      reader_(FrameLimits{connection.server().options.limits.message_bytes}),
      heard_(connection.server().loop.clock.now()),
      pinged_(heard_) {
}

void WebSocketPeer::begin() {
  connection_.server().tally->add_peers(1);
  route_->opened(*this);
}

bool WebSocketPeer::send_text(std::shared_ptr<const std::string> message) {
  return send(Opcode::text, std::move(message));
}
bool WebSocketPeer::send_binary(std::shared_ptr<const std::string> message) {
  return send(Opcode::binary, std::move(message));
}

bool WebSocketPeer::send_text_at_once(const std::shared_ptr<const std::string>& message) {
  const bool is_first = is_open_ && message != nullptr && connection_.outbox().is_empty();
  if (!is_first || message->size() > connection_.server().options.limits.queued_bytes)
    return send_text(message);
  connection_.send_first(frame_head(Opcode::text, message->size()), message);
  return true;
}

bool WebSocketPeer::send(Opcode opcode, std::shared_ptr<const std::string> message) {
  if (!is_open_ || message == nullptr) return false;
  if (queued_bytes() + message->size() > connection_.server().options.limits.queued_bytes) {
    was_full_ = true;
    return false;
  }
  const auto head = frame_head(opcode, message->size());
  connection_.outbox().push(head, std::move(message));
  connection_.wants_turn();
  return true;
}

std::size_t WebSocketPeer::queued_bytes() const {
  return connection_.outbox().bytes();
}

void WebSocketPeer::close(CloseReason reason, std::string_view why) {
  if (is_open_ && reason == CloseReason::policy) connection_.server().count("policy");
  if (is_open_ && reason == CloseReason::try_later) connection_.server().count("slow");
  close_with(static_cast<int>(reason), why);
}

void WebSocketPeer::close_with(int code, std::string_view why) {
  if (!is_open_) return;
  is_open_ = false;
  // 1005 stands for "no code" and is never sent.
  auto payload = std::make_shared<const std::string>(code == 1005 ? "" : close_payload(code, why));
  connection_.outbox().drop_waiting();
  connection_.outbox().push(frame_head(Opcode::close, payload->size()), payload);
  connection_.finish();
}

void WebSocketPeer::pause_reading(bool is_paused) {
  is_paused_ = is_paused;
  connection_.pause_reading(is_paused);
}

bool WebSocketPeer::take(std::span<char>& input) {
  for (int taken = 0; is_open_ && !is_paused_; ++taken) {
    if (taken == most_messages_a_turn) return true;
    const auto event = reader_.next(input);
    if (event.kind == FrameEvent::Kind::none) return false;
    heard_ = connection_.server().loop.clock.now();
    on_event(event);
  }
  return is_open_ && !input.empty();
}

void WebSocketPeer::on_event(const FrameEvent& event) {
  switch (event.kind) {
    case FrameEvent::Kind::text:
    case FrameEvent::Kind::binary:
      route_->received(*this, event.payload, event.kind == FrameEvent::Kind::text);
      break;
    case FrameEvent::Kind::ping:
      // Toward a peer that floods with pings and does not read, pongs are left out.
      if (queued_bytes() > connection_.server().options.limits.queued_bytes) break;
      connection_.outbox().push_urgent(frame_head(Opcode::pong, event.payload.size()),
                                       std::make_shared<const std::string>(event.payload));
      connection_.wants_turn();
      break;
    case FrameEvent::Kind::close: close_with(event.close_code, {}); break;
    case FrameEvent::Kind::broken:
      connection_.server().count(event.close_code == 1009   ? "message_size"
                                 : event.close_code == 1007 ? "utf8"
                                                            : "frame");
      close_with(event.close_code, {});
      break;
    case FrameEvent::Kind::pong:
    case FrameEvent::Kind::none: break;
  }
}

void WebSocketPeer::sent(bool is_all_out, bool has_progressed) {
  if (is_all_out)
    stuck_since_ = MonoTime{};
  else if (has_progressed || stuck_since_ == MonoTime{})
    stuck_since_ = connection_.server().loop.clock.now();
  if (is_all_out && was_full_ && is_open_) {
    was_full_ = false;
    route_->drained(*this);
  }
}

void WebSocketPeer::sweep(MonoTime now) {
  const auto& limits = connection_.server().options.limits;
  // A peer whose reading we paused cannot be heard; that is not its fault.
  if (is_paused_) heard_ = now;
  if (now - heard_ >= limits.idle_time) {
    connection_.server().count("dead");
    connection_.end();
  } else if (now - heard_ >= limits.ping_every && now - pinged_ >= limits.ping_every) {
    pinged_ = now;
    connection_.outbox().push_urgent(frame_head(Opcode::ping, 0),
                                     std::make_shared<const std::string>());
    connection_.wants_turn();
  }
}

void WebSocketPeer::tell_closed() {
  if (is_told_) return;
  is_told_ = true;
  is_open_ = false;
  connection_.server().tally->add_peers(-1);
  route_->closed(*this);
}

}  // namespace xb::net

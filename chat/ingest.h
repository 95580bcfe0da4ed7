// Ingest: takes ChatEvents from WebSocket senders on the control server and answers each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "chat/event.h"
#include "chat/mapping.h"
#include "net/loop_queue.h"
#include "net/server.h"

namespace xb::chat {

struct IngestCounters {
  std::atomic<int> peers{0};
  std::atomic<std::uint64_t> malformed{0};     // messages that were no event
  std::atomic<std::uint64_t> busy{0};          // events there was no place for
  std::atomic<std::uint64_t> unauthorised{0};  // handshakes
};

// Reading stops at 64 messages a loop turn, at 8192 unacknowledged events a peer and while answers
// wait for it to read, so that a flood waits in the sender's socket and never delays what else the
// control loop does. Who reads nothing for 20 s is closed.
//
// A sender who opens it with ?as=NAME speaks as the Mapping of that name reads; he is answered
// nothing, because he would not understand it.
//
// Thread: the control loop's; `accept` is called there, the replies may come from any thread.
class Ingest final : public net::WebSocketRoute, public std::enable_shared_from_this<Ingest> {
 public:
  using Reply = std::function<void(const Status&)>;
  using Accept = std::function<void(ChatEvent, MonoTime received, Reply)>;
  using Mappings = std::map<std::string, std::shared_ptr<const Mapping>, std::less<>>;
  Ingest(net::Loop& web, Clock& clock, Secret token, Accept accept, Mappings mappings = {});
  ~Ingest() override;
  void start();  // once, when a shared_ptr holds it; owner's thread

  int admit(const net::Request& request) override;
  ErrorCode reason_of(int status) const override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;
  std::shared_ptr<const IngestCounters> counters() const { return counters_; }

 private:
  struct Sender {
    net::Peer* peer = nullptr;
    const Mapping* mapping = nullptr;  // speaks its own language, and is answered nothing
    int unacknowledged = 0;
    int this_turn = 0;
    bool is_paused = false;
    std::deque<std::shared_ptr<const std::string>> waiting;  // answers there was no room for
  };
  struct Answer {
    std::uint64_t peer = 0;
    Json id;
    Status status;
  };

  void take(Sender& sender, std::string_view message);
  void take_mapped(Sender& sender, std::string_view message);
  void hand_on(Sender& sender, ChatEvent event, Json id, MonoTime received);
  void refuse(Sender& sender, const Json& id, const Error& error);
  void answer(const Answer& answer);
  void send(Sender& sender, const OrderedJson& json);
  void send_waiting(Sender& sender);
  void tick();
  void set_pause(Sender& sender);
  void end_turn();
  void request_end_turn();

  net::Loop& web_;
  Clock& clock_;
  const Secret token_;
  const Accept accept_;
  const Mappings mappings_;
  std::shared_ptr<IngestCounters> counters_ = std::make_shared<IngestCounters>();
  std::shared_ptr<net::LoopQueue<Answer>> answers_;
  std::map<std::uint64_t, Sender> senders_;
  int outstanding_ = 0;  // accepted and not answered, also for senders who have left
  bool is_end_asked_ = false;
};

}  // namespace xb::chat

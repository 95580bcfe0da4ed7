// UpdatesFeed: ws /api/updates. A snapshot at the door, then state when it changed and chat as it
// comes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "control/recent_deeds.h"
#include "net/loop_queue.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Messages: docs/wire.md section 8. The studio is asked for nothing while nobody is connected. Chat
// goes on at once, but at most ten times between two calls of tell_chat(), so that a flood is a
// message now and then and not a thousand a second for a phone to draw.
//
// Thread: the loop's, but for start() and close(). The chat thread touches the queue of batches
// alone.
class UpdatesFeed : public net::WebSocketRoute, public std::enable_shared_from_this<UpdatesFeed> {
 public:
  UpdatesFeed(studio::Studio& studio, std::shared_ptr<const RecentDeeds> recent);
  // Before the routes are open.
  void start(net::Loop& web);

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;

  // Sends the chat that was held back.
  void tell_chat();
  // Sends the state if it is another one than before, and what was pressed since.
  void tell_state();
  // Sends a sign of life if nothing was sent since the last call: a page takes silence for the end.
  void tell_alive();
  // Lets go of the studio and the loop. Thread: owner's; afterwards neither is touched.
  void close();

 private:
  using Text = studio::Studio::JsonText;
  void take_chat(const Text& batch);
  void send_chat(std::string_view items);
  void send_all(const Text& message);
  void tell_recent();

  std::mutex
      mutex_;  // guards studio_ against close(); held while the studio is asked, microseconds
  studio::Studio* studio_;
  std::shared_ptr<net::LoopQueue<Text>> batches_;
  std::shared_ptr<void> chat_watch_;  // while somebody is connected
  std::vector<net::Peer*> peers_;
  const std::shared_ptr<const RecentDeeds> recent_;
  std::uint64_t told_deeds_ = 0;
  std::string last_state_;
  int chats_this_turn_ = 0;
  std::string held_back_;  // items
  bool has_told_ = false;  // since the last sign of life was due
};

}  // namespace xb::control

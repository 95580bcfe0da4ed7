// UpdatesFeed: ws /api/updates. A snapshot at the door, then state when it changed and chat as it
// comes. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/pipe.h"
#include "net/server.h"
#include "studio/studio.h"

namespace xb::control {

// Messages: docs/wire.md section 8. The studio is asked for nothing while nobody is connected.
//
// Thread: the loop's, but for close(). The chat thread touches the queue of batches alone.
class UpdatesFeed : public net::WebSocketRoute {
 public:
  explicit UpdatesFeed(studio::Studio& studio);

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;

  // Sends the chat that has come.
  void tell_chat();
  // Sends the state if it is another one than before.
  void tell_state();
  // Sends a sign of life if nothing was sent since the last call: a page takes silence for the end.
  void tell_alive();
  // Lets go of the studio. Thread: owner's; afterwards nothing of the studio is touched.
  void close();

 private:
  using Text = studio::Studio::JsonText;
  void send_all(const Text& message);

  std::mutex
      mutex_;  // guards studio_ against close(); held while the studio is asked, microseconds
  studio::Studio* studio_;
  std::shared_ptr<Queue<Text>> batches_;
  std::shared_ptr<void> chat_watch_;  // while somebody is connected
  std::vector<net::Peer*> peers_;
  std::string last_state_;
  bool has_told_ = false;  // since the last sign of life was due
};

}  // namespace xb::control

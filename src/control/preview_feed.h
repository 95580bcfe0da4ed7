// PreviewFeed: program pictures for the control page and for scripts.
// SPDX-License-Identifier: Apache-2.0
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

// ws /api/preview: one JPEG a binary message. A client that has not taken the last one gets no
// other until it has: it always sees the newest. GET /api/preview.jpg: the next one. The studio
// makes pictures only while somebody waits for one.
//
// Thread: the loop's, but for close(). The preview thread touches the mailbox alone.
class PreviewFeed : public net::WebSocketRoute {
 public:
  explicit PreviewFeed(studio::Studio& studio);

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;

  // Answers with the next picture, or 429 when none comes within `turns` calls of tell_picture().
  void answer(net::ResponderRef to, int turns);
  // Sends the newest picture if there is one.
  void tell_picture();
  // Lets go of the studio. Thread: owner's; afterwards nothing of the studio is touched.
  void close();

 private:
  using Picture = studio::Studio::JsonText;
  struct Waiting {
    net::ResponderRef to;
    int turns_left = 0;
  };
  void watch_while_needed();

  std::mutex mutex_;  // guards studio_ against close(); held while watching begins
  studio::Studio* studio_;
  std::shared_ptr<Mailbox<Picture>> newest_;
  std::shared_ptr<void> watch_;
  std::vector<net::Peer*> peers_;
  std::vector<Waiting> waiting_;
};

}  // namespace xb::control

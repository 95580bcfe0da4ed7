// DeskWatch: the encoded program for the control page, the pieces the audience gets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "net/json.h"
#include "net/loop_queue.h"
#include "net/server.h"
#include "output/web_video.h"
#include "studio/program.h"
#include "studio/watch_feed.h"

namespace xb::studio {

// ws /api/watch of the control port (docs/wire.md 8): what the audience port says there, to those
// whom `admit` lets in. While nobody looks nothing is made for it.
//
// Thread: open() and close() on the owner's; all else on the loop. The Loop outlives close(),
// the rest outlives it, too.
class DeskWatch : public std::enable_shared_from_this<DeskWatch> {
 public:
  DeskWatch(Clock& clock, output::WebVideo& video, const Program& program, OrderedJson about);
  // Before the first Session begins. The route is good for every server on this loop.
  std::shared_ptr<net::WebSocketRoute> open(net::Loop& web, WatchFeed::Admission admit);
  // Lets go of the studio and of the loop.
  void close();

 private:
  struct Parts {
    Clock& clock;
    output::WebVideo& video;
    const Program& program;
  };
  void take(const output::WebPiece& piece);
  void tick();

  std::mutex mutex_;  // guards parts_ against close()
  std::optional<Parts> parts_;
  const OrderedJson about_;
  std::shared_ptr<WatchFeed> feed_;
  std::shared_ptr<net::LoopQueue<output::WebPiece>> pieces_;
  unsigned sink_ = 0;
  MonoTime last_viewer_;
  bool was_on_air_ = false;
};

}  // namespace xb::studio

// AudienceHall: what the audience port serves beside the Feed: the page, the picture, the station.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/pipe.h"
#include "net/json.h"
#include "net/loop_queue.h"
#include "net/server.h"
#include "output/preview.h"
#include "output/web_video.h"
#include "studio/live_playlist.h"
#include "studio/program.h"
#include "studio/watch_feed.h"

namespace xb::studio {

// What outlives the loop.
struct HallParts {
  net::Loop& loop;
  Clock& clock;
  output::WebVideo& video;
  output::Preview& preview;
  const Program& program;
  std::filesystem::path pages;  // with audience.html
  OrderedJson about;            // the station and its video, as every page is told
};

// GET /, its assets, ws /api/watch, /live.m3u8, /live/..., /api/still.jpg (docs/wire.md 10). While
// nobody watches no fragment and no still is made.
//
// Thread: open() on the owner's; all else on the loop.
class AudienceHall : public std::enable_shared_from_this<AudienceHall> {
 public:
  explicit AudienceHall(HallParts parts);
  // Before the server listens and the first Session begins.
  void open(net::Server& server);
  // Pages that are open, or 1 where only a player without a page asks. Any thread; a tenth of a
  // second late at most.
  std::size_t watching() const { return watching_.load(std::memory_order_relaxed); }

 private:
  using Picture = output::Preview::Jpeg;
  struct Waiting {
    net::ResponderRef to;
    MonoTime until;
  };
  void take(const output::WebPiece& piece);
  void tick();
  void answer_still(net::ResponderRef to);
  void hand_out_stills(MonoTime now);
  void tell_status();

  HallParts parts_;
  std::shared_ptr<WatchFeed> feed_ = std::make_shared<WatchFeed>();
  LivePlaylist playlist_;
  std::shared_ptr<net::LoopQueue<output::WebPiece>> pieces_;
  std::shared_ptr<Mailbox<Picture>> still_;
  std::shared_ptr<void> still_watch_;  // while stills are asked for
  std::vector<Waiting> stills_;
  MonoTime still_asked_;
  MonoTime last_viewer_;
  std::atomic<std::size_t> watching_{0};
  bool was_on_air_ = false;
  unsigned sink_ = 0;  // of the video
};

}  // namespace xb::studio

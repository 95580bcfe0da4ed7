// WatchFeed: ws /api/watch. The program's pieces to every page that watches, each at its own pace.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.h"
#include "output/web_video.h"

namespace xb::studio {

// Messages: docs/wire.md 10. The pieces since the last key frame are kept, so that whoever comes
// sees a picture at once. A viewer is a number into them; toward each at most what the server lets
// wait is queued. Who falls two seconds or 4 MiB behind goes on at the newest key frame, and nobody
// else notices.
//
// Thread: the audience loop's.
class WatchFeed final : public net::WebSocketRoute {
 public:
  using Text = std::shared_ptr<const std::string>;
  // Who may look: 0, or the status of the refusal.
  using Admission = std::function<int(const net::Request&)>;
  explicit WatchFeed(Admission admission = {}) : admission_(std::move(admission)) {}

  void take(const output::WebPiece& piece);
  // What every page is told of the station, at the door and when it is another one.
  void set_status(std::string status);
  // About ten times a second: who takes nothing for twenty seconds goes.
  void sweep(MonoTime now);
  // Off air: there is nothing to show any more.
  void clear();
  // Those who want the picture.
  int viewers() const { return viewers_; }
  // All who are here: one that takes no pieces may play HLS or stills.
  std::size_t pages() const { return peers_.size(); }
  std::uint64_t skips() const { return skips_; }

  int admit(const net::Request& request) override;
  void opened(net::Peer& peer) override;
  void received(net::Peer& peer, std::string_view message, bool is_text) override;
  void closed(net::Peer& peer) override;
  void drained(net::Peer& peer) override;

 private:
  struct Piece {
    std::vector<Text> blocks;  // small enough for one message each
    std::size_t bytes = 0;
    std::int64_t start_us = 0;
    std::int64_t end_us = 0;
  };
  struct Viewer {
    net::Peer* peer = nullptr;
    bool wants_picture = true;
    std::uint64_t run = 0;   // whose beginning it got
    std::uint64_t next = 0;  // piece
    std::size_t block = 0;   // of it
  };
  void forget_pieces();
  void trim();
  // False: it has lost its place and must come anew.
  bool pump(Viewer& viewer);
  bool begin(Viewer& viewer);
  void close_all(const std::function<bool(Viewer&)>& is_lost);
  bool is_too_far(const Viewer& viewer) const;
  std::uint64_t end() const { return first_ + pieces_.size(); }

  const Admission admission_;
  Text status_;
  Text begin_;  // {"mime":...}
  std::vector<Text> header_;
  std::uint64_t run_ = 0;  // counts beginnings
  std::deque<Piece> pieces_;
  std::uint64_t first_ = 0;  // number of the oldest piece
  std::uint64_t key_ = 0;    // of the newest one to start with
  bool has_key_ = false;
  std::size_t bytes_ = 0;
  std::map<std::uint64_t, Viewer> peers_;
  int viewers_ = 0;
  std::uint64_t skips_ = 0;
};

}  // namespace xb::studio

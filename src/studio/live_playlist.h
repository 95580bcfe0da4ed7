// LivePlaylist: the program for players that know HLS and no MediaSource, as the iPhone's.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "net/server.h"
#include "output/web_video.h"

namespace xb::studio {

// A segment is what lies between two key frames; the last six are kept. Nothing is put together
// while no player has asked for a quarter of a minute.
//
// Thread: the audience loop's.
class LivePlaylist {
 public:
  void take(const output::WebPiece& piece);
  void clear();
  bool is_wanted(MonoTime now) const;
  // GET /live.m3u8: now, or as soon as there is a first segment, or 503 after six seconds.
  void answer(net::ResponderRef to, MonoTime now);
  // GET /live/NAME
  net::Response file(std::string_view name) const;
  void tick(MonoTime now);

 private:
  struct Segment {
    std::uint64_t number = 0;
    std::uint64_t run = 0;
    std::shared_ptr<const std::string> bytes;
    std::int64_t length_us = 0;
  };
  struct Waiting {
    net::ResponderRef to;
    MonoTime until;
  };
  void end_segment();
  net::Response playlist() const;

  std::optional<MonoTime> asked_;
  std::uint64_t run_ = 0;  // counts beginnings
  std::deque<std::pair<std::uint64_t, std::shared_ptr<const std::string>>> headers_;  // by run
  std::deque<Segment> segments_;
  std::uint64_t next_ = 0;
  std::string filling_;
  std::int64_t filling_start_us_ = 0;
  std::int64_t filling_end_us_ = 0;
  std::vector<Waiting> waiting_;
};

}  // namespace xb::studio

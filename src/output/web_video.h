// WebVideo: the program for browsers, as fragmented MP4 in pieces that all viewers share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/pipe.h"
#include "base/worker.h"
#include "output/hub.h"
#include "output/muxer.h"
#include "output/output.h"

namespace xb::output {

// One piece of the run that began last. Times are the run's, from its first key frame.
struct WebPiece {
  enum class Kind : std::uint8_t { begin = 1, fragment };
  Kind kind = Kind::fragment;
  std::shared_ptr<const std::string> bytes;  // begin: what a decoder must know (ftyp, moov)
  std::string mime;                          // begin: video/mp4; codecs="avc1.640020, mp4a.40.2"
  bool is_key = false;                       // a fragment a viewer can start with
  std::int64_t start_us = 0;
  std::int64_t end_us = 0;
};

// Gives pieces of a tenth of a second to its sinks, from a key frame on, while one of them wants
// them; costs a closed queue at the hub otherwise. Who comes back after a rest gets a new `begin`,
// as all do when the encoder was replaced. A sink that wants none gets what the others made.
//
// Thread: begin() and end() from the floor, want(), rest() and is_on_air() from any; the sinks run
// on `out-web` and must not block. One says false where there is no room: then nothing comes to it
// until the next key frame.
class WebVideo {
 public:
  using Sink = std::function<bool(WebPiece&&)>;
  WebVideo();
  ~WebVideo();  // as end()
  WebVideo(const WebVideo&) = delete;
  WebVideo& operator=(const WebVideo&) = delete;

  // Before the first begin(). What want() and rest() call this sink; at most 32.
  unsigned connect(Sink sink);
  // A Session is on air. The hub outlives end().
  void begin(Hub& hub, OutputParts parts);
  // It is over; nothing reaches the sink afterwards.
  void end();
  bool is_on_air() const { return is_on_air_.load(); }

  void want(unsigned sink = 0);
  void rest(unsigned sink = 0);

 private:
  struct Run;
  void work(Run& run, const std::stop_token& stop);
  void serve(Run& run, const std::stop_token& stop);

  bool is_wanted() const { return wishes_of_.load() != 0; }

  std::vector<Sink> sinks_;
  std::atomic<std::uint32_t> wishes_of_{0};  // a bit for each sink
  std::atomic<bool> is_on_air_{false};
  Bell wishes_;
  std::unique_ptr<Run> run_;
};

}  // namespace xb::output

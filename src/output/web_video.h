// WebVideo: the program for browsers, as fragmented MP4 in pieces that all viewers share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

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

// Gives pieces of a tenth of a second to its sink, from a key frame on, while somebody wants them;
// costs a closed queue at the hub otherwise. Who comes back after a rest gets a new `begin`, as all
// do when the encoder was replaced.
//
// Thread: begin() and end() from the floor, want(), rest() and is_on_air() from any; the sink runs
// on `out-web` and must not block. It says false where there is no room: then nothing comes until
// the next key frame.
class WebVideo {
 public:
  using Sink = std::function<bool(WebPiece&&)>;
  WebVideo();
  ~WebVideo();  // as end()
  WebVideo(const WebVideo&) = delete;
  WebVideo& operator=(const WebVideo&) = delete;

  // Once, before the first begin().
  void connect(Sink sink) { sink_ = std::move(sink); }
  // A Session is on air. The hub outlives end().
  void begin(Hub& hub, OutputParts parts);
  // It is over; nothing reaches the sink afterwards.
  void end();
  bool is_on_air() const { return is_on_air_.load(); }

  void want();
  void rest();

 private:
  struct Run;
  void work(Run& run, const std::stop_token& stop);
  void serve(Run& run, const std::stop_token& stop);

  Sink sink_;
  std::atomic<bool> is_wanted_{false};
  std::atomic<bool> is_on_air_{false};
  Bell wishes_;
  std::unique_ptr<Run> run_;
};

}  // namespace xb::output

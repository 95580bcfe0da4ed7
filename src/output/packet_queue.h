// The bounded queue between the hub and one Output, and what is dropped when it is full.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/time.h"
#include "media/frame.h"

namespace xb::output {

enum class WhenFull : std::uint8_t {
  drop_to_key_frame = 1,  // live: late is worth nothing
  stop_taking,            // recording: what is queued stays whole
};

struct QueueLimits {
  WhenFull when_full = WhenFull::drop_to_key_frame;
  Duration span = from_ms(1500);             // live: time of pictures held, kernel included
  std::size_t bytes = 64U * 1024 * 1024;     // recording
  std::int64_t bits_per_second = 2'628'000;  // nominal, of both streams
  Duration sound_span = from_ms(8000);       // live: sound has so few bits that it may wait
};

// Packets wait here for one Output.
//
// Starts, and starts again after restart(), at a key frame; nothing before or older than it is
// handed out. Live:
// above 90 % of the span, queued video is dropped from the oldest up to the next key frame (all of
// it if there is none, and what comes until one comes). Sound is dropped only when it spans more
// than all that a way which became narrow needs to let go of what is in it. Recording: beyond the
// bytes nothing more is taken until restart().
//
// Thread: push from venc and aenc through the hub, the rest from the Output's thread, counters from
// any. The mutex guards the deque and is held for a few moves.
class PacketQueue {
 public:
  explicit PacketQueue(QueueLimits limits) : limits_(limits) {}

  void push(media::PacketRef packet);  // never waits
  // Nothing when `timeout` passed, stop was requested and nothing is left, or the end was reached.
  std::optional<media::PacketRef> pop_for(Duration timeout, std::stop_token stop);
  // Empties it, counting what was queued as dropped, and waits for the next key frame: what a new
  // connection or a new file begins with.
  void restart();
  // No more packets will come; what is queued is still handed out.
  void end();
  // What comes while it is closed (no connection, no space) is dropped. Losses are counted from the
  // first key frame ever taken: before it nothing was due.
  void set_open(bool is_open);

  // Bytes the Output has handed to the kernel and that have not left it.
  void set_kernel_bytes(std::size_t bytes);

  struct Counters {
    std::uint64_t dropped_video = 0;  // Packets
    std::uint64_t dropped_audio = 0;
    std::size_t packets = 0;
    std::size_t bytes = 0;
    std::int64_t queue_ms = 0;    // time of pictures queued, or of all bytes, kernel included
    bool has_overflowed = false;  // recording only: takes nothing until restart()
    bool is_ended = false;        // and empty
  };
  Counters counters() const;

 private:
  std::int64_t queue_ms() const;
  bool has_too_much_sound() const;
  void drop_video_to_key_frame();
  void drop_oldest();
  void forget(const media::Packet& packet);

  const QueueLimits limits_;
  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable_any ready_;
  std::deque<media::PacketRef> packets_;
  std::size_t bytes_ = 0;
  std::size_t kernel_bytes_ = 0;
  std::uint64_t dropped_video_ = 0;
  std::uint64_t dropped_audio_ = 0;
  std::size_t queued_video_ = 0;  // Packets
  std::int64_t newest_us_ = 0;
  std::int64_t start_us_ = 0;  // of the key frame it started at
  bool is_open_ = true;
  bool has_begun_ = false;    // a first key frame was taken
  bool awaits_start_ = true;  // nothing until a key frame
  bool awaits_key_ = false;   // no video until a key frame
  bool has_overflowed_ = false;
  bool is_ended_ = false;
};

// Decoding time in whole microseconds from the start of the run, the one at or before it.
std::int64_t time_us(const media::Packet& packet);

}  // namespace xb::output

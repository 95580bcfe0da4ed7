// CodedPicture: a picture compressed as its source gave it; CodedPipe: the way of such pictures
// past decoder and program to who keeps them as they are. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/pipe.h"
#include "base/time.h"

struct AVPacket;

namespace xb::media {

struct AVCodecParametersHolder;

struct CodedPicture {
  std::uint64_t id = 0;        // of the pipe, in the order of decoding; a Frame names it. Never 0.
  std::uint64_t opening = 0;   // of the source: times of two openings tell nothing of each other
  Duration time{};             // when it is shown, by the source's clock
  bool is_key = false;         // all from here on can be decoded without what came before
  bool is_after_loss = false;  // some before it are missing
  std::shared_ptr<const AVPacket> data;
  // Of all pictures that need the same the same object.
  std::shared_ptr<const AVCodecParametersHolder> codec;
};

// What is full refuses, and the next picture says so; nothing waits.
//
// Thread: open(), close() and try_pop() from who keeps the pictures, the rest from the Source's
// thread; counters() from any.
class CodedPipe {
 public:
  CodedPipe(std::string name, std::size_t capacity)
      : queue_(std::move(name), capacity, Overflow::refuse) {}

  // Empties it and lets pictures in, until close().
  void open();
  void close();
  std::optional<CodedPicture> try_pop() { return queue_.try_pop(); }

  bool is_wanted() const { return is_open_.load(); }
  std::uint64_t next_opening() { return ++openings_; }
  // Gives `id` and `is_after_loss`. Returns the id, 0 when there was no room.
  std::uint64_t push(CodedPicture picture);
  // A picture that cannot be handed on: the next one comes after a loss.
  void lose() { has_lost_.store(true); }
  // `made`, or what the pictures before had when it is equal: sources are opened again and again.
  std::shared_ptr<const AVCodecParametersHolder> shared(
      std::shared_ptr<const AVCodecParametersHolder> made);

  PipeCounters counters() const { return queue_.counters(); }

 private:
  Queue<CodedPicture> queue_;
  std::atomic<bool> is_open_{false};
  std::atomic<bool> has_lost_{true};
  // the Source's thread's
  std::uint64_t last_id_ = 0;
  std::uint64_t openings_ = 0;
  std::shared_ptr<const AVCodecParametersHolder> codec_;
};

}  // namespace xb::media

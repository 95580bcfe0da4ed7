// An opened libav demuxer with a deadline on everything that blocks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "media/decoder.h"

struct AVFormatContext;
struct AVIOContext;

namespace xb::media {

// Asked by libav again and again while it waits. Thread: one at a time.
class Deadline {
 public:
  explicit Deadline(Clock& clock) : clock_(clock) {}
  void start(Duration limit, std::stop_token stop);
  // Told once, when libav waits for the first time.
  void on_wait(std::function<void()> told) { on_wait_ = std::move(told); }
  bool is_stopped() const { return stop_.stop_requested(); }
  static int is_over(void* deadline);  // libav's callback

 private:
  Clock& clock_;
  MonoTime until_{};
  std::stop_token stop_;
  std::function<void()> on_wait_;
};

class AvInput {
 public:
  // Opens and probes; streams that were not asked for are discarded. Errors: as Decoder::open.
  static Result<std::unique_ptr<AvInput>> open(const InputSpec& spec, Clock& clock,
                                               std::stop_token stop);
  ~AvInput();
  AvInput(const AvInput&) = delete;
  AvInput& operator=(const AvInput&) = delete;

  AVFormatContext& context() { return *context_; }
  Deadline& deadline() { return deadline_; }
  int video_index() const { return video_index_; }  // -1: none
  int audio_index() const { return audio_index_; }

 private:
  explicit AvInput(Clock& clock) : deadline_(clock) {}
  static int read_pushed(void* input, std::uint8_t* into, int size);  // libav's callback
  Status take_pushed(const InputSpec& spec);
  Status open_bytes(const InputSpec& spec, std::stop_token stop);
  Status open_format(const InputSpec& spec, std::stop_token stop);
  Status choose_streams(const InputSpec& spec);
  Error refusal(const InputSpec& spec, const char* call, int code) const;

  Deadline deadline_;
  AVFormatContext* context_ = nullptr;
  std::shared_ptr<ByteSource> pushed_;
  AVIOContext* bytes_ = nullptr;  // opened by us for tcp and srt, so that a listener may wait long
  int video_index_ = -1;
  int audio_index_ = -1;
};

}  // namespace xb::media

// StreamCopy: from a source's own packets and what the program showed of them to Packets in program
// time. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "media/coded.h"
#include "output/encoder.h"

namespace xb::output {

// How a frame of the clean feed came into it: copied, or encoded and why.
enum class Feeding : std::uint8_t {
  copied = 1,
  no_packets,    // the source gives none that could be copied, or has no picture
  awaits_key,    // a copy can begin with a key picture alone
  stands_still,  // one picture for so long that it may as well be encoded
  broke_off,     // packets were lost
  changed,       // the source's codec parameters are others
};
std::string_view name_of(Feeding feeding);

// The pictures are the source's and their times the program's: a picture is due with the first
// frame that showed it, so frame n of the copy is frame n of the program, whatever the source's
// rate and clock. A picture that no frame showed is kept all the same, since others need it: it is
// due in the last quarter of the tick before the one that was shown in its place, or with a Frame
// that was skipped and may have shown it. Where the program repeats a picture the copy has a hole.
// A Packet comes out when it is known for how long it was shown.
//
// It begins with a key picture, the newest before the frame it begins with. What it cannot go on
// with ends it; then it rests, for longer each time, before it begins anew: each beginning is a new
// file.
//
// Thread: one at a time. No clock, no file; bounded.
class StreamCopy {
 public:
  explicit StreamCopy(Rate rate) : rate_(rate) {}
  // The Frame that becomes timestamp 0.
  void begin(FrameNumber first) { first_ = first; }
  // In the order of the pipe, each before the Frame that shows it.
  void add(media::CodedPicture picture);
  // For each frame of the program, in their order. True: it is in the copy. False: it is not, and
  // what was copied before it has gone to `sink`.
  bool show(const media::Frame& frame, const PacketSink& sink);
  // The next picture is to be a key picture: where the source's is none, the copy ends.
  void ask_for_key() { wants_key_ = true; }
  void finish(const PacketSink& sink);

  Feeding feeding() const { return feeding_; }
  std::uint64_t copied() const { return copied_; }  // pictures

 private:
  struct Waiting {
    media::CodedPicture coded;
    std::optional<std::int64_t> pts = {};
    std::int64_t duration = 1;
  };

  Waiting* find(std::uint64_t id);
  std::int64_t in_time_base(std::int64_t frames) const;
  bool begin_copy(std::uint64_t id, std::int64_t number);
  std::optional<Feeding> reason_to_end(std::uint64_t id, std::int64_t number);
  bool brings_key(const Waiting& now) const;
  void go_on(Waiting& now, std::int64_t number, std::int64_t skipped, const PacketSink& sink);
  void end_copy(std::int64_t number, const PacketSink& sink);
  void rest(Feeding why, std::int64_t number);
  std::vector<Waiting*> passed_by(const media::CodedPicture& now);
  void pass_over(std::vector<Waiting*> pictures, std::int64_t from, std::int64_t until);
  std::int64_t last_quarter_before(std::int64_t number) const {
    return in_time_base(number) - in_time_base(1) / 4;
  }
  void send_front(const PacketSink& sink);
  void forget_before(const Waiting* now);
  std::int64_t seconds(std::int64_t count) const { return count * rate_.num / rate_.den; }

  const Rate rate_;
  FrameNumber first_;
  std::deque<Waiting> waiting_;  // in the order of decoding; while copying the one shown is in it
  std::uint64_t newest_opening_ = 0;
  bool needs_key_ = true;  // of what comes nothing can be decoded before a key picture
  bool wants_key_ = false;
  bool is_copying_ = false;
  Feeding feeding_ = Feeding::no_packets;
  std::uint64_t copied_ = 0;
  std::uint64_t shown_ = 0;  // id
  std::int64_t last_dts_ = 0;
  // frames, counted from `first_`
  std::int64_t newest_ = -1;
  std::int64_t began_ = 0;
  std::int64_t shown_since_ = 0;
  std::int64_t rests_until_ = 0;
  std::int64_t rest_ = 0;  // how long the last one was
};

}  // namespace xb::output

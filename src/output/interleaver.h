// Puts the Packets of two encoder threads into one order of time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <functional>

#include "media/frame.h"

namespace xb::output {

// A Packet is handed on once the other stream has reached its time, or when it would wait for more
// than 300 ms of media (one encoder stands still). Equal times: video first.
//
// Thread: none of its own; the caller locks.
class Interleaver {
 public:
  using Out = std::function<void(media::PacketRef)>;
  void push(media::PacketRef packet, const Out& out);
  void flush(const Out& out);

 private:
  void hand_on(const Out& out, bool is_end);
  std::array<std::deque<media::PacketRef>, 2> held_;  // video, audio
};

}  // namespace xb::output

// Fan-out: the one stream of Packets to every Output's own queue, in order of time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <vector>

#include "media/frame.h"
#include "output/interleaver.h"
#include "output/packet_queue.h"

namespace xb::output {

// Thread: push from venc and aenc; attach and detach from the owner. The mutex guards the list and
// the interleaver; nothing under it waits, so one stuck Output holds up no other.
class Hub {
 public:
  void push(media::PacketRef packet);
  // The queue must outlive its detach. A queue attached late starts at the next key frame.
  void attach(PacketQueue& queue);
  void detach(PacketQueue& queue);
  // The end of the run: hands on what the interleaver holds and ends every queue.
  void end();

 private:
  std::mutex mutex_;  // guards queues_ and interleaver_
  std::vector<PacketQueue*> queues_;
  Interleaver interleaver_;
};

}  // namespace xb::output

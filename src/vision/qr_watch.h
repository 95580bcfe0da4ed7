// QrWatch: reads the QR code on air back from the program's own key frames.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "media/frame.h"
#include "media/placement.h"

namespace xb::vision {

// A code that is on the Canvas and at rest from this frame of the program on.
struct QrOnAir {
  std::uint64_t number = 0;  // of this showing, told with every look at it
  FrameNumber from;
  media::PixelRect box;
  std::string link;
};

struct KeyFrame {
  media::PacketRef packet;
  FrameNumber frame;  // of the program
};

struct QrLook {
  std::uint64_t number = 0;
  bool can_be_scanned = false;
};

// Thread: `qr`, of low priority; the functions from any. Decodes a key frame each 1.5 s at most,
// and none while no code is on air.
class QrWatch {
 public:
  QrWatch(Mailbox<KeyFrame>& key_frames, Queue<QrLook>& looks, Clock& clock, Health& health);

  void watch(std::optional<QrOnAir> on_air);
  // Key frames are put into the mailbox only while this is true: one relaxed load.
  bool is_watching() const { return is_watching_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> is_watching_{false};
  Snapshot<std::optional<QrOnAir>> on_air_{"qr on air"};
  Worker worker_;  // last: it uses the above
};

}  // namespace xb::vision

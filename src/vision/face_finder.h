// FaceFinder: looks for faces in the camera picture twice a second.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <span>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "media/frame.h"
#include "vision/face_search.h"
#include "vision/faces.h"

namespace xb::vision {

// Thread: `faces`, of low priority; claim() from the program, set() from any. Without a cascade it
// says so in Health and never asks for a picture.
class FaceFinder {
 public:
  FaceFinder(Mailbox<media::Frame>& frames, Snapshot<Faces>& faces, Clock& clock, Health& health,
             std::span<const std::filesystem::path> folders = cascade_folders());

  // True once for each look: then the program puts the camera's picture into the mailbox. So none
  // is held between looks. Costs one relaxed load while nothing is asked for.
  bool claim() { return is_asking_.load(std::memory_order_relaxed) && is_asking_.exchange(false); }

  // For a machine that has no time to look; nothing is known about faces until it goes on.
  enum class Pace : std::uint8_t { looking = 1, paused };
  void set(Pace pace) { pace_.store(pace); }

 private:
  void run(Mailbox<media::Frame>& frames, Snapshot<Faces>& faces, Clock& clock, Health& health,
           FaceSearch search, std::stop_token stop);

  std::atomic<bool> is_asking_{false};
  std::atomic<Pace> pace_{Pace::looking};
  Worker worker_;  // last: it uses the above
};

}  // namespace xb::vision

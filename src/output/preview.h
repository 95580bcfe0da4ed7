// Small program pictures for the control room, made only while someone watches.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/result.h"
#include "media/frame.h"

namespace xb::output {

// Thread: watch() and is_watched() from any; the callbacks run on `preview` and must not block.
class Preview {
 public:
  using Jpeg = std::shared_ptr<const std::string>;
  using Watcher = std::function<void(Jpeg)>;

  Preview(Mailbox<media::Frame>& frames, Clock& clock, Health& health);
  ~Preview();
  // 640 wide (landscape) or 360 wide (portrait), at most 10 a second. Dropping the handle ends it;
  // after that the callback is not running and will not run again, so never drop it inside one. The
  // handle may outlive the Preview.
  std::shared_ptr<void> watch(Watcher watcher);
  // The program puts Frames into the mailbox only while this is true: one relaxed load.
  bool is_watched() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace xb::output

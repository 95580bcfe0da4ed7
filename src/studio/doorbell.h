// Doorbell: asks the servers of push addresses whether they are there, before anybody is live.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/result.h"
#include "base/worker.h"

namespace xb::studio {

// One after the other, each for 11 s at the most; what is asked while it ends is answered
// `cancelled`.
//
// Thread: `doorbell` runs inside, at low priority, and calls back there; ring() from any.
class Doorbell {
 public:
  // How long the answer took; see output::knock for what was asked.
  struct Answer {
    bool knows_application = false;
    Duration took{};
  };
  using Told = std::function<void(const Result<Answer>&)>;

  // `ca_file`: see OutputSpec.
  Doorbell(std::string ca_file, Clock& clock, Health& health);
  // `url` is an address of the Show, without a key. False when 8 wait: the caller says `busy`.
  bool ring(std::string url, Told told);

 private:
  struct Visit {
    std::string url;
    Told told;
  };
  Queue<Visit> visits_;
  Worker worker_;
};

}  // namespace xb::studio

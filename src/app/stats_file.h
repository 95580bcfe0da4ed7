// StatsFile: where `--stats FILE` goes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"

namespace xb::app {

// Lines of figures, written by the thread `stats`, so that a reader who stands still holds up
// nobody. A plain file gets every line (64 wait for a slow disk). Who reads from a FIFO gets whole
// lines, after a pause the newest; those passed over are counted in the log. A file that cannot be
// written makes the component `stats` degraded and is tried again with each line.
//
// Thread: put() any, never waits. The destructor takes along what waits, for 200 ms at the most.
class StatsFile {
 public:
  StatsFile(std::string path, Health& health);
  void put(std::string line) { lines_.push(std::move(line)); }

 private:
  void run(const std::stop_token& stop);

  const std::string path_;
  Health& health_;
  Queue<std::string> lines_;
  Worker worker_;
};

}  // namespace xb::app

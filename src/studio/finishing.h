// Finishing: when a Session is over, its recordings become plain MP4 files, one after the other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "session/data_folder.h"

namespace xb::studio {

struct FinishingFigures {
  std::string file;  // at work on it
  int percent = 0;
  int left = 0;  // files, this one included
};

// At the start it looks for what an earlier run has left: files of Sessions that have an end. What
// cannot be finished stays as it was recorded, is said in Health ("recording.finish") and waits for
// the next start.
//
// Thread: owner's; `finish` runs inside, at low priority, and rests while something is on air.
class Finishing {
 public:
  // `data` null: nothing is kept. Without `is_wanted` nothing is done, and there is no thread.
  Finishing(const session::DataFolder* data, bool is_wanted, Clock& clock, Health& health);
  ~Finishing();
  // Thread: any of the three below.
  void add(std::filesystem::path session);  // it is over
  void set_on_air(bool is_on_air) { is_on_air_.store(is_on_air); }
  std::optional<FinishingFigures> figures() const;

 private:
  void run(const std::stop_token& stop);
  void see_to(const std::filesystem::path& session, const std::stop_token& stop);
  void tell(std::optional<FinishingFigures> now);
  bool may_work(const std::stop_token& stop) const;

  const session::DataFolder* const data_;
  Clock& clock_;
  Health& health_;
  Queue<std::filesystem::path> sessions_;
  std::set<std::filesystem::path> failed_;  // the thread's own
  std::atomic<bool> is_on_air_{false};
  mutable std::mutex mutex_;  // guards figures_
  std::optional<FinishingFigures> figures_;
  Worker worker_;
};

}  // namespace xb::studio

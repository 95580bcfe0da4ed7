// Jobs: what takes minutes, one after the other, with progress and a way to stop it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/health.h"
#include "base/pipe.h"
#include "base/result.h"
#include "base/worker.h"
#include "net/json_fwd.h"
#include "review/evening.h"

namespace xb::review {

// What a job made.
struct JobOutcome {
  std::string name;
  std::string url;  // empty: it is nowhere below the library
  std::int64_t bytes = 0;
  std::string session = {};          // that it is, or is of
  std::vector<Sentence> notes = {};  // what differs from what was asked for
};

// Told 0..1; false: it is to stop.
using JobProgress = std::function<bool(double)>;
using JobWork = std::function<Result<JobOutcome>(const JobProgress&)>;

// Thread: `review-jobs`, at low priority, does the work; all calls from any. The newest 100 are
// remembered.
class Jobs {
 public:
  explicit Jobs(Health& health);
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Its id, "J1". Errors: busy (16 wait).
  Result<std::string> start(JobWork work);
  // As docs/wire.md section 13. Errors: review_unknown.
  Result<OrderedJson> report(const std::string& id);
  Status cancel(const std::string& id);

 private:
  struct Job {
    std::string id;
    JobWork work;
    std::atomic<bool> is_cancelled{false};
    std::atomic<double> progress{0};
    std::mutex mutex;  // guards outcome
    std::optional<Result<JobOutcome>> outcome;
  };
  std::shared_ptr<Job> find(const std::string& id);
  static void run(Job& job, const std::stop_token& stop);

  std::mutex mutex_;  // guards jobs_ and last_
  std::deque<std::shared_ptr<Job>> jobs_;
  std::int64_t last_ = 0;
  Queue<std::shared_ptr<Job>> waiting_;
  Worker worker_;  // last
};

}  // namespace xb::review

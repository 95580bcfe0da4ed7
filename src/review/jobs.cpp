// The loop of the thread `review-jobs`.
// SPDX-License-Identifier: Apache-2.0
#include "review/jobs.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/thrown.h"
#include "net/json.h"

namespace xb::review {
namespace {

constexpr std::size_t jobs_in_line = 16;
constexpr std::size_t jobs_remembered = 100;

Result<JobOutcome> guarded(const JobWork& work, const JobProgress& told) {
  try {
    return work(told);
  } catch (const std::exception& thrown) {
    log_thrown("review", "a job", thrown);
    return Error(ErrorCode::internal, "review-jobs");
  }
}

}  // namespace

Jobs::Jobs(Health& health) : waiting_("review to jobs", jobs_in_line, Overflow::refuse) {
  worker_ = Worker("review-jobs", health, [this](std::stop_token stop) {
    lower_this_thread();
    while (!stop.stop_requested()) {
      if (auto job = waiting_.pop(stop)) run(**job, stop);
    }
  });
}

void Jobs::run(Job& job, const std::stop_token& stop) {
  const auto told = [&](double progress) {
    job.progress.store(std::clamp(progress, 0.0, 1.0));
    return !job.is_cancelled.load() && !stop.stop_requested();
  };
  auto outcome =
      told(0) ? guarded(job.work, told) : Result<JobOutcome>(Error(ErrorCode::cancelled));
  const std::lock_guard lock(job.mutex);
  job.outcome = std::move(outcome);
}

Result<std::string> Jobs::start(JobWork work) {
  auto job = std::make_shared<Job>();
  job->work = std::move(work);
  const std::lock_guard lock(mutex_);
  job->id = "J" + std::to_string(last_ + 1);
  if (waiting_.push(std::shared_ptr<Job>(job)) == Pushed::refused)
    return Error(ErrorCode::busy, "16 jobs wait");
  ++last_;
  jobs_.push_back(job);
  if (jobs_.size() > jobs_remembered) jobs_.pop_front();
  return job->id;
}

std::shared_ptr<Jobs::Job> Jobs::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto at =
      std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& one) { return one->id == id; });
  return at == jobs_.end() ? nullptr : *at;
}

Status Jobs::cancel(const std::string& id) {
  const auto job = find(id);
  if (job == nullptr) return Error(ErrorCode::review_unknown);
  job->is_cancelled.store(true);
  return ok();
}

Result<OrderedJson> Jobs::report(const std::string& id) {
  const auto job = find(id);
  if (job == nullptr) return Error(ErrorCode::review_unknown);
  OrderedJson out{{"job", id},
                  {"state", "running"},
                  {"progress", job->progress.load()},
                  {"file", nullptr},
                  {"session", nullptr},
                  {"error", nullptr},
                  {"notes", OrderedJson::array()}};
  const std::lock_guard lock(job->mutex);
  if (!job->outcome) return out;
  if (*job->outcome) {
    const auto& made = **job->outcome;
    out["state"] = "done";
    out["progress"] = 1;
    out["file"] = {{"name", made.name},
                   {"url", made.url.empty() ? OrderedJson(nullptr) : OrderedJson(made.url)},
                   {"bytes", made.bytes}};
    if (!made.session.empty()) out["session"] = made.session;
    for (const auto& one : made.notes) out["notes"].push_back({{"zh", one.zh}, {"en", one.en}});
    return out;
  }
  const auto& error = job->outcome->error();
  const bool is_cancelled = error.code() == ErrorCode::cancelled;
  out["state"] = is_cancelled ? "cancelled" : "failed";
  if (!is_cancelled)
    out["error"] = {{"code", error.name()}, {"zh", error.zh()}, {"en", error.en()}};
  return out;
}

}  // namespace xb::review

// The loop of the thread `review`.
// SPDX-License-Identifier: Apache-2.0
#include "review/archive.h"

#include <exception>
#include <utility>

#include "base/thrown.h"
#include "review/backroom.h"

namespace xb::review {
namespace {

constexpr std::size_t jobs_waiting = 64;
constexpr std::size_t exports_waiting = 16;

// Who asked hears of it by the deadline of the request; the next one is answered.
void answer_guarded(const Archive::Job& job, Reading& reading) {
  try {
    job(reading);
  } catch (const std::exception& thrown) {
    log_thrown("review", "an answer", thrown);
  }
}

}  // namespace

Archive::Archive(ArchiveSettings settings, Clock& clock, Health& health)
    : shelf_(std::move(settings.library), settings.cache, clock),
      backroom_(std::make_unique<Backroom>(shelf_, clock, health, settings.beside_live)),
      works_(health),
      reading_(shelf_, *backroom_, works_, clock, std::move(settings.tall)),
      exporting_(shelf_, *backroom_, works_, clock, {}),
      jobs_("web to review", jobs_waiting, Overflow::refuse),
      exports_("web to export", exports_waiting, Overflow::refuse) {
  const auto goes_second = settings.beside_live == BesideLive::yes;
  worker_ = Worker("review", health, [this, goes_second](std::stop_token stop) {
    if (goes_second) lower_this_thread();
    while (auto job = jobs_.pop(stop)) answer_guarded(*job, reading_);
  });
  export_worker_ = Worker("review-export", health, [this](std::stop_token stop) {
    lower_this_thread();
    while (auto job = exports_.pop(stop)) answer_guarded(*job, exporting_);
  });
}

Archive::~Archive() = default;

bool Archive::post(Job job) {
  return jobs_.push(std::move(job)) != Pushed::refused;
}

bool Archive::post_export(Job job) {
  return exports_.push(std::move(job)) != Pushed::refused;
}

}  // namespace xb::review

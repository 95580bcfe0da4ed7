// The loop of the thread `review`.
// SPDX-License-Identifier: Apache-2.0
#include "review/archive.h"

#include <utility>

#include "review/backroom.h"

namespace xb::review {
namespace {

constexpr std::size_t jobs_waiting = 64;

}  // namespace

Archive::Archive(ArchiveSettings settings, Clock& clock, Health& health)
    : shelf_(std::move(settings.library), settings.cache, clock),
      backroom_(std::make_unique<Backroom>(shelf_, clock, health)),
      works_(health),
      reading_(shelf_, *backroom_, works_, clock, std::move(settings.tall)),
      jobs_("web to review", jobs_waiting, Overflow::refuse) {
  worker_ = Worker("review", health, [this](std::stop_token stop) {
    lower_this_thread();
    while (auto job = jobs_.pop(stop)) (*job)(reading_);
  });
}

Archive::~Archive() = default;

bool Archive::post(Job job) {
  return jobs_.push(std::move(job)) != Pushed::refused;
}

}  // namespace xb::review

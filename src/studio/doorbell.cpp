// The loop of the thread `doorbell`.
// SPDX-License-Identifier: Apache-2.0
#include "studio/doorbell.h"

#include <utility>

#include "output/registry.h"

namespace xb::studio {
namespace {

constexpr std::size_t visits_waiting = 8;

}  // namespace

Doorbell::Doorbell(std::string ca_file, Clock& clock, Health& health)
    : visits_("web to doorbell", visits_waiting, Overflow::refuse) {
  worker_ =
      Worker("doorbell", health,
             [this, ca_file = std::move(ca_file), &clock, &health](const std::stop_token& stop) {
               lower_this_thread();
               while (auto visit = visits_.pop(stop)) {
                 const auto before = clock.now();
                 const auto knows = output::knock(visit->url, ca_file, clock, health, stop);
                 if (knows)
                   visit->told(Answer{*knows, clock.now() - before});
                 else
                   visit->told(knows.error());
               }
             });
}

bool Doorbell::ring(std::string url, Told told) {
  return visits_.push({std::move(url), std::move(told)}) != Pushed::refused;
}

}  // namespace xb::studio

// Rates and limits. SPDX-License-Identifier: Apache-2.0
#include "output/way.h"

#include <algorithm>

namespace xb::output {
namespace {

constexpr Duration usually_in_flight = from_ms(200);
constexpr std::size_t least_in_flight = 16 * 1024;
constexpr std::int64_t lossy_part = 10;  // of what is sent
constexpr std::int64_t lossy_kbps = 35;  // two pieces in the time that is looked at
constexpr std::int64_t lossy_delay_ms = 700;
// Losses are counted more than once at times: what is taken is not said to be less at one look.
constexpr std::int64_t least_carried_part = 2;
constexpr std::int64_t slowest_part = 50;  // of the usual rate: slower counts as this

}  // namespace

void Way::begin(std::int64_t bits_per_second) {
  *this = Way();
  usual_kbps_ = std::max<std::int64_t>(1, bits_per_second / 1000);
}

void Way::look(std::uint64_t taken, std::optional<Duration> round_trip, MonoTime now,
               const std::optional<LinkLosses>& losses) {
  if (losses) {
    const auto add = [&](BitrateMeter& meter, std::uint64_t now_is, std::uint64_t& was) {
      if (now_is > was) meter.add(static_cast<std::size_t>(now_is - was), now);
      was = std::max(was, now_is);
    };
    add(sent_meter_, losses->sent, losses_.sent);
    add(lost_meter_, losses->lost, losses_.lost);
  }
  if (taken > taken_) meter_.add(static_cast<std::size_t>(taken - taken_), now);
  taken_ = std::max(taken, taken_);
  if (round_trip) shortest_ = std::min(*round_trip, shortest_.value_or(*round_trip));
}

std::size_t Way::most_in_flight(std::int64_t bits_per_second) const {
  if (!shortest_) return SIZE_MAX;
  const auto ms = to_ms(usually_in_flight + 2 * *shortest_);
  return std::max(least_in_flight, static_cast<std::size_t>(bits_per_second * ms / 8000));
}

std::optional<LinkLook> Way::tell(std::size_t bytes, MonoTime now) const {
  if (!shortest_) return std::nullopt;
  auto taken = meter_.kbps(now);
  const auto sent = sent_meter_.kbps(now);
  const auto lost = lost_meter_.kbps(now);
  const bool is_lossy = lost >= std::max(lossy_kbps, sent / lossy_part);
  if (is_lossy) taken = std::min(taken, std::max(sent - lost, sent / least_carried_part));
  const auto rate = std::max({taken, usual_kbps_ / slowest_part, std::int64_t{1}});
  const auto delay = static_cast<std::int64_t>(bytes) * 8 / rate - to_ms(*shortest_);
  return LinkLook{std::max<std::int64_t>(is_lossy ? lossy_delay_ms : 0, delay), taken};
}

}  // namespace xb::output

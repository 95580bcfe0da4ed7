// Rates and limits. SPDX-License-Identifier: Apache-2.0
#include "output/way.h"

#include <algorithm>

namespace xb::output {
namespace {

constexpr Duration usually_in_flight = from_ms(200);
constexpr std::size_t least_in_flight = 16 * 1024;
constexpr std::int64_t slowest_part = 50;  // of the usual rate: slower counts as this

}  // namespace

void Way::begin(std::int64_t bits_per_second) {
  *this = Way();
  usual_kbps_ = std::max<std::int64_t>(1, bits_per_second / 1000);
}

void Way::look(std::uint64_t taken, std::optional<Duration> round_trip, MonoTime now) {
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
  const auto taken = meter_.kbps(now);
  const auto rate = std::max({taken, usual_kbps_ / slowest_part, std::int64_t{1}});
  const auto delay = static_cast<std::int64_t>(bytes) * 8 / rate - to_ms(*shortest_);
  return LinkLook{std::max<std::int64_t>(0, delay), taken};
}

}  // namespace xb::output

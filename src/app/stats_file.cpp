// The thread `stats`.
// SPDX-License-Identifier: Apache-2.0
#include "app/stats_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "base/outlet.h"

namespace xb::app {
namespace {

constexpr std::size_t waiting_lines = 64;
constexpr Duration patience = std::chrono::milliseconds(100);
constexpr Duration longest_end = std::chrono::milliseconds(200);

}  // namespace

StatsFile::StatsFile(std::string path, Health& health)
    : path_(std::move(path)),
      health_(health),
      lines_("stats", waiting_lines, Overflow::drop_oldest),
      worker_("stats", health, [this](const std::stop_token& stop) { run(stop); }) {
}

void StatsFile::run(const std::stop_token& stop) {
  const SystemClock clock;
  std::optional<Outlet> out;
  std::uint64_t passed_over = 0;
  std::uint64_t told_lost = 0;
  auto latest = MonoTime::max();
  const auto is_over = [&] {
    if (stop.stop_requested() && latest == MonoTime::max()) latest = clock.now() + longest_end;
    return clock.now() >= latest;
  };
  const auto fail = [&](Error error) {
    out.reset();
    ++passed_over;
    health_.set("stats", Condition::degraded, std::move(error));
  };
  while (auto line = lines_.pop(stop)) {
    if (is_over()) return;
    while (out && !out->is_regular()) {
      auto newer = lines_.try_pop();
      if (!newer) break;
      line = std::move(newer);
      ++passed_over;
    }
    if (!out) {
      auto opened = Outlet::append_to(path_);
      if (!opened) {
        fail(std::move(opened).error());
        continue;
      }
      out.emplace(std::move(*opened));
      health_.set("stats", Condition::running);
    }
    *line += '\n';
    std::string_view rest = *line;
    // what was begun is ended before another begins: half a line is no line
    while (!rest.empty()) {
      if (auto written = out->write(rest, patience); !written) {
        fail(std::move(written).error().during(path_));
        break;
      }
      if (is_over()) return;
    }
    const auto lost = lines_.counters().lost;
    if (const auto count = passed_over + (lost - told_lost); rest.empty() && count > 0) {
      log_warn("stats", "{} lines left out: {} did not take them", count, path_);
      passed_over = 0;
      told_lost = lost;
    }
  }
}

}  // namespace xb::app

// The loop of the thread `setup`.
// SPDX-License-Identifier: Apache-2.0
#include "studio/setup_desk.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "output/fragment_file.h"

namespace xb::studio {
namespace {

constexpr std::size_t jobs_waiting = 32;

}  // namespace

std::optional<std::int64_t> Premises::seconds_left() const {
  if (data.empty() || bitrate_kbps <= 0) return std::nullopt;
  std::error_code code;
  // the folder is made when the first Session begins
  auto there = data;
  while (!std::filesystem::exists(there, code) && there.has_parent_path() &&
         there != there.parent_path())
    there = there.parent_path();
  const auto space = std::filesystem::space(there, code);
  if (code) return std::nullopt;
  const auto usable =
      space.available - std::min<std::uintmax_t>(space.available, output::kept_free);
  return static_cast<std::int64_t>(usable / 125U / static_cast<std::uint64_t>(bitrate_kbps));
}

SetupDesk::SetupDesk(ShowEditor editor, ShowShelf shelf, Premises premises, Health& health)
    : editor_(std::move(editor)),
      shelf_(std::move(shelf)),
      premises_(std::move(premises)),
      jobs_("web to setup", jobs_waiting, Overflow::refuse) {
  worker_ = Worker("setup", health, [this](std::stop_token stop) {
    lower_this_thread();
    while (auto job = jobs_.pop(stop)) (*job)(editor_);
  });
}

bool SetupDesk::post_look(Job job) {
  return jobs_.counters().depth < jobs_waiting / 2 && post(std::move(job));
}

bool SetupDesk::post(Job job) {
  return jobs_.push(std::move(job)) != Pushed::refused;
}

}  // namespace xb::studio

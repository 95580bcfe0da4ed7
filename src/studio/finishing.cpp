// One Session after the other, one file after the other.
// SPDX-License-Identifier: Apache-2.0
#include "studio/finishing.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "output/finisher.h"
#include "session/queries.h"
#include "session/recording_name.h"
#include "session/sessions.h"
#include "studio/chapters.h"

namespace xb::studio {
namespace {

namespace fs = std::filesystem;

constexpr const char* finish_component = "recording.finish";
constexpr std::size_t sessions_waiting = 64;
constexpr Duration rest = from_ms(200);
// The program has settled, and what is looked at first is on the page.
constexpr Duration after_start = from_ms(3000);

std::vector<fs::path> files_to_finish(const fs::path& session) {
  std::vector<fs::path> out;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(session, code)) {
    const auto name = entry.path().filename().string();
    if (!session::is_recording_name(name) || !entry.is_regular_file(code)) continue;
    if (output::is_in_fragments(entry.path()).value_or(false)) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A Session without an end may go on.
bool is_over(session::Reader& ledger) {
  const auto ends = ledger.last_of(session::EntryKind::end, 1);
  return ends && !ends->empty();
}

}  // namespace

Finishing::Finishing(const session::DataFolder* data, bool is_wanted, Clock& clock, Health& health)
    : data_(data),
      clock_(clock),
      health_(health),
      sessions_("floor to finish", sessions_waiting, Overflow::refuse) {
  if (data_ == nullptr || !is_wanted) return;
  worker_ = Worker("finish", health, [this](const std::stop_token& stop) {
    lower_this_thread();
    run(stop);
  });
}

Finishing::~Finishing() {
  worker_.request_stop();
  worker_.join();
}

void Finishing::add(fs::path session) {
  if (worker_.is_running()) sessions_.push(std::move(session));
}

std::optional<FinishingFigures> Finishing::figures() const {
  std::lock_guard lock(mutex_);
  return figures_;
}

void Finishing::tell(std::optional<FinishingFigures> now) {
  std::lock_guard lock(mutex_);
  figures_ = std::move(now);
}

// False: stop. Waits while something is on air.
bool Finishing::may_work(const std::stop_token& stop) const {
  while (is_on_air_.load() && !stop.stop_requested()) clock_.wait_until(clock_.now() + rest, stop);
  return !stop.stop_requested();
}

void Finishing::run(const std::stop_token& stop) {
  if (clock_.wait_until(clock_.now() + after_start, stop) != Waited::reached) return;
  for (const auto& session : session::session_folders(*data_)) see_to(session, stop);
  while (auto session = sessions_.pop(stop)) {
    if (stop.stop_requested()) return;
    see_to(*session, stop);
  }
}

void Finishing::see_to(const fs::path& session, const std::stop_token& stop) {
  if (!may_work(stop)) return;
  auto files = files_to_finish(session);
  std::erase_if(files, [&](const auto& file) { return failed_.contains(file); });
  if (files.empty()) return;
  auto ledger = session::Reader::open(session);
  if (!ledger || !is_over(*ledger)) return;
  const auto chapters = chapters_of(*ledger).value_or(ChaptersByFile());
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto name = files[i].filename().string();
    FinishingFigures figures{name, 0, static_cast<int>(files.size() - i)};
    const auto its = chapters.find(name);
    const auto done = output::finish_recording(
        files[i], its == chapters.end() ? std::span<const output::Chapter>() : its->second,
        [&](double part) {
          figures.percent = static_cast<int>(100 * part);
          tell(figures);
          return may_work(stop);
        });
    tell(std::nullopt);
    if (stop.stop_requested()) return;
    if (done) {
      log_info(finish_component, "{} is a plain MP4 now", files[i].string());
      if (failed_.empty()) health_.set(finish_component, Condition::running);
      continue;
    }
    log_error(finish_component, "{}", done.error().log_line());
    failed_.insert(files[i]);
    health_.set(finish_component, Condition::degraded, Error(ErrorCode::finish_failed, name));
  }
}

}  // namespace xb::studio

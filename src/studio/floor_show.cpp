// The floor thread: the Show read again while the program runs.
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/log.h"
#include "studio/floor.h"
#include "studio/reload.h"

namespace xb::studio {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const auto& part : parts) out.append(out.empty() ? "" : between).append(part);
  return out;
}

}  // namespace

void Floor::handle(ReadShow read) {
  auto& health = parts_.health;
  if (read.show) {
    read.problems = tables_gone(read_, *read.show);
    if (!read.problems.empty()) read.show.reset();
  }
  if (!read.show) {
    auto first = first_of(std::move(read.problems), parts_.plan.show.folder);
    return health.set("show", Condition::degraded,
                      Error(ErrorCode::show_not_taken, std::move(first.zh), std::move(first.en)));
  }
  health.set("show", Condition::running);
  auto next = reload(parts_.plan.show, std::move(*read.show));
  if (next.waiting.empty()) {
    health.set("show.restart", Condition::running);
  } else {
    health.set("show.restart", Condition::degraded,
               Error(ErrorCode::show_needs_restart, joined(next.waiting, "、"),
                     joined(next.waiting, ", ")));
  }
  if (is_same_on_air(next.show, read_)) return;
  log_info("floor", "the Show was read again");
  auto rows = changes_of(read_, next.show);
  parts_.notes.sign(rows);
  read_ = std::move(next.show);
  changes_.push_back({show_version_ + 1, std::move(rows), read.changed});
  use_show();
}

// The Scene goes out before the tables: so no frame has goods beside a caption that has just become
// a heritage one, and none lacks the row of what is still on.
void Floor::use_show() {
  const auto shown = show_.read()->tables;
  const auto caption = director_.scene().caption;
  const auto note = director_.use(keep_rows_on_air(read_.tables, *shown, director_.scene()).tables,
                                  parts_.program.now());
  if (note.zh.empty()) {
    parts_.health.set("show.caption", Condition::running);
  } else {
    parts_.health.set("show.caption", Condition::degraded,
                      Error(ErrorCode::caption_taken_off, caption.value_or("")));
  }
  auto rows = keep_rows_on_air(read_.tables, *shown, director_.scene());
  director_.use(rows.tables, parts_.program.now());
  send_scene();
  has_kept_ = !rows.kept.empty();
  report_rows(rows.kept);
  auto next = read_;
  next.tables = std::move(rows.tables);
  ++show_version_;
  parts_.binder.show(next, show_version_);
  show_.publish(std::make_shared<const Show>(std::move(next)));
}

void Floor::report_rows(const std::vector<std::string>& kept) {
  if (kept.empty()) return parts_.health.set("show.row", Condition::running);
  parts_.health.set("show.row", Condition::degraded,
                    Error(ErrorCode::show_row_gone, joined(kept, "、"), joined(kept, ", ")));
}

// The files are written on `setup`; what stands in them comes back as another reading of the Show.
bool Floor::hand_to_setup(Asked& asked) {
  const auto deed = read_command(asked.command.name, asked.command.args);
  const auto* price = deed ? std::get_if<SetPrice>(&*deed) : nullptr;
  if (price == nullptr || !parts_.set_price) return false;
  auto shared = std::make_shared<Settled>(Settled{std::move(asked), {}, {}});
  const bool is_taken = parts_.set_price(*price, shared->asked.command.who,
                                         [to = settled_, shared](const Status& status) {
                                           if (!status) shared->error = status.error();
                                           if (to->push(Settled(*shared)) != Pushed::refused)
                                             return;
                                           Answer busy;
                                           busy.error = Error(ErrorCode::busy, "256 answers wait");
                                           shared->asked.reply(busy);
                                         });
  if (!is_taken) finish(shared->asked, Error(ErrorCode::busy, "32 changes wait"));
  return true;
}

OrderedJson Floor::changes_until(std::uint64_t version, MonoTime shown_at) {
  auto out = OrderedJson::array();
  for (; !changes_.empty() && changes_.front().version <= version; changes_.pop_front()) {
    auto& change = changes_.front();
    for (auto& row : change.rows) out.push_back(std::move(row));
    show_latency_ms_ = std::chrono::duration<double, std::milli>(shown_at - change.changed).count();
  }
  return out;
}

}  // namespace xb::studio

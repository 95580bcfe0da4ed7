// From what an Output tells to an Entry.
// SPDX-License-Identifier: Apache-2.0
#include "studio/output_journal.h"

#include <utility>

#include "net/json.h"

namespace xb::studio {

OutputJournal::OutputJournal(std::shared_ptr<session::Ledger> ledger, MonoTime program_start,
                             Rate rate, Clock& clock)
    : ledger_(std::move(ledger)), program_start_(program_start), rate_(rate), clock_(clock) {
}

void OutputJournal::output(const output::OutputStats& now) {
  auto json = net::dump(
      OrderedJson{{"name", now.name},
                  {"state", output::name_of(now.state)},
                  {"code", now.error ? OrderedJson(now.error->name()) : OrderedJson(nullptr)}});
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(told_[now.name], json) == json) return;
  }
  keep(session::EntryKind::output, SessionTime(clock_.now() - program_start_), std::move(json));
}

void OutputJournal::file(const output::RecordedFile& file, FrameNumber first) {
  const auto us = file.ends_us.value_or(file.begins_us);
  // times of frames are rounded down; half a frame more finds them again
  const auto frames = frame_at(SessionTime(std::chrono::microseconds(us)) +
                                   time_of(FrameNumber{1}, rate_).time_since_epoch() / 2,
                               rate_);
  const FrameNumber frame{first.value + frames.value};
  OrderedJson json{{"name", file.path.filename().string()},
                   {file.ends_us ? "end_frame" : "first_frame", frame.value}};
  if (file.is_as_delivered && !file.ends_us) json["as_delivered"] = true;
  keep(session::EntryKind::file, time_of(frame, rate_), net::dump(json));
}

void OutputJournal::keep(session::EntryKind kind, SessionTime time, std::string json) {
  session::Entry entry;
  entry.kind = kind;
  entry.time = time;
  entry.wall = clock_.wall();
  entry.json = std::move(json);
  ledger_->append(std::move(entry));
}

}  // namespace xb::studio

// From a numbered event to an Entry.
// SPDX-License-Identifier: Apache-2.0
#include "studio/journal.h"

#include <utility>

#include "net/json.h"
#include "session/entry.h"

namespace xb::studio {
namespace {

class LedgerJournal final : public chat::Journal {
 public:
  LedgerJournal(std::shared_ptr<session::Ledger> ledger, MonoTime program_start, Clock& clock)
      : ledger_(std::move(ledger)), program_start_(program_start), clock_(clock) {}

  void append(const chat::NumberedRef& event, const chat::CounterState& after,
              Done committed) override {
    if (ledger_ == nullptr) return committed(Error(ErrorCode::database_failed, "no ledger"));
    session::Entry entry;
    entry.kind = session::EntryKind::chat;
    entry.time = SessionTime(event->received - program_start_);
    entry.wall = clock_.wall();
    entry.json = event->stored();
    entry.seq = static_cast<std::int64_t>(event->sequence);
    entry.platform = event->event.platform;
    entry.event_id = event->event.id;
    if (event->event.user) entry.user_id = event->event.user->id;
    if (chat::is_counted(event->event.kind)) entry.counter = net::dump(chat::to_json(after));
    if (const auto* person = chat::person_of(after, event->event))
      entry.standing = session::Standing{person->is_following, person->is_gained};
    entry.has_spoken = after.speakers.contains(chat::person_key(entry.platform, entry.user_id));
    ledger_->append(std::move(entry), std::move(committed));
  }

  void reserve(std::uint64_t below, Done done) override {
    if (ledger_ == nullptr) return done(ok());
    ledger_->reserve_sequence(static_cast<std::int64_t>(below) - 1, std::move(done));
  }

 private:
  // the chat loop may be behind and still hold this when the Session is over
  const std::shared_ptr<session::Ledger> ledger_;
  const MonoTime program_start_;
  Clock& clock_;
};

}  // namespace

std::shared_ptr<chat::Journal> make_journal(std::shared_ptr<session::Ledger> ledger,
                                            MonoTime program_start, Clock& clock) {
  return std::make_shared<LedgerJournal>(std::move(ledger), program_start, clock);
}

}  // namespace xb::studio

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
    entry.json = event->json;
    entry.seq = static_cast<std::int64_t>(event->sequence);
    entry.platform = event->event.platform;
    entry.event_id = event->event.id;
    if (event->event.user) entry.user_id = event->event.user->id;
    switch (event->event.kind) {
      case chat::Kind::follow: entry.following = true; break;
      case chat::Kind::unfollow: entry.following = false; break;
      default: break;
    }
    if (is_checkpoint_due()) entry.counter = net::dump(chat::to_json(after));
    ledger_->append(std::move(entry), std::move(committed));
  }

  void reserve(std::uint64_t below, Done done) override {
    if (ledger_ == nullptr) return done(ok());
    ledger_->reserve_sequence(static_cast<std::int64_t>(below) - 1, std::move(done));
  }

 private:
  // The whole Counter with all its people is written now and then; a restart folds the Entries
  // after it again.
  bool is_checkpoint_due() {
    const auto now = clock_.now();
    if (++since_checkpoint_ < checkpoint_events && now < next_checkpoint_) return false;
    since_checkpoint_ = 0;
    next_checkpoint_ = now + checkpoint_every;
    return true;
  }

  static constexpr int checkpoint_events = 5000;
  static constexpr Duration checkpoint_every = std::chrono::seconds(10);
  int since_checkpoint_ = 0;
  MonoTime next_checkpoint_;
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

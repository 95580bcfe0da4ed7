// ScanChat: the events of an evening through the Counter that counts live.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chat/counter.h"
#include "review/evening.h"
#include "review/glance.h"
#include "session/queries.h"

namespace xb::review {

// Thread: one at a time. Pure. Only what counts is read whole: a message costs some hundred
// nanoseconds.
class ScanChat {
 public:
  // The Counter the Session began with.
  explicit ScanChat(chat::CounterState begin);
  // What the picture showed first, where an older Ledger does not tell what the Counter was then.
  void begin_from(std::int64_t total, std::int64_t gained);
  void take(const session::EntryRow& row, Evening& out);
  // The question that was asked by the message of this number, whichever of its askings that is,
  // was answered for all who asked until now. As the Desk: it had waited for ten minutes after it
  // was asked last.
  void answered(std::int64_t seq, Evening& out);
  // The Session goes on after an interruption, with this baseline of the Show.
  void resume(std::int64_t t, std::int64_t baseline);
  // Curves and figures; `stored` is the Counter as the Ledger has it after its last Entry.
  void finish(const std::optional<chat::CounterState>& stored, Evening& out);

 private:
  void count(const session::EntryRow& row, std::int64_t t, Evening& out);
  void step(std::int64_t t);
  void hear(const EventGlance& glance, const session::EntryRow& row, std::int64_t t, Evening& out);
  // The matter of a question by a number of our own, one for all when there are too many of them;
  // nothing where a text asks nothing.
  std::optional<std::size_t> matter_of(std::string_view text);
  void note_hidden(const chat::ChatEvent& event);
  void fill_products(Evening& out) const;

  chat::CounterState counter_;
  std::int64_t began_ = 0;  // what had been gained before, earlier that day
  std::vector<Point> gained_, total_, watching_, questions_;
  std::unordered_map<std::size_t, std::optional<std::size_t>> judged_;  // texts, by hash
  std::unordered_map<std::string, std::size_t> matters_;
  struct Waiting {
    std::int64_t count = 0;
    std::int64_t asked = 0;
  };
  std::vector<Waiting> waiting_;  // by matter
  struct Asking {
    std::int64_t seq = 0;
    std::size_t matter = 0;
  };
  std::vector<Asking> asked_;  // the latest; their numbers rise
  std::set<std::int64_t> taken_away_;
  std::int64_t entries_ = 0;
  std::int64_t unreadable_ = 0;
  std::int64_t latest_ = 0;
};

}  // namespace xb::review

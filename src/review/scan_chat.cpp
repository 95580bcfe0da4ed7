// Most events are glanced at, the counted ones are read and folded.
// SPDX-License-Identifier: Apache-2.0
#include "review/scan_chat.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "chat/questions.h"
#include "chat/restore.h"
#include "review/json_bits.h"
#include "review/thin.h"

namespace xb::review {
namespace {

constexpr std::int64_t entries_a_waymark = 512;
constexpr std::size_t most_taken_away = 100'000;
constexpr std::size_t most_judged = 65'536;
constexpr std::size_t most_matters = 65'536;
constexpr std::size_t most_asked = 500'000;
constexpr std::int64_t waits_ms = 600'000;  // as chat::Questions
constexpr std::int64_t minute_ms = 60'000;

// The value a step curve has at `t`; 0 before its first.
std::int64_t value_at(const std::vector<Point>& points, std::int64_t t) {
  const auto after = std::upper_bound(points.begin(), points.end(), t,
                                      [](std::int64_t when, const Point& p) { return when < p.t; });
  return after == points.begin() ? 0 : std::prev(after)->value;
}

}  // namespace

ScanChat::ScanChat(chat::CounterState begin) : counter_(std::move(begin)) {
  began_ = counter_.gained;
  step(0);
}

void ScanChat::begin_from(std::int64_t total, std::int64_t gained) {
  counter_.baseline = std::max<std::int64_t>(0, total);
  counter_.gained = began_ = gained;
  gained_.clear();
  total_.clear();
  watching_.clear();
  step(0);
}

void ScanChat::take(const session::EntryRow& row, Evening& out) {
  const auto t = ms_of(row.time());
  latest_ = std::max(latest_, t);
  if (entries_++ % entries_a_waymark == 0) out.waymarks.push_back({row.n(), latest_});
  const auto json = row.json();
  const auto glance = event_at_a_glance(json);
  if (!glance) {
    ++unreadable_;
    return;
  }
  switch (glance->kind) {
    case chat::Kind::chat: return hear(*glance, row, t, out);
    case chat::Kind::gift: ++out.figures.gifts; return;
    case chat::Kind::moderation: {
      const auto event = chat::stored_event(json);
      return event ? note_hidden((*event)->event) : void(++unreadable_);
    }
    default:
      if (chat::is_counted(glance->kind)) count(row, t, out);
  }
}

void ScanChat::hear(const EventGlance& glance, const session::EntryRow& row, std::int64_t t,
                    Evening& out) {
  if (glance.is_hidden || glance.is_hosts) return;
  ++out.figures.comments;
  const auto minute = t / minute_ms * minute_ms;
  if (out.comments.empty() || out.comments.back().t < minute) out.comments.push_back({minute, 0});
  ++out.comments.back().value;
  auto text = glance.text;
  std::string kept;
  if (!text) {
    kept = text_of(object_in(row.json()), "text");
    text = kept;
  }
  const auto matter = matter_of(*text);
  if (!matter) return;
  ++out.figures.questions;
  add_step(questions_, t, out.figures.questions);
  if (*matter == most_matters) return;  // nobody can say for whom an answer is
  if (asked_.size() >= most_asked)
    asked_.erase(asked_.begin(), asked_.begin() + static_cast<std::ptrdiff_t>(most_asked / 2));
  if (waiting_.size() <= *matter) waiting_.resize(*matter + 1);
  auto& waits = waiting_[*matter];
  if (t - waits.asked > waits_ms) waits.count = 0;
  ++waits.count;
  waits.asked = std::max(waits.asked, t);
  if (const auto seq = row.seq()) asked_.push_back({*seq, *matter});
}

// People ask the same; and finding the matter of a text costs more than looking it up.
std::optional<std::size_t> ScanChat::matter_of(std::string_view text) {
  const auto key = std::hash<std::string_view>{}(text);
  if (const auto known = judged_.find(key); known != judged_.end()) return known->second;
  std::optional<std::size_t> out;
  if (auto matter = chat::matter_of(text)) {
    const auto at = matters_.find(*matter);
    out = at != matters_.end() ? at->second : matters_.size();
    if (at == matters_.end() && matters_.size() < most_matters)
      matters_.emplace(std::move(*matter), matters_.size());
  }
  if (judged_.size() < most_judged) judged_.emplace(key, out);
  return out;
}

void ScanChat::answered(std::int64_t seq, Evening& out) {
  const auto at =
      std::lower_bound(asked_.begin(), asked_.end(), seq,
                       [](const Asking& one, std::int64_t wanted) { return one.seq < wanted; });
  if (at == asked_.end() || at->seq != seq) return;
  out.figures.answered += std::exchange(waiting_[at->matter].count, 0);
}

void ScanChat::note_hidden(const chat::ChatEvent& event) {
  if (!event.own) return;
  for (const auto seq : event.own->seqs) {
    if (event.own->is_shown_again)
      taken_away_.erase(static_cast<std::int64_t>(seq));
    else if (taken_away_.size() < most_taken_away)
      taken_away_.insert(static_cast<std::int64_t>(seq));
  }
}

void ScanChat::count(const session::EntryRow& row, std::int64_t t, Evening& out) {
  const auto stored = chat::stored_event(row.json());
  if (!stored) {
    ++unreadable_;
    return;
  }
  const auto& event = (*stored)->event;
  const auto folded = chat::fold(counter_, event);
  if (folded.has_changed) step(t);
  if (folded.gains <= 0 || out.pluses.size() >= most_in_lane) return;
  out.pluses.push_back({t, row.seq().value_or(0), event.user ? event.user->name : std::string(),
                        event.platform, event.own ? event.own->by : "feed", folded.gains});
  if (out.pluses.back().by.empty()) out.pluses.back().by = "operator";
}

void ScanChat::step(std::int64_t t) {
  const auto figures = chat::figures_of(counter_);
  add_step(gained_, t, figures.gained - began_);
  add_step(total_, t, figures.total);
  add_step(watching_, t, figures.viewers);
}

void ScanChat::resume(std::int64_t t, std::int64_t baseline) {
  counter_ = chat::with_baseline(std::move(counter_), baseline);
  step(t);
}

// How many asked and came while each card was on: no more than that they came meanwhile.
void ScanChat::fill_products(Evening& out) const {
  for (auto& product : out.products) {
    const auto [from, to] = product.on;
    product.questions = value_at(questions_, to - 1) - value_at(questions_, from - 1);
    product.gained = value_at(gained_, to) - value_at(gained_, from);
  }
}

void ScanChat::finish(const std::optional<chat::CounterState>& stored, Evening& out) {
  fill_products(out);
  const auto figures = chat::figures_of(counter_);
  out.figures.gained = figures.gained - began_;
  out.figures.total = figures.total;
  out.figures.likes = figures.likes;
  for (const auto& point : watching_) {
    if (point.value > 0 &&
        (!out.figures.peak_watching || point.value > out.figures.peak_watching->value))
      out.figures.peak_watching = point;
  }
  out.gained = thinned(gained_, most_points);
  out.total = thinned(total_, most_points);
  out.watching = thinned(watching_, most_points);
  out.comments = thinned(out.comments, most_points);
  out.taken_away.assign(taken_away_.begin(), taken_away_.end());
  if (unreadable_ > 0)
    out.missing.push_back({"有 " + std::to_string(unreadable_) + " 条弹幕读不出来",
                           std::to_string(unreadable_) + " chat Entries cannot be read"});
  if (!stored) return;
  const auto then = chat::figures_of(*stored);
  if (then.gained == figures.gained && then.total == figures.total) return;
  out.missing.push_back(
      {"涨粉曲线重算到最后是新增 " + std::to_string(figures.gained) + "、总数 " +
           std::to_string(figures.total) + "，当时计数器是 " + std::to_string(then.gained) + "、" +
           std::to_string(then.total) + "：账本没有说明为什么",
       "The curve ends at gained " + std::to_string(figures.gained) + ", total " +
           std::to_string(figures.total) + "; the Counter then had " + std::to_string(then.gained) +
           " and " + std::to_string(then.total) + ": the ledger does not tell why"});
}

}  // namespace xb::review

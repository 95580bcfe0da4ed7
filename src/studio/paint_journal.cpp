// Looks become drafts of Entries: one a turn on air, one for some seconds while nothing is written.
// SPDX-License-Identifier: Apache-2.0
#include "studio/paint_journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "studio/paint_json.h"

namespace xb::studio {
namespace {

using std::chrono::seconds;

constexpr Duration remembered = seconds(30);   // of what an Artist's own memory reaches back
constexpr Duration draft_length = seconds(5);  // while nothing is written
constexpr std::size_t most_readings = 16;
// Of an Entry, which may have 1 MiB: a look is 300 bytes, and 10 KB when all of it changes.
constexpr std::size_t most_looks = 64;
// A reader that lost its way goes on there.
constexpr Duration whole_every = seconds(60);

}  // namespace

void PaintJournal::painted(const overlay::Painted& look) {
  auto& draft = draft_for(look);
  auto paint = OrderedJson::array({to_ns(look.now)});
  const bool is_first = draft.paints.empty();
  if (!is_first || !draft.whole) {
    if (auto patch = paint_change(*scene_, *values_, *look.scene, *look.values); !patch.empty())
      paint.push_back(OrderedJson(std::move(patch)));
  }
  draft.paints.push_back(std::move(paint));
  draft.next = look.number + 1;
  draft.time = look.now;
  scene_ = look.scene;
  values_ = look.values;
  if (look.set) sets_.emplace_back(look.set, look.number);
  next_ = look.number + 1;
  if (!is_on_) forget_old(look.now);
}

// The one this look goes into; a new one where it cannot follow what is there.
PaintJournal::Draft& PaintJournal::draft_for(const overlay::Painted& look) {
  const bool is_other_show = !values_ || values_->show_version != look.values->show_version;
  const bool has_lost = look.number != next_;
  const bool is_full = !drafts_.empty() && drafts_.back().paints.size() >= most_looks;
  const bool is_long = !is_on_ && look.now - last_whole_ >= draft_length;
  const bool is_new = is_other_show || has_lost || needs_whole_ || is_full || is_long;
  if (!is_new && !drafts_.empty() && drafts_.back().values) return drafts_.back();
  const bool is_whole =
      needs_whole_ || has_lost || !is_on_ || look.now - last_whole_ >= whole_every;
  auto& draft = drafts_.emplace_back();
  draft.values = look.values;
  draft.first = look.number;
  draft.lost = has_lost ? look.number - next_ : 0;
  if (is_whole) {
    draft.whole = paint_state(*look.scene, *look.values);
    needs_whole_ = false;
    last_whole_ = look.now;
  }
  if (is_other_show) {
    auto& first = firsts_.emplace_back();
    first.values = look.values;
    first.first = look.number;
    first.whole = paint_state(*look.scene, *look.values);
    first.paints.push_back(OrderedJson::array({to_ns(look.now)}));
    first.time = look.now;
    if (firsts_.size() > most_readings) firsts_.pop_front();
  }
  return draft;
}

void PaintJournal::forget_old(SessionTime now) {
  while (drafts_.size() > 1 && drafts_.front().time < now - remembered) drafts_.pop_front();
}

PaintJournal::Draft& PaintJournal::last_draft() {
  if (drafts_.empty()) drafts_.emplace_back();
  return drafts_.back();
}

void PaintJournal::aired(const Aired& aired) {
  const auto found = std::find_if(sets_.begin(), sets_.end(),
                                  [&](const auto& known) { return known.first == aired.set; });
  const bool is_known = found != sets_.end();
  // before the first look there is an empty set; of a look that was lost on the way the newest
  // known one is the nearest
  const std::uint64_t number = is_known ? found->second : has_shown_ ? next_ - 1 : 0;
  if (is_known) sets_.erase(sets_.begin(), found);
  auto& draft = last_draft();
  on_screen_ = OrderedJson::array({number, aired.frame.value});
  draft.aired.push_back(*on_screen_);
  if (aired.repeated_from)
    draft.repeated.push_back(OrderedJson::array({aired.repeated_from->value, aired.frame.value}));
  draft.is_late = draft.is_late || aired.is_late || (has_shown_ && !is_known);
  has_shown_ = has_shown_ || is_known;
  draft.time = std::max(draft.time, aired.time);
}

void PaintJournal::begin() {
  is_on_ = true;
  written_show_.reset();
  needs_whole_ = needs_whole_ || drafts_.empty();
  // those that come in their turn anyway
  const auto with_looks = std::find_if(drafts_.begin(), drafts_.end(),
                                       [](const Draft& draft) { return draft.values != nullptr; });
  const auto oldest = with_looks == drafts_.end() ? next_ : with_looks->first;
  for (auto first = firsts_.rbegin(); first != firsts_.rend(); ++first) {
    if (first->first < oldest) drafts_.push_front(*first);
  }
  if (!on_screen_) return;
  // what is on screen may have come there before all that is remembered
  auto& first = last_draft();
  if (first.aired.empty()) first.aired.push_back(*on_screen_);
}

void PaintJournal::lost() {
  needs_whole_ = true;
  written_show_.reset();
}

void PaintJournal::end() {
  is_on_ = false;
  drafts_.clear();
  needs_whole_ = true;
}

std::vector<PaintJournal::Kept> PaintJournal::take() {
  std::vector<Kept> out;
  if (!is_on_) return out;
  for (auto& draft : drafts_) {
    if (draft.values && draft.values->show_version != written_show_) {
      written_show_ = draft.values->show_version;
      out.push_back({session::EntryKind::show, draft.time, painted_show(*draft.values)});
    }
    out.push_back({session::EntryKind::paint, draft.time, json_of(draft)});
  }
  drafts_.clear();
  return out;
}

OrderedJson PaintJournal::json_of(Draft& draft) const {
  OrderedJson json;
  if (!draft.paints.empty()) {
    json["first"] = draft.first;
    if (draft.whole) json["whole"] = OrderedJson(std::move(*draft.whole));
    json["paints"] = std::move(draft.paints);
  }
  if (!draft.aired.empty()) json["aired"] = std::move(draft.aired);
  if (!draft.repeated.empty()) json["repeated"] = std::move(draft.repeated);
  if (draft.lost > 0) json["lost"] = draft.lost;
  if (draft.is_late) json["late"] = true;
  return json;
}

}  // namespace xb::studio

// Patches are applied when their look is taken; everything is checked, for the file may be foreign.
// SPDX-License-Identifier: Apache-2.0
#include "studio/replay.h"

#include <algorithm>
#include <utility>

#include "net/json_patch.h"
#include "overlay/theme.h"
#include "rules/heritage_lock.h"
#include "studio/paint_json.h"
#include "studio/present.h"

namespace xb::studio {
namespace {

// Both tables of a Show at their largest, and its mark; what a look holds is some hundred values.
constexpr net::JsonLimits entry_limits{.bytes = std::size_t{8} << 20U, .depth = 40};
constexpr std::size_t most_values = 4096;
constexpr std::size_t deepest = 12;
constexpr std::size_t most_looks_waiting = 1'000'000;
constexpr std::size_t most_shows = 1000;
constexpr std::int64_t largest_number = std::int64_t{1} << 53U;
constexpr Duration longest_time = std::chrono::hours(24 * 400);

// False once there are more than `left`, or they lie too deep.
bool count(const Json& json, std::size_t& left, std::size_t depth) {
  if (left == 0 || depth == 0) return false;
  --left;
  if (!json.is_structured()) return true;
  return std::all_of(json.begin(), json.end(),
                     [&](const Json& one) { return count(one, left, depth - 1); });
}

bool is_of_a_size(const Json& json) {
  auto left = most_values;
  return count(json, left, deepest);
}

Result<std::int64_t> whole_number(const Json& list, std::size_t at, const char* what) {
  const bool is_there = list.is_array() && at < list.size() && list[at].is_number_integer();
  const auto value = is_there ? list[at].get<std::int64_t>() : -1;
  if (value < 0 || value > largest_number) return Error(ErrorCode::json_invalid, what);
  return value;
}

// A list below `key`; an empty one where there is none.
Result<const Json*> list_of(const Json& json, const char* key) {
  static const Json none = Json::array();
  const auto found = json.find(key);
  if (found == json.end()) return &none;
  if (!found->is_array()) return Error(ErrorCode::json_invalid, key);
  return &*found;
}

const overlay::Caption* find(const overlay::LiveValues& values,
                             const std::optional<std::string>& id) {
  const auto& all = values.tables->captions;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
  return id && found != all.end() ? &*found : nullptr;
}

}  // namespace

void Replay::add(const session::StoredEntry& entry) {
  using enum session::EntryKind;
  if (entry.kind == gap) {
    is_after_loss_ = true;
    return;
  }
  if (entry.kind != show && entry.kind != paint) return;
  const auto json = net::parse_json(entry.json, entry_limits);
  if (!json) return note(entry, json.error());
  if (!json->is_object()) return note(entry, Error(ErrorCode::json_invalid, "not an object"));
  auto added = entry.kind == show ? add_show(*json) : add_paint(*json);
  if (!added) note(entry, added.error());
}

void Replay::note(const session::StoredEntry& entry, const Error& error) {
  ++faults_.entries;
  is_after_loss_ = true;
  if (!faults_.first) faults_.first = "n=" + std::to_string(entry.n) + ": " + error.detail();
}

Status Replay::add_show(const Json& json) {
  if (shows_.size() >= most_shows) return Error(ErrorCode::json_invalid, "too many");
  overlay::LiveValues values;
  XB_TRY(put_painted_show(json, values));
  shows_[values.show_version] = std::move(values);
  return ok();
}

Status Replay::add_paint(const Json& json) {
  XB_TRY_ASSIGN(const Json* paints, list_of(json, "paints"));
  if (looks_.size() + paints->size() > most_looks_waiting)
    return Error(ErrorCode::json_invalid, "too many looks");
  std::uint64_t number = 0;
  if (!paints->empty()) {
    XB_TRY_ASSIGN(const auto first, net::require_integer(json, "first"));
    if (first < 1 || first > largest_number) return Error(ErrorCode::json_invalid, "first");
    number = static_cast<std::uint64_t>(first);
  }
  std::vector<Stored> added;
  for (const auto& paint : *paints) {
    const bool is_right = paint.is_array() && !paint.empty() && paint[0].is_number_integer();
    const Duration now(is_right ? paint[0].get<std::int64_t>() : INT64_MAX);
    if (now < -longest_time || now > longest_time) return Error(ErrorCode::json_invalid, "paints");
    Stored stored{number++, SessionTime(now), {}, paint.size() > 1 ? paint[1] : Json(), 0, false};
    added.push_back(std::move(stored));
  }
  XB_TRY(add_news(json));
  if (added.empty()) return ok();
  auto& first = added.front();
  if (const auto whole = json.find("whole"); whole != json.end()) first.whole = *whole;
  if (const auto lost = net::optional_integer(json, "lost"); lost && lost->value_or(0) > 0)
    first.lost = static_cast<std::uint64_t>(**lost);
  first.is_after_loss = std::exchange(is_after_loss_, false);
  std::move(added.begin(), added.end(), std::back_inserter(looks_));
  return ok();
}

Status Replay::add_news(const Json& json) {
  XB_TRY_ASSIGN(const Json* aired, list_of(json, "aired"));
  XB_TRY_ASSIGN(const Json* repeated, list_of(json, "repeated"));
  for (const auto& one : *aired) {
    XB_TRY_ASSIGN(const auto number, whole_number(one, 0, "aired"));
    XB_TRY_ASSIGN(const auto frame, whole_number(one, 1, "aired"));
    if (!news_.empty() && frame < news_.back().frame.value)
      return Error(ErrorCode::json_invalid, "aired: frames go back");
    news_.push_back({static_cast<std::uint64_t>(number), FrameNumber{frame}});
    newest_news_ = std::max(newest_news_.value_or(FrameNumber{}), FrameNumber{frame});
  }
  for (const auto& one : *repeated) {
    XB_TRY_ASSIGN(const auto from, whole_number(one, 0, "repeated"));
    XB_TRY_ASSIGN(const auto to, whole_number(one, 1, "repeated"));
    repeats_.push_back({FrameNumber{from}, FrameNumber{to}});
  }
  if (const auto late = net::optional_bool(json, "late"); late && late->value_or(false))
    ++faults_.late;
  return ok();
}

bool Replay::knows(FrameNumber frame) const {
  return has_ended_ || (newest_news_ && *newest_news_ > frame);
}

// True: `state_` is that of this look.
bool Replay::step(Stored& stored) {
  faults_.looks += stored.lost;
  if (stored.whole) {
    state_ = std::move(*stored.whole);
    is_lost_ = false;
  } else if (stored.is_after_loss || stored.lost > 0) {
    is_lost_ = true;
  }
  if (!is_lost_ && !stored.patch.is_null())
    is_lost_ = !net::apply_patch(state_, stored.patch).has_value();
  if (!is_lost_) is_lost_ = !is_of_a_size(state_);
  return !is_lost_;
}

std::optional<Look> Replay::take_look() {
  Stored stored = std::move(looks_.front());
  looks_.pop_front();
  const bool was_lost = is_lost_;
  if (step(stored)) {
    if (auto state = paint_state_of(state_)) {
      Look look{stored.now, std::move(state->scene), values_of(std::move(state->values))};
      if (look.values) {
        obey_law(look.scene, *look.values);
        return look;
      }
      if (!faults_.first) faults_.first = "the Show is not known as it was";
    } else if (!faults_.first) {
      faults_.first = state.error().detail();
    }
    is_lost_ = true;
  }
  if (!was_lost && !faults_.first) faults_.first = "look " + std::to_string(stored.number);
  ++faults_.looks;
  return std::nullopt;
}

std::shared_ptr<const overlay::LiveValues> Replay::values_of(overlay::LiveValues values) {
  const auto version = values.show_version;
  if (corrections_.show) {
    put_show(values, *corrections_.show, version);
  } else {
    const auto found = shows_.find(version);
    if (found == shows_.end()) return nullptr;
    const auto& show = found->second;
    values.station = show.station;
    values.tables = show.tables;
    values.slate = show.slate;
    values.shows_chat = show.shows_chat;
    values.attire = show.attire;
  }
  if (corrections_.attire) values.attire = worn_instead(values.attire);
  return std::make_shared<const overlay::LiveValues>(std::move(values));
}

// The corrected attire with the mark of the village, the same one each time.
std::shared_ptr<const overlay::Attire> Replay::worn_instead(
    const std::shared_ptr<const overlay::Attire>& then) {
  if (!then || then->mark.side == 0) return corrections_.attire;
  auto& worn = dressed_[then];
  if (!worn) {
    auto next = *corrections_.attire;
    next.mark = then->mark;
    worn = std::make_shared<const overlay::Attire>(std::move(next));
  }
  return worn;
}

// A caption that the corrected Show calls heritage was a plain one then: beside goods it goes off.
void Replay::obey_law(overlay::Scene& scene, const overlay::LiveValues& values) {
  if (!corrections_.show) return;
  const auto* caption = find(values, scene.caption);
  if (caption == nullptr || caption->kind != overlay::CaptionKind::heritage) return;
  std::vector<rules::OnAir> goods;
  if (scene.product) goods.push_back(rules::OnAir::product_card);
  if (scene.countdown) goods.push_back(rules::OnAir::sale_countdown);
  if (scene.slate == overlay::SlateKind::opening) goods.push_back(rules::OnAir::slate_with_prices);
  if (rules::must_go_off(rules::OnAir::heritage_caption, goods).empty()) return;
  auto& told = faults_.rows_left_off;
  if (std::find(told.begin(), told.end(), caption->id) == told.end()) told.push_back(caption->id);
  scene.caption.reset();
}

std::vector<Look> Replay::looks_before(FrameNumber frame, SessionTime due) {
  std::optional<std::uint64_t> last;
  for (; !news_.empty() && news_.front().frame <= frame; news_.pop_front())
    last = news_.front().number;
  std::vector<Look> out;
  const auto is_next = [&] {
    const auto& next = looks_.front();
    return (last && next.number <= *last) || (has_ended_ && news_.empty() && next.now <= due);
  };
  while (!looks_.empty() && is_next()) {
    if (auto look = take_look()) out.push_back(std::move(*look));
  }
  return out;
}

FrameNumber Replay::composed(FrameNumber frame) {
  while (!repeats_.empty() && repeats_.front().to <= frame) repeats_.pop_front();
  if (repeats_.empty() || frame < repeats_.front().from) return frame;
  return FrameNumber{std::max<std::int64_t>(0, repeats_.front().from.value - 1)};
}

}  // namespace xb::studio

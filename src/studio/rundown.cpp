// Plain decisions on tables and Scenes. SPDX-License-Identifier: Apache-2.0
#include "studio/rundown.h"

#include <algorithm>
#include <functional>

#include "base/overloaded.h"
#include "rules/price_label.h"
#include "studio/rows.h"

namespace xb::studio {
namespace {

constexpr Duration undo_within = std::chrono::seconds(30);
constexpr std::size_t most_steps = 16;
// What kept the rotation waiting has only just gone: it is seen out first.
constexpr Duration after_waiting = std::chrono::seconds(3);

bool may_come(const overlay::Product& one) {
  const bool is_complete = rules::complete_price({one.name, one.unit, one.price}).has_value();
  return is_complete && one.stock.value_or(1) > 0;
}

bool looks_alike(const overlay::Scene& a, const overlay::Scene& b) {
  const auto message = [](const overlay::Scene& scene) {
    return scene.pinned ? scene.pinned->sequence : 0;
  };
  return a.product == b.product && a.countdown == b.countdown && a.caption == b.caption &&
         a.slate == b.slate && message(a) == message(b);
}

template <class Rows>
std::string called(const Rows& rows, const std::string& id, auto name) {
  const auto* row = find_by_id(rows, id);
  return row == nullptr ? id : std::invoke(name, *row);
}

Note words_of(const Deed& deed, const overlay::Scene& after, const overlay::Tables& tables) {
  const auto product = [&](const std::string& id) {
    return called(tables.products, id, &overlay::Product::name);
  };
  const auto shown = [&](const std::string& id) {
    return Note{"商品上屏：" + product(id), "Product shown: " + product(id)};
  };
  return std::visit(
      Overloaded{[&](const ShowProduct& one) { return shown(one.id); },
                 [&](const ShowNext&) { return shown(after.product.value_or("")); },
                 [&](const StartCountdown& one) {
                   return Note{"3-2-1：" + product(one.id), "3-2-1: " + product(one.id)};
                 },
                 [&](const HideProduct&) {
                   return Note{"收起商品", "Product hidden"};
                 },
                 [&](const ShowCaption& one) {
                   const auto title = called(tables.captions, one.id, &overlay::Caption::title);
                   return Note{"字幕上屏：" + title, "Caption shown: " + title};
                 },
                 [&](const HideCaption&) {
                   return Note{"收起字幕", "Caption hidden"};
                 },
                 [&](const ShowSlate& one) {
                   return one.kind == overlay::SlateKind::opening
                              ? Note{"开场画面", "Opening slate shown"}
                              : Note{"暂离画面", "Away slate shown"};
                 },
                 [&](const HideSlate&) {
                   return Note{"收起开场或暂离", "Slate hidden"};
                 },
                 [&](const PinChat&) {
                   return Note{"留言上屏", "Message pinned"};
                 },
                 [&](const UnpinChat&) {
                   return Note{"收起留言", "Message taken off"};
                 },
                 [&](const auto&) {
                   return Note{"换画面", "The picture changed"};
                 }},
      deed);
}

}  // namespace

std::optional<std::string> Rundown::next(const overlay::Tables& tables,
                                         const overlay::Scene& scene) const {
  const auto& all = tables.products;
  if (all.empty()) return std::nullopt;
  const auto& last = goods_of(scene) ? goods_of(scene) : last_shown_;
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const auto& row) { return row.id == last; });
  const auto from = at == all.end() ? 0 : static_cast<std::size_t>(at - all.begin()) + 1;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& one = all[(from + i) % all.size()];
    if (may_come(one)) return one.id;
  }
  return std::nullopt;
}

bool Rundown::did(const Deed& deed, const std::string& who, const overlay::Scene& before,
                  const overlay::Scene& after, const overlay::Tables& tables, SessionTime now) {
  const auto shown_before = last_shown_;
  if (goods_of(after)) last_shown_ = goods_of(after);
  const bool ends_rotation = std::holds_alternative<HideProduct>(deed) && stop_rotation();
  if (looks_alike(before, after)) return ends_rotation;
  // by hand: it is looked at for as long as one of the rotation's own
  if (each_ && goods_of(before) != goods_of(after)) next_turn_ = now + *each_;
  steps_.push_back({words_of(deed, after, tables), who, now, before, after, shown_before});
  if (steps_.size() > most_steps) steps_.pop_front();
  return ends_rotation;
}

const Step* Rundown::last_of(SessionTime now) const {
  if (steps_.empty() || now - steps_.back().at > undo_within) return nullptr;
  return &steps_.back();
}

std::optional<Step> Rundown::take_last(SessionTime now) {
  if (last_of(now) == nullptr) return std::nullopt;
  auto out = std::move(steps_.back());
  steps_.pop_back();
  last_shown_ = out.last_shown;  // its turn comes again
  return out;
}

void Rundown::start_rotation(Duration each, SessionTime now) {
  each_ = each;
  next_turn_ = now;
}

bool Rundown::stop_rotation() {
  const bool was_running = each_.has_value();
  each_.reset();
  return was_running;
}

std::optional<std::string> Rundown::turn(const overlay::Tables& tables, const overlay::Scene& scene,
                                         SessionTime now) {
  if (!each_) return std::nullopt;
  const auto heritage = [&] {
    return scene.caption &&
           std::any_of(tables.captions.begin(), tables.captions.end(), [&](const auto& row) {
             return row.id == scene.caption && row.kind == overlay::CaptionKind::heritage;
           });
  };
  if (scene.slate != overlay::SlateKind::none || scene.countdown || heritage()) {
    next_turn_ = std::max(next_turn_, now + after_waiting);
    return std::nullopt;
  }
  if (now < next_turn_) return std::nullopt;
  next_turn_ = now + *each_;
  auto id = next(tables, scene);
  if (!id || id == scene.product) return std::nullopt;
  last_shown_ = id;
  return id;
}

RundownFigures Rundown::figures(const overlay::Tables& tables, const overlay::Scene& scene,
                                SessionTime now) const {
  RundownFigures out;
  out.next = next(tables, scene);
  if (each_)
    out.rotation_s =
        static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(*each_).count());
  if (const auto* last = last_of(now))
    out.undo = {last->what, last->who,
                std::chrono::ceil<std::chrono::seconds>(undo_within - (now - last->at)).count()};
  return out;
}

}  // namespace xb::studio

// The next Scene from the one that is on, under the rules of advertising law.
// SPDX-License-Identifier: Apache-2.0
#include "studio/director.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "net/json.h"
#include "rules/heritage_lock.h"
#include "rules/price_label.h"
#include "studio/rows.h"
#include "studio/show.h"

namespace xb::studio {
namespace {

rules::OnAir law_of(const overlay::Caption& caption) {
  return caption.kind == overlay::CaptionKind::heritage ? rules::OnAir::heritage_caption
                                                        : rules::OnAir::plain_caption;
}

// Whatever moves at its coming has done so.
constexpr Duration long_ago = std::chrono::seconds(10);

void tell(Note& note, std::string_view zh, std::string_view en) {
  note.zh.append(note.zh.empty() ? "" : "；").append(zh);
  note.en.append(note.en.empty() ? "" : "; ").append(en);
}

}  // namespace

StoryRoom story_room_of(const Show& show) {
  const auto is_upright = [](const auto& canvas) { return canvas.height > canvas.width; };
  const bool is_any =
      is_upright(show.video) || std::any_of(show.canvases.begin(), show.canvases.end(), is_upright);
  return is_any ? StoryRoom::shared : StoryRoom::apart;
}

Result<Note> Director::apply(const Deed& deed, SessionTime now) {
  tick(now);
  if (const auto* show = std::get_if<ShowProduct>(&deed)) return show_product(show->id, now);
  if (const auto* start = std::get_if<StartCountdown>(&deed))
    return start_countdown(start->id, now);
  if (const auto* show = std::get_if<ShowCaption>(&deed)) return show_caption(*show, now);
  if (const auto* all = std::get_if<CoverAll>(&deed)) return cover(all->is_covered, now);
  const bool is_slate =
      std::holds_alternative<ShowSlate>(deed) || std::holds_alternative<HideSlate>(deed);
  if (is_slate && scene_.is_covered) return Error(ErrorCode::panic_is_on, "slate");
  if (const auto* show = std::get_if<ShowSlate>(&deed)) return show_slate(show->kind, now);
  auto next = scene_;
  if (std::holds_alternative<HideProduct>(deed)) {
    next.product.reset();
    next.countdown.reset();
  }
  if (std::holds_alternative<HideCaption>(deed)) next.caption.reset();
  if (std::holds_alternative<UnpinChat>(deed)) next.pinned.reset();
  if (std::holds_alternative<HideSlate>(deed)) next.slate = overlay::SlateKind::none;
  if (std::holds_alternative<EmphasizeProduct>(deed) && next.product) next.emphasis_since = now;
  return take(std::move(next), std::nullopt, now);
}

Result<Note> Director::show_product(const std::string& id, SessionTime now) {
  const auto* product = find_by_id(tables_->products, id);
  if (product == nullptr) return Error(ErrorCode::row_unknown, "product: " + id);
  XB_TRY(rules::complete_price({product->name, product->unit, product->price}));
  if (scene_.product == id) return Note{};
  auto next = scene_;
  next.product = id;
  next.countdown.reset();
  return take(std::move(next), rules::OnAir::product_card, now);
}

Result<Note> Director::start_countdown(const std::string& id, SessionTime now) {
  const auto* product = find_by_id(tables_->products, id);
  if (product == nullptr) return Error(ErrorCode::row_unknown, "product: " + id);
  XB_TRY(rules::complete_price({product->name, product->unit, product->price}));
  auto next = scene_;
  next.product.reset();
  next.countdown = id;
  next.countdown_since = now;
  return take(std::move(next), rules::OnAir::sale_countdown, now);
}

Result<Note> Director::show_caption(const ShowCaption& show, SessionTime now) {
  const auto* caption = find_by_id(tables_->captions, show.id);
  if (caption == nullptr) return Error(ErrorCode::row_unknown, "caption: " + show.id);
  if (caption->source.empty()) return Error(ErrorCode::caption_incomplete, show.id);
  auto next = scene_;
  next.caption = show.id;
  caption_stay_.reset();
  if (show.hold == Hold::by_length) caption_stay_ = overlay::caption_hold(*caption);
  next.caption_until = caption_stay_ ? now + *caption_stay_ : SessionTime::max();
  return take(std::move(next), law_of(*caption), now);
}

Result<Note> Director::show_slate(overlay::SlateKind kind, SessionTime now) {
  if (scene_.slate == kind) return Note{};
  auto next = scene_;
  next.slate = kind;
  if (kind == overlay::SlateKind::opening)
    return take(std::move(next), rules::OnAir::slate_with_prices, now);
  return take(std::move(next), std::nullopt, now);
}

// A cut: nothing of what is covered may be seen through a slate that comes on.
Note Director::cover(bool is_covered, SessionTime now) {
  if (scene_.is_covered == is_covered) return {};
  auto next = scene_;
  if (is_covered) slate_before_cover_ = scene_.slate;
  next.is_covered = is_covered;
  next.slate = is_covered ? overlay::SlateKind::away : slate_before_cover_;
  const bool has_prices = next.slate == overlay::SlateKind::opening;
  auto note = take(std::move(next),
                   has_prices ? std::optional(rules::OnAir::slate_with_prices) : std::nullopt, now);
  if (is_covered) scene_.slate_since = now - long_ago;
  return note;
}

Note Director::take(overlay::Scene next, std::optional<rules::OnAir> shown, SessionTime now) {
  Note note;
  if (shown) {
    std::vector<rules::OnAir> on_air;
    if (scene_.product) on_air.push_back(rules::OnAir::product_card);
    if (scene_.countdown) on_air.push_back(rules::OnAir::sale_countdown);
    if (scene_.slate == overlay::SlateKind::opening)
      on_air.push_back(rules::OnAir::slate_with_prices);
    if (scene_.caption) {
      if (const auto* caption = find_by_id(tables_->captions, *scene_.caption))
        on_air.push_back(law_of(*caption));
    }
    for (const auto off : rules::must_go_off(*shown, on_air)) {
      switch (off) {
        case rules::OnAir::heritage_caption:
        case rules::OnAir::plain_caption:
          next.caption.reset();
          tell(note, "已收起红色字幕：它和商品不能同屏",
               "The heritage caption was taken off: it never shares a frame with goods");
          break;
        case rules::OnAir::sale_countdown:
          next.countdown.reset();
          tell(note, "已取消倒数：红色字幕和商品不能同屏",
               "The countdown was cancelled: a heritage caption never shares a frame with goods");
          break;
        case rules::OnAir::product_card:
          next.product.reset();
          tell(note, "已收起商品：红色字幕和商品不能同屏",
               "The product was taken off: a heritage caption never shares a frame with goods");
          break;
        case rules::OnAir::slate_with_prices:
          next.slate = overlay::SlateKind::none;
          tell(note, "已收起开场画面：它有价格，不能和红色字幕同屏",
               "The opening slate was taken off: it shows prices beside a heritage caption");
          break;
      }
    }
  }
  if (next.product != scene_.product) {
    next.product_since = now;
    next.emphasis_since.reset();
  }
  if (!next.countdown && scene_.countdown) next.countdown_since = now;
  if (next.caption != scene_.caption) next.caption_since = now;
  keep_waiting(next, note, now);
  keep_pinned_waiting(next, note, now);
  if (!next.caption) next.caption_until = SessionTime::max();
  if (next.slate != scene_.slate) next.slate_since = now;
  next.is_qr_hidden = is_qr_unreadable(next.product);
  next.version = scene_.version;
  if (next == scene_) return note;
  ++next.version;
  scene_ = std::move(next);
  return note;
}

// A card in its second place leaves no room for a caption (design.md 2): that comes on, and its
// time begins, when the card goes.
void Director::keep_waiting(overlay::Scene& next, Note& note, SessionTime now) const {
  const auto leaves_no_room = [](const overlay::Scene& scene) {
    return scene.product.has_value() && scene.card_place == overlay::CardPlace::second;
  };
  if (!next.caption) return;
  if (leaves_no_room(next)) {
    next.caption_until = SessionTime::max();
    if (next.caption != scene_.caption)
      tell(note, "商品卡让开了人脸，占着字幕的位置：收起商品，字幕就出来",
           "The card has moved off a face to where the caption stands: it comes on when the "
           "product goes off");
  } else if (leaves_no_room(scene_) && next.caption == scene_.caption) {
    next.caption_since = now;
    next.caption_until = caption_stay_ ? now + *caption_stay_ : SessionTime::max();
  }
}

// Upright, a caption stands where the chat is (design.md 2): the message comes on, and its time
// begins, when the caption goes; on all Canvases in the same frame.
void Director::keep_pinned_waiting(overlay::Scene& next, Note& note, SessionTime now) const {
  const bool waits = room_ == StoryRoom::shared && next.pinned && next.caption;
  if (waits && !next.does_pinned_wait)
    tell(note, "竖屏里字幕占着留言的位置：字幕收起，留言就出来",
         "On the upright picture the caption stands where the message does: it comes on when the "
         "caption goes");
  if (!waits && next.does_pinned_wait && next.pinned) next.pinned->arrived = now;
  next.does_pinned_wait = waits;
}

Note Director::pin(overlay::ChatLine line, SessionTime now) {
  auto next = scene_;
  line.arrived = now;
  next.pinned = std::move(line);
  return take(std::move(next), std::nullopt, now);
}

void Director::unpin(SessionTime now) {
  auto next = scene_;
  next.pinned.reset();
  take(std::move(next), std::nullopt, now);
}

void Director::tick(SessionTime now) {
  auto next = overlay::settled(scene_, now);
  if (next == scene_) return;
  next.is_qr_hidden = is_qr_unreadable(next.product);
  ++next.version;
  scene_ = std::move(next);
}

Note Director::use(std::shared_ptr<const overlay::Tables> tables, SessionTime now) {
  tables_ = std::move(tables);
  if (scene_.product) return take(scene_, rules::OnAir::product_card, now);
  if (scene_.countdown) return take(scene_, rules::OnAir::sale_countdown, now);
  if (scene_.slate == overlay::SlateKind::opening)
    return take(scene_, rules::OnAir::slate_with_prices, now);
  return {};
}

void Director::place_card(overlay::CardPlace place, SessionTime now) {
  if (scene_.card_place == place) return;
  auto next = scene_;
  next.card_place = place;
  next.card_place_since = now;
  take(std::move(next), std::nullopt, now);
}

void Director::hide_qr_code(const std::string& link, SessionTime now) {
  unreadable_links_.insert(link);
  take(scene_, std::nullopt, now);
}

void Director::forget_qr_codes(SessionTime now) {
  unreadable_links_.clear();
  take(scene_, std::nullopt, now);
}

bool Director::is_qr_unreadable(const std::optional<std::string>& product) const {
  const auto* shown = product ? find_by_id(tables_->products, *product) : nullptr;
  return shown != nullptr && unreadable_links_.contains(shown->link);
}

Note Director::go_back(const overlay::Scene& before, const overlay::Scene& after,
                       std::optional<overlay::ChatLine> pinned, SessionTime now) {
  tick(now);
  auto next = scene_;
  // What has come in its place since, by the rotation or by time, is not what is taken back.
  const bool has_goods = goods_of(scene_) == goods_of(after) || !goods_of(scene_);
  if (has_goods && (before.product != after.product || before.countdown != after.countdown)) {
    next.product.reset();
    next.countdown.reset();
    const auto& id = before.countdown ? before.countdown : before.product;
    const auto* row = id ? find_by_id(tables_->products, *id) : nullptr;
    const bool is_right =
        row != nullptr && rules::complete_price({row->name, row->unit, row->price});
    // a countdown that would be over by now is the card it leads to
    const bool counts =
        before.countdown && now - before.countdown_since < overlay::countdown_length;
    if (is_right) (counts ? next.countdown : next.product) = *id;
    if (is_right && counts) next.countdown_since = now;
  }
  if (before.caption != after.caption) {
    const auto* row = before.caption ? find_by_id(tables_->captions, *before.caption) : nullptr;
    next.caption = row != nullptr && !row->source.empty() ? before.caption : std::nullopt;
    const bool has_waited =
        before.product.has_value() && before.card_place == overlay::CardPlace::second;
    const bool stays = before.caption_until == SessionTime::max() && !has_waited;
    if (next.caption) {
      caption_stay_.reset();
      if (!stays) caption_stay_ = overlay::caption_hold(*row);
      next.caption_until = caption_stay_ ? now + *caption_stay_ : SessionTime::max();
    }
  }
  if (before.slate != after.slate) next.slate = before.slate;
  if (before.pinned != after.pinned) {
    next.pinned = std::move(pinned);
    if (next.pinned) next.pinned->arrived = now;
  }
  take(std::move(next), std::nullopt, now);
  return use(tables_, now);  // what else has come on since may not stand beside it
}

void Director::resume(const overlay::Scene& scene, SessionTime now) {
  // what the operator has put on since he opened the program counts more than what was on before
  const bool has_own = scene_.product || scene_.countdown || scene_.caption ||
                       scene_.slate != overlay::SlateKind::none;
  if (!has_own) put_back(scene, now);
  // but what was covered is uncovered by a command alone
  if (scene.is_covered) cover(true, now);
}

void Director::put_back(const overlay::Scene& scene, SessionTime now) {
  // one by one through the lock: the tables may call a caption heritage now that was plain then
  if (scene.caption && find_by_id(tables_->captions, *scene.caption) != nullptr) {
    const bool stays = scene.caption_until == SessionTime::max();
    static_cast<void>(
        show_caption({*scene.caption, stays ? Hold::until_hidden : Hold::by_length}, now));
  }
  // a countdown that broke off is over by now, and so is what was pinned
  const auto& product = scene.countdown ? scene.countdown : scene.product;
  if (product && find_by_id(tables_->products, *product) != nullptr) {
    static_cast<void>(show_product(*product, now));
  }
  if (!scene.is_covered && scene.slate != overlay::SlateKind::none)
    static_cast<void>(show_slate(scene.slate, now));
}

}  // namespace xb::studio

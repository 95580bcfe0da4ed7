// The next Scene from the one that is on, under the rules of advertising law.
// SPDX-License-Identifier: Apache-2.0
#include "studio/director.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "rules/heritage_lock.h"
#include "rules/price_label.h"

namespace xb::studio {
namespace {

template <class Rows>
auto* find_by_id(const Rows& rows, std::string_view id) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

rules::OnAir law_of(const overlay::Caption& caption) {
  return caption.kind == overlay::CaptionKind::heritage ? rules::OnAir::heritage_caption
                                                        : rules::OnAir::plain_caption;
}

void tell(Note& note, std::string_view zh, std::string_view en) {
  note.zh.append(note.zh.empty() ? "" : "；").append(zh);
  note.en.append(note.en.empty() ? "" : "; ").append(en);
}

OrderedJson or_null(const std::optional<std::string>& id) {
  return id ? OrderedJson(*id) : OrderedJson(nullptr);
}

}  // namespace

Result<Note> Director::apply(const Deed& deed, SessionTime now) {
  if (const auto* show = std::get_if<ShowProduct>(&deed)) return show_product(show->id, now);
  if (const auto* show = std::get_if<ShowCaption>(&deed)) return show_caption(show->id, now);
  if (const auto* show = std::get_if<ShowSlate>(&deed)) return show_slate(show->kind, now);
  auto next = scene_;
  if (std::holds_alternative<HideProduct>(deed)) next.product.reset();
  if (std::holds_alternative<HideCaption>(deed)) next.caption.reset();
  if (std::holds_alternative<HideSlate>(deed)) next.slate = overlay::SlateKind::none;
  return take(std::move(next), std::nullopt);
}

Result<Note> Director::show_product(const std::string& id, SessionTime now) {
  const auto* product = find_by_id(tables_->products, id);
  if (product == nullptr) return Error(ErrorCode::command_arguments, "product: " + id);
  XB_TRY(rules::complete_price({product->name, product->unit, product->price}));
  if (scene_.product == id) return Note{};
  auto next = scene_;
  next.product = id;
  next.product_since = now;
  return take(std::move(next), rules::OnAir::product_card);
}

Result<Note> Director::show_caption(const std::string& id, SessionTime now) {
  const auto* caption = find_by_id(tables_->captions, id);
  if (caption == nullptr) return Error(ErrorCode::command_arguments, "caption: " + id);
  if (caption->source.empty()) return Error(ErrorCode::caption_incomplete, id);
  if (scene_.caption == id) return Note{};
  auto next = scene_;
  next.caption = id;
  next.caption_since = now;
  return take(std::move(next), law_of(*caption));
}

Result<Note> Director::show_slate(overlay::SlateKind kind, SessionTime now) {
  if (scene_.slate == kind) return Note{};
  auto next = scene_;
  next.slate = kind;
  next.slate_since = now;
  if (kind == overlay::SlateKind::opening)
    return take(std::move(next), rules::OnAir::slate_with_prices);
  return take(std::move(next), std::nullopt);
}

Note Director::take(overlay::Scene next, std::optional<rules::OnAir> shown) {
  Note note;
  if (shown) {
    std::vector<rules::OnAir> on_air;
    if (scene_.product) on_air.push_back(rules::OnAir::product_card);
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
        case rules::OnAir::product_card:
        case rules::OnAir::sale_countdown:
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
  next.version = scene_.version;
  if (next == scene_) return note;
  ++next.version;
  scene_ = std::move(next);
  return note;
}

void Director::resume(const overlay::Scene& scene, SessionTime now) {
  // what the operator has put on since he opened the program counts more than what was on before
  if (scene_.product || scene_.caption || scene_.slate != overlay::SlateKind::none) return;
  // one by one through the lock: the tables may call a caption heritage now that was plain then
  if (scene.caption && find_by_id(tables_->captions, *scene.caption) != nullptr) {
    static_cast<void>(show_caption(*scene.caption, now));
  }
  if (scene.product && find_by_id(tables_->products, *scene.product) != nullptr) {
    static_cast<void>(show_product(*scene.product, now));
  }
  if (scene.slate != overlay::SlateKind::none) static_cast<void>(show_slate(scene.slate, now));
}

OrderedJson to_json(const overlay::Scene& scene) {
  return {{"product", or_null(scene.product)},
          {"caption", or_null(scene.caption)},
          {"slate", overlay::name_of(scene.slate)}};
}

overlay::Scene scene_of(const Json& json) {
  overlay::Scene scene;
  if (!json.is_object()) return scene;
  if (auto id = net::optional_string(json, "product"); id) scene.product = *id;
  if (auto id = net::optional_string(json, "caption"); id) scene.caption = *id;
  const auto slate = net::optional_string(json, "slate");
  for (const auto kind : {overlay::SlateKind::opening, overlay::SlateKind::away}) {
    if (slate && *slate && **slate == overlay::name_of(kind)) scene.slate = kind;
  }
  return scene;
}

}  // namespace xb::studio

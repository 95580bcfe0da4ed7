// Each scene Entry tells all that is on; spans are between those that differ.
// SPDX-License-Identifier: Apache-2.0
#include "review/scan_scenes.h"

#include <utility>

#include "review/json_bits.h"

namespace xb::review {
namespace {

constexpr std::size_t most_rows = 10'000;
constexpr std::size_t longest_caption = 400;

template <class List, class One>
void add_bounded(List& list, One one) {
  if (list.size() < most_in_lane) list.push_back(std::move(one));
}

}  // namespace

void ScanScenes::row(Rows& rows, const Json& json, const char* title) {
  auto id = text_of(json, "id");
  if (id.empty() || (rows.size() >= most_rows && !rows.contains(id))) return;
  auto name = text_of(json, title, longest_caption);
  if (name.empty()) name = text_of(json, "name");
  rows[std::move(id)] = {integer_of(json, "number"), std::move(name), text_of(json, "kind")};
}

void ScanScenes::rows(const Json& json) {
  for (const auto& one : list_of(json, "products")) row(products_, one, "name");
  for (const auto& one : list_of(json, "captions")) row(captions_, one, "text");
}

void ScanScenes::changes(const Json& json) {
  for (const auto& change : list_of(json, "changes")) {
    const auto table = text_of(change, "table");
    const auto& after = object_of(change, "after");
    if (table == "products") row(products_, after, "name");
    if (table == "captions") row(captions_, after, "text");
  }
}

void ScanScenes::see(On& on, bool is_seen, std::int64_t t) {
  if (is_seen == (on.seen_from >= 0)) return;
  if (!is_seen) on.seen_ms += t - on.seen_from;
  on.seen_from = is_seen ? t : -1;
}

void ScanScenes::scene(const Json& json, std::int64_t t, Evening& out) {
  auto slate_kind = text_of(json, "slate");
  if (slate_kind == "none") slate_kind.clear();
  product(text_of(json, "product"), !slate_kind.empty(), t, out);
  caption(text_of(json, "caption"), t, out);
  slate(slate_kind, t, out);
}

void ScanScenes::off(std::int64_t t, Evening& out) {
  product({}, false, t, out);
  caption({}, t, out);
  slate({}, t, out);
}

void ScanScenes::product(const std::string& id, bool is_behind_slate, std::int64_t t,
                         Evening& out) {
  if (product_ && product_->id != id) {
    see(*product_, false, t);
    const auto& row = products_[product_->id];
    if (t > product_->from) {
      out.figures.cards_ms += product_->seen_ms;
      add_bounded(out.products, ProductSpan{product_->id,
                                            row.number,
                                            row.title.empty() ? product_->id : row.title,
                                            {product_->from, t},
                                            0,
                                            0,
                                            product_->seen_ms});
    }
    product_.reset();
  }
  if (!product_ && !id.empty()) product_ = On{id, t};
  if (product_) see(*product_, !is_behind_slate, t);
}

void ScanScenes::caption(const std::string& id, std::int64_t t, Evening& out) {
  if (caption_ && caption_->id != id) {
    const auto& row = captions_[caption_->id];
    if (t > caption_->from)
      add_bounded(out.captions, CaptionSpan{caption_->id,
                                            row.title.empty() ? caption_->id : row.title,
                                            row.kind,
                                            {caption_->from, t}});
    caption_.reset();
  }
  if (!caption_ && !id.empty()) caption_ = On{id, t};
}

void ScanScenes::slate(const std::string& kind, std::int64_t t, Evening& out) {
  if (slate_ && slate_->id != kind) {
    if (t > slate_->from) add_bounded(out.slates, NamedSpan{slate_->id, {slate_->from, t}});
    slate_.reset();
  }
  if (!slate_ && !kind.empty()) slate_ = On{kind, t};
}

}  // namespace xb::review

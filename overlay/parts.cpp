// One Canvas, or one a part. SPDX-License-Identifier: Apache-2.0
#include "overlay/parts.h"

#include "base/result.h"
#include "overlay/moment.h"

namespace xb::overlay {

Parts::Parts(Box box, double unit, int margin, bool are_apart, PartShelf& shelf, std::string what)
    : box_(box),
      unit_(unit),
      margin_(margin),
      are_apart_(are_apart),
      shelf_(shelf),
      what_(Shows().add(what).add(place()).add(are_apart).take()),
      kept_(shelf.find(what_)) {
}

std::string Parts::place() const {
  return Shows().add(box_.x).add(box_.y).add(box_.w).add(box_.h).take();
}

void Parts::add_ground(std::vector<Motion> motions, const Draw& draw) {
  const bool is_kept = are_apart_ && kept_ == nullptr && shelf_.find_ground(place()) != nullptr;
  if (is_kept) {
    parts_.emplace_back().motions = std::move(motions);
  } else {
    add(std::move(motions), draw);
  }
  parts_.back().is_ground = are_apart_;
}

void Parts::add(std::vector<Motion> motions, const Draw& draw) {
  const double beyond = margin_ / unit_;
  add(std::move(motions),
      {-beyond, -beyond, box_.w / unit_ + 2 * beyond, box_.h / unit_ + 2 * beyond}, draw);
}

void Parts::add(std::vector<Motion> motions, Area area, const Draw& draw) {
  if (are_apart_ || parts_.empty()) {
    Part& part = parts_.emplace_back();
    if (are_apart_) part.motions = std::move(motions);
    if (kept_ == nullptr) {
      part.canvas = are_apart_ ? Canvas(box_, unit_, margin_, area) : Canvas(box_, unit_, margin_);
    }
  }
  if (kept_ == nullptr) draw(*parts_.back().canvas);
}

void Parts::turn_pages(Flipbook pages) {
  parts_.back().flipbook = std::move(pages);
}

void Parts::desaturate(double saturation) {
  for (Part& part : parts_) {
    if (part.canvas) part.canvas->desaturate(saturation);
  }
}

std::vector<PlacedLayer> Parts::take(LayerName layer, const std::string& id,
                                     const std::vector<Motion>& together) {
  XB_CHECK(kept_ == nullptr || kept_->size() == parts_.size());
  std::vector<PlacedLayer> placed;
  PartShelf::Painted painted;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    PlacedLayer one;
    if (part.canvas) {
      one = part.canvas->take(layer, id);
      painted.push_back({one.bitmap, one.x, one.y});
      if (part.is_ground) shelf_.keep_ground(place(), painted.back());
    } else {
      const Flipbook::Page& kept =
          kept_ != nullptr ? (*kept_)[i] : painted.emplace_back(*shelf_.find_ground(place()));
      one.layer = layer;
      one.id = id;
      one.bitmap = kept.bitmap;
      one.x = kept.x;
      one.y = kept.y;
    }
    one.motions = std::move(part.motions);
    one.motions.insert(one.motions.end(), together.begin(), together.end());
    one.flipbook = std::move(part.flipbook);
    placed.push_back(std::move(one));
  }
  if (kept_ == nullptr) shelf_.keep(std::move(what_), std::move(painted));
  return placed;
}

}  // namespace xb::overlay

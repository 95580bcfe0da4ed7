// Layer: one graphic of the overlay; says what it shows and paints it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "overlay/bitmap.h"
#include "overlay/moment.h"
#include "overlay/panel.h"
#include "overlay/picture.h"
#include "overlay/shadow.h"
#include "overlay/text.h"
#include "overlay/theme.h"

namespace xb::overlay {

// What all layers of one Artist paint with. Thread: the Artist's.
struct PaintBox {
  Theme theme;
  Placement placement;
  TextShaper& text;
  PictureShelf pictures;
  ShadowShelf shadows;
  PanelShelf panels{};
};

struct Shown {
  std::string what;           // see Shows; empty: the layer is off
  SessionTime until = never;  // when time alone changes it
};

class Layer {
 public:
  explicit Layer(PaintBox& box) : box_(box) {}
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  // Cheap; asked at every look, also while a slate hides the layer, and once more after paint().
  virtual Shown shown(const Moment& moment) = 0;
  // Called only when `shown` has changed and is not empty. Lowest first.
  virtual std::vector<PlacedLayer> paint(const Moment& moment) = 0;

 protected:
  const Theme& theme() const { return box_.theme; }
  const Palette& palette() const { return box_.theme.palette; }
  const Placement& placement() const { return box_.placement; }
  TextShaper& text() const { return box_.text; }
  double unit() const { return box_.placement.unit(); }

  // A Canvas with a panel's shadow and ground already on it; `degrees` turns the gradient.
  Canvas panel(Box box, double radius, double degrees) const;
  // The theme's hair line around a light panel; nothing in dark themes.
  void border(Canvas& canvas, Area area, Corners corners) const;
  // A photo filling `area` with its corners, or nothing and false when there is none.
  bool photo(Canvas& canvas, const std::string& path, Area area, Corners corners) const;

  struct CartTag {
    double size, h, left, right, gap;
  };
  static constexpr double card_radius = 26;  // of the product and what stands in its place
  static constexpr CartTag tall_card_tag{27, 52, 16, 20, 8};
  // "小黄车 3 号链接" in the card's top left corner.
  void cart_tag(Canvas& canvas, int number, const CartTag& tag) const;

  PaintBox& box_;
};

struct LayerEntry {
  LayerName name;
  std::unique_ptr<Layer> (*make)(PaintBox& box);
  const char* help;
};
// All layers, lowest first.
std::span<const LayerEntry> layer_registry();

}  // namespace xb::overlay

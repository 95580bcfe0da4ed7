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
#include "overlay/parts.h"
#include "overlay/picture_shelf.h"
#include "overlay/shadow.h"
#include "overlay/text.h"
#include "overlay/theme.h"

namespace xb::overlay {

// What all layers of one Artist paint with. Thread: the Artist's.
struct PaintBox {
  Theme theme;
  Placement placement;
  TextShaper& text;
  std::shared_ptr<PictureShelf> pictures;
  ShadowShelf shadows;
  PanelShelf panels{};
};

// The theme's hair line around a light panel; nothing in dark themes.
void draw_border(Canvas& canvas, const Palette& palette, Area area, Corners corners);

// Heritage and commerce never share a frame, not even while one of them leaves.
enum class Side : std::uint8_t { neither = 1, heritage, commerce };

struct Shown {
  std::string what;           // see Shows; empty: the layer is off
  SessionTime until = never;  // when time alone changes it
  std::string subject{};      // another subject comes on while the former leaves (a product's id)
  Side side = Side::neither;
};

class Layer {
 public:
  explicit Layer(PaintBox& box) : box_(box) {}
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  // Cheap; asked at every look, also while a slate hides the layer, and once more after paint().
  virtual Shown shown(const Moment& moment) = 0;
  // Called only when `shown` has changed and is not empty. Lowest first. How parts come on is in
  // their motions.
  virtual std::vector<PlacedLayer> paint(const Moment& moment) = 0;
  // What of it moves or wants to, for the Schedule. Asked at every look, before shown().
  virtual void add_movements(const Moment&, std::vector<Movement>&) {}
  // How a subject goes that is off now or replaced. Without a length it is cut.
  virtual Motion exit(const Moment&, bool is_replaced) const;
  // The theme has changed its attire: what was painted before is of no use.
  virtual void forget_paint() {}

 protected:
  const Theme& theme() const { return box_.theme; }
  const Palette& palette() const { return box_.theme.palette; }
  const Placement& placement() const { return box_.placement; }
  TextShaper& text() const { return box_.text; }
  double unit() const { return box_.placement.unit(); }

  // A Canvas with a panel's shadow and ground already on it; `degrees` turns the gradient.
  Canvas panel(Box box, double radius, double degrees) const;
  void draw_panel(Canvas& canvas, double radius, double degrees) const;
  void border(Canvas& canvas, Area area, Corners corners) const {
    draw_border(canvas, palette(), area, corners);
  }
  // A product's photo filling `area` with its corners, or its ground and false when there is none.
  bool photo(Canvas& canvas, const Product& product, Area area, Corners corners) const;

  struct CartTag {
    double size, h, left, right, gap;
  };
  static constexpr double card_radius = 26;  // of the product and what stands in its place
  static constexpr CartTag tall_card_tag{27, 52, 16, 20, 8};
  // "小黄车 3 号链接" in the card's top left corner.
  void cart_tag(Canvas& canvas, int number, const CartTag& tag) const;
  static constexpr Pose faint{0, 0, 0, 0, 0, 1, 1};  // not to be seen, in its place

  // A movement that begins with the operator's command. None at time zero: nothing was said then.
  static void add_commanded(std::vector<Movement>& out, LayerName layer, SessionTime since,
                            Duration length);
  // From `from` to rest, `after` the others and with them at the end. Quiet: a fade.
  Motion entrance(const Moment& moment, SessionTime begin, const Timing& timing, Pose from,
                  Duration after = {}) const;
  // From rest to `to`. Quiet: a fade.
  Motion departure(const Moment& moment, SessionTime begin, const Timing& timing, Pose to) const;
  Duration length_of(const Moment& moment, const Timing& timing) const;
  bool is_within(const Moment& moment, SessionTime begin, const Timing& timing) const;
  // The way of the story slot, for what has been in it before it moved; at rest, no motion.
  void add_story_move(const Moment& moment, SessionTime since, const Anchor& anchor,
                      std::vector<Motion>& motions) const;

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

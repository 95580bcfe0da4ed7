// The Artist: asks every layer what it shows and repaints those that show something else now.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/artist.h"

#include <algorithm>
#include <utility>

#include "overlay/hills.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr int least_side = 64;
constexpr int most_side = 4096;

class LayerArtist final : public Artist {
 public:
  LayerArtist(Theme theme, const Placement& placement, std::unique_ptr<TextShaper> text)
      : text_(std::move(text)),
        box_(PaintBox{theme, placement, *text_, PictureShelf(),
                      ShadowShelf(theme.shadow, placement.unit())}) {
    for (const LayerEntry& entry : layer_registry()) {
      seats_.push_back(Seat{entry.name, entry.make(box_), {}, {}});
    }
  }

  std::shared_ptr<const Bitmaps> paint(const Scene& scene, const LiveValues& values,
                                       SessionTime now) override {
    const Moment moment = look_at(scene, values, now, box_.placement.is_tall());
    // A slate covers everything: what lies below is neither painted nor blended.
    const bool has_slate = scene.slate != SlateKind::none;
    bool has_changed = false;
    next_change_ = never;
    for (Seat& seat : seats_) {
      Shown shown = seat.layer->shown(moment);
      if (has_slate && seat.name != LayerName::slate) shown = {};
      if (shown.what != seat.what) {
        has_changed = true;
        seat.painted.clear();
        if (!shown.what.empty()) {
          seat.painted = seat.layer->paint(moment);
          ++repaints_;
          shown.until = seat.layer->shown(moment).until;  // how long it lasts may be known only now
        }
        seat.what = std::move(shown.what);
      }
      next_change_ = std::min(next_change_, shown.until);
    }
    const CounterValues& counter = values.counter;
    const bool is_same = shown_ && !has_changed && shown_->scene == scene &&
                         shown_->counter_total == counter.total &&
                         shown_->counter_gained == counter.gained &&
                         shown_->counter_stamp == counter.stamp;
    if (is_same) return shown_;
    auto next = std::make_shared<Bitmaps>();
    for (const Seat& seat : seats_) {
      next->layers.insert(next->layers.end(), seat.painted.begin(), seat.painted.end());
    }
    next->scene = scene;
    next->counter_total = counter.total;
    next->counter_gained = counter.gained;
    next->counter_stamp = counter.stamp;
    shown_ = std::move(next);
    return shown_;
  }

  PlacedLayer landscape() override {
    const CanvasSize size = box_.placement.canvas();
    Canvas canvas({0, 0, size.width, size.height}, box_.placement.unit());
    draw_hills(canvas, box_.theme.palette, box_.placement.is_tall());
    return canvas.take(LayerName::slate, {});
  }

  SessionTime next_change() const override { return next_change_; }
  std::uint64_t repaints() const override { return repaints_; }

 private:
  struct Seat {
    LayerName name;
    std::unique_ptr<Layer> layer;
    std::string what;  // shown last; empty: off
    std::vector<PlacedLayer> painted;
  };

  std::unique_ptr<TextShaper> text_;
  PaintBox box_;
  std::vector<Seat> seats_;
  std::shared_ptr<const Bitmaps> shown_;
  SessionTime next_change_ = never;
  std::uint64_t repaints_ = 0;
};

}  // namespace

Result<std::unique_ptr<Artist>> Artist::make(CanvasSize canvas, const std::string& theme,
                                             const std::string& assets) {
  const auto is_usable = [](int side) {
    return side >= least_side && side <= most_side && side % 2 == 0;
  };
  if (!is_usable(canvas.width) || !is_usable(canvas.height)) {
    return Error(ErrorCode::usage, "canvas " + std::to_string(canvas.width) + "x" +
                                       std::to_string(canvas.height) +
                                       ": both sides even, 64 to 4096");
  }
  XB_TRY_ASSIGN(Theme loaded, load_theme(assets, theme, canvas));
  const Placement placement(canvas, loaded.anchors);
  XB_TRY_ASSIGN(auto text, TextShaper::make(loaded, placement.unit()));
  return std::make_unique<LayerArtist>(std::move(loaded), placement, std::move(text));
}

}  // namespace xb::overlay

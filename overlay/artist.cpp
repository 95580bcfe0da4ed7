// The Artist: asks every layer what it shows and repaints those that show something else now.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/artist.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "overlay/hills.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr int least_side = 64;
constexpr int most_side = 4096;

class LayerArtist final : public Artist {
 public:
  LayerArtist(Theme theme, const Placement& placement, std::unique_ptr<TextShaper> text,
              std::shared_ptr<PictureShelf> pictures)
      : text_(std::move(text)),
        box_(PaintBox{theme, placement, *text_, std::move(pictures),
                      ShadowShelf(theme.shadow, placement.unit())}) {
    for (const LayerEntry& entry : layer_registry()) {
      Seat& seat = seats_.emplace_back();
      seat.name = entry.name;
      seat.layer = entry.make(box_);
    }
  }

  std::shared_ptr<const Bitmaps> paint(const Scene& scene, const LiveValues& values,
                                       SessionTime now) override {
    const Moment moment = moment_of(scene, values, now);
    const bool is_covered = slate_covers(moment);
    bool has_changed = wear(values.attire);
    next_change_ = schedule_.next_change();
    for (Seat& seat : seats_) {
      Shown shown = seat.layer->shown(moment);
      const bool is_hidden = is_covered && seat.name != LayerName::slate;
      if (is_hidden) {
        has_changed |= !seat.is_empty();
        seat.clear();
        next_change_ = std::min(next_change_, shown.until);
        continue;
      }
      if (shown.what != seat.shown.what) {
        has_changed = true;
        if (shown.subject != seat.shown.subject) take_leave(seat, moment, !shown.what.empty());
        seat.painted.clear();
        if (!shown.what.empty()) {
          seat.painted = seat.layer->paint(moment);
          ++repaints_;
          shown = seat.layer->shown(moment);  // how long it lasts may be known only now
        }
        seat.shown = std::move(shown);
      } else {
        seat.shown.until = shown.until;
      }
      next_change_ = std::min(next_change_, seat.shown.until);
    }
    has_changed |= end_leaves(now);
    return publish(scene, values, has_changed);
  }

  PlacedLayer landscape() override {
    const CanvasSize size = box_.placement.canvas();
    Canvas canvas({0, 0, size.width, size.height}, box_.placement.unit());
    draw_hills(canvas, box_.theme.palette, box_.placement.is_tall());
    return canvas.take(LayerName::slate, {});
  }

  CardPlaces card_places() const override { return box_.placement.card_places(); }

  SessionTime next_change() const override { return next_change_; }
  std::uint64_t repaints() const override { return repaints_; }

 private:
  struct Seat {
    LayerName name = LayerName::nameplate;
    std::unique_ptr<Layer> layer;
    Shown shown;  // what was seen last; empty: off
    std::vector<PlacedLayer> painted;
    std::vector<PlacedLayer> leaving;  // drawn below
    SessionTime left;                  // when that is gone
    Side leaving_side = Side::neither;

    bool is_empty() const { return painted.empty() && leaving.empty(); }
    void clear() {
      shown = {};
      painted.clear();
      leaving.clear();
    }
  };

  // True when it is another one: then everything is to be painted again.
  bool wear(const std::shared_ptr<const Attire>& attire) {
    if (!attire || attire == attire_) return false;
    attire_ = attire;
    Attire& worn = box_.theme;
    if (worn == *attire) return false;
    worn = *attire;
    box_.panels = PanelShelf();
    for (Seat& seat : seats_) {
      seat.shown.what.clear();
      seat.layer->forget_paint();
    }
    return true;
  }

  // What is seen now, whose turn it is, and where the story slot comes from.
  Moment moment_of(const Scene& scene, const LiveValues& values, SessionTime now) {
    Moment moment = look_at(scene, values, now, box_.placement.is_tall());
    if (shop_ && *shop_ != moment.shop) {
      shop_before_ = *shop_;
      shop_since_ = std::max(moment.scene.product_since, moment.scene.caption_since);
    }
    shop_ = moment.shop;
    moment.shop_before = shop_before_;
    moment.shop_since = shop_since_;
    moment.milestone = milestone_at(values.counter, now);
    movements_.clear();
    for (const Seat& seat : seats_) seat.layer->add_movements(moment, movements_);
    schedule_.advance(movements_, now);
    moment.schedule = &schedule_;
    return moment;
  }

  // The last one reached, while it is celebrated; nothing is of a total nobody can vouch for.
  std::optional<Milestone> milestone_at(const CounterValues& counter, SessionTime now) {
    if (counter.followers_merged > 0) {
      const auto& all = box_.theme.milestones;
      const auto reached = milestones_around(counter.total, all).from;
      const auto before = milestones_around(counter.total - counter.followers_merged, all).from;
      if (reached > before) milestone_ = {reached, counter.first_follow};
    }
    const bool is_fresh = milestone_ && !counter.stale_since &&
                          now < milestone_->since + box_.theme.motions.milestone.length;
    return is_fresh ? milestone_ : std::nullopt;
  }

  // A slate that has come on covers everything: what lies below is neither painted nor blended.
  bool slate_covers(const Moment& moment) const {
    if (moment.scene.slate == SlateKind::none) return false;
    const Seat& slate = seats_.back();
    const bool replaces_another =
        !slate.leaving.empty() ||
        (!slate.painted.empty() && slate.shown.subject != name_of(moment.scene.slate));
    const Motions& motions = box_.theme.motions;
    const Duration length = moment.is_quiet() ? motions.quiet_fade : motions.slate_in.length;
    return replaces_another || moment.now >= moment.scene.slate_since + length;
  }

  void take_leave(Seat& seat, const Moment& moment, bool is_replaced) {
    const Motion motion = seat.layer->exit(moment, is_replaced);
    seat.leaving.clear();
    seat.left = motion.end();
    if (motion.length <= Duration{} || seat.left <= moment.now) return;
    seat.leaving = std::move(seat.painted);
    seat.leaving_side = seat.shown.side;
    for (PlacedLayer& layer : seat.leaving) {
      layer.is_leaving = true;
      layer.motions.push_back(motion);
    }
  }

  // What has left, and at once what may not share the frame with what is on.
  bool end_leaves(SessionTime now) {
    const auto is_on = [&](Side side) {
      return std::any_of(seats_.begin(), seats_.end(),
                         [&](const Seat& seat) { return seat.shown.side == side; });
    };
    const bool has_heritage = is_on(Side::heritage);
    const bool has_commerce = is_on(Side::commerce);
    bool has_ended = false;
    for (Seat& seat : seats_) {
      if (seat.leaving.empty()) continue;
      const bool is_locked = (seat.leaving_side == Side::commerce && has_heritage) ||
                             (seat.leaving_side == Side::heritage && has_commerce);
      if (is_locked || now >= seat.left) {
        seat.leaving.clear();
        has_ended = true;
      } else {
        next_change_ = std::min(next_change_, seat.left);
      }
    }
    return has_ended;
  }

  std::shared_ptr<const Bitmaps> publish(const Scene& scene, const LiveValues& values,
                                         bool has_changed) {
    const CounterValues& counter = values.counter;
    const bool is_same =
        shown_ && !has_changed && shown_->scene == scene &&
        shown_->counter_total == counter.total && shown_->counter_gained == counter.gained &&
        shown_->counter_stamp == counter.stamp && shown_->show_version == values.show_version;
    if (is_same) return shown_;
    auto next = std::make_shared<Bitmaps>();
    std::size_t count = 0;
    for (const Seat& seat : seats_) count += seat.leaving.size() + seat.painted.size();
    next->layers.reserve(count);
    for (const Seat& seat : seats_) {
      next->layers.insert(next->layers.end(), seat.leaving.begin(), seat.leaving.end());
      next->layers.insert(next->layers.end(), seat.painted.begin(), seat.painted.end());
    }
    next->scene = scene;
    next->counter_total = counter.total;
    next->counter_gained = counter.gained;
    next->counter_stamp = counter.stamp;
    next->show_version = values.show_version;
    shown_ = std::move(next);
    return shown_;
  }

  std::unique_ptr<TextShaper> text_;
  std::shared_ptr<const Attire> attire_;  // seen last
  PaintBox box_;
  std::vector<Seat> seats_;  // lowest first
  Schedule schedule_;
  std::vector<Movement> movements_;  // of one look
  std::optional<ShopSlot> shop_;     // at the last look
  std::optional<Milestone> milestone_;
  ShopSlot shop_before_ = ShopSlot::free;
  SessionTime shop_since_ = SessionTime::min();
  std::shared_ptr<const Bitmaps> shown_;
  SessionTime next_change_ = never;
  std::uint64_t repaints_ = 0;
};

}  // namespace

Result<std::unique_ptr<Artist>> Artist::make(CanvasSize canvas, const std::string& theme,
                                             const std::string& assets) {
  XB_TRY_ASSIGN(const auto attire, load_attire(assets, theme));
  return make(canvas, attire, assets, std::make_shared<PictureShelf>());
}

Result<std::unique_ptr<Artist>> Artist::make(CanvasSize canvas, const Attire& attire,
                                             const std::string& assets,
                                             std::shared_ptr<PictureShelf> pictures) {
  const auto is_usable = [](int side) {
    return side >= least_side && side <= most_side && side % 2 == 0;
  };
  if (!is_usable(canvas.width) || !is_usable(canvas.height)) {
    return Error(ErrorCode::usage, "canvas " + std::to_string(canvas.width) + "x" +
                                       std::to_string(canvas.height) +
                                       ": both sides even, 64 to 4096");
  }
  XB_TRY_ASSIGN(Theme loaded, load_theme(assets, attire, canvas));
  const Placement placement(canvas, loaded.anchors);
  XB_TRY_ASSIGN(auto text, TextShaper::make(loaded, placement.unit()));
  return std::make_unique<LayerArtist>(std::move(loaded), placement, std::move(text),
                                       std::move(pictures));
}

}  // namespace xb::overlay

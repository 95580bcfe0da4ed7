// Follower counter 粉丝: total, today's gain, the way to the next milestone, the newest follower;
// gold while a milestone is new. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <list>
#include <optional>
#include <utility>

#include "overlay/counter_chip.h"

namespace xb::overlay {
namespace {

constexpr double capsule_gap = 14, capsule_h = 58, capsule_name_w = 230, capsule_least_name_w = 64;
constexpr Duration capsule_fade = std::chrono::milliseconds(200);
constexpr Duration longest_wait = std::chrono::seconds(2);  // of a pulse for its turn
constexpr std::size_t most_capsules = 12;                   // grounds kept, one a width
// The pages of a pulse are painted bit by bit: when many come, most would never be turned.
constexpr Duration pulse_stretch = std::chrono::milliseconds(200);
constexpr Duration pulse_ahead = std::chrono::milliseconds(100);  // the paint thread may be late

class Counter final : public Layer {
 public:
  explicit Counter(PaintBox& box) : Layer(box), chip_(box) {}

  void forget_paint() override {
    ring_ = {};
    chip_.forget_paint();
    capsules_.clear();
    said_ = {};
  }

  Shown shown(const Moment& m) override {
    const CounterValues& v = m.values.counter;
    Shows shows;
    shows.add(v.total)
        .add(std::max<std::int64_t>(0, v.gained))
        .add(v.stale_since.value_or(""))
        .add(v.by_hand.value_or(""));
    SessionTime until = never;
    if (m.milestone) {
      shows.add(m.milestone->followers);
      until = m.milestone->since + theme().motions.milestone.length;
    }
    if (const Turn turn = pulse_of(m); m.now < turn.end) {
      shows.add((turn.end - turn.begin).count()).add(rolls(m, turn) ? 1 : 0);
      const auto stretch = (m.now - turn.begin) / pulse_stretch;
      shows.add(stretch);
      until = std::min({until, turn.end, turn.begin + (stretch + 1) * pulse_stretch});
    }
    if (has_capsule(m)) {
      shows.add(v.last_follower).add(v.followers_merged);
      until = std::min(until, v.last_follow + capsule_stay());
    }
    return {shows.take(), until};
  }

  void add_movements(const Moment& m, std::vector<Movement>& out) override {
    const CounterValues& v = m.values.counter;
    if (v.followers_merged == 0 || m.is_quiet()) return;
    out.push_back({LayerName::counter, key_of(v), v.first_follow, theme().motions.pulse.length,
                   false, longest_wait, theme().motions.pulse_spacing});
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const CounterValues& v = m.values.counter;
    const CounterChip::Words words = chip_.words_of(v, m.milestone);
    const Box box = chip_.box_of(words);
    const Turn turn = pulse_of(m);
    std::vector<PlacedLayer> placed;
    if (m.now < turn.end) {
      // a frame is composed for a moment some time before that of the look
      const PageSpan span{m.now - pulse_ahead, m.now + pulse_stretch + pulse_ahead};
      placed = chip_.pulsing(words, box, {turn.begin, rolls(m, turn), span});
      placed.push_back(ring(turn, box));
    } else {
      placed = chip_.at_rest(words, box);
    }
    if (has_capsule(m)) {
      if (auto beside = capsule(v, box)) {
        beside->motions = capsule_motions(m);
        placed.push_back(std::move(*beside));
      }
    }
    return placed;
  }

 private:
  // It rises as the digits roll, is read, and fades.
  Duration capsule_stay() const {
    return theme().motions.roll.length + theme().motions.capsule_hold + capsule_fade;
  }
  static std::uint64_t key_of(const CounterValues& v) {
    return static_cast<std::uint64_t>(v.first_follow.time_since_epoch().count());
  }
  bool has_capsule(const Moment& m) const {
    const CounterValues& v = m.values.counter;
    return v.followers_merged > 0 && m.now >= v.last_follow &&
           m.now < v.last_follow + capsule_stay();
  }
  // Over when there is none, or it still waits.
  Turn pulse_of(const Moment& m) const {
    const CounterValues& v = m.values.counter;
    constexpr Turn none{SessionTime::min(), SessionTime::min()};
    if (v.followers_merged == 0 || m.is_quiet()) return none;
    const Turn turn = m.schedule->turn_of(LayerName::counter, key_of(v));
    const bool is_whole = turn.end - turn.begin == theme().motions.pulse.length;
    return m.now >= turn.begin && is_whole ? turn : none;
  }
  // The digits roll when the pulse began at once, and until the next one comes: the number itself
  // never waits.
  static bool rolls(const Moment& m, const Turn& turn) {
    const CounterValues& v = m.values.counter;
    return turn.begin == v.last_follow && v.last_follow == v.first_follow;
  }

  // A ring that grows from the heart and goes. The same each time, so painted once.
  PlacedLayer ring(const Turn& turn, Box box) {
    const Motions& motions = theme().motions;
    if (ring_.pages.empty() || ring_at_ != box) {
      ring_at_ = box;
      const int reach = 2 * static_cast<int>(std::lround(motions.ring_radius * unit() / 2)) + 4;
      const double x = CounterChip::heart_x;
      const double y = theme().anchors.follower.h / 2;
      ring_ = flipbook_of(
          {}, motions.pulse.length,
          [](double part) { return static_cast<int>(std::lround(part * 36)); },
          [&](int state) {
            const double part = Curve{0.1, 0.4, 0.6, 1}.at(state / 36.0);
            const double line = 5 - 3 * part;
            const double r = std::max(line, motions.ring_radius * part);
            const Area around{x - r, y - r, 2 * r, 2 * r};
            Canvas page(box, unit(), reach, around);
            page.stroke_inside(
                around, all_corners(999), line,
                palette().accent.with_alpha(motions.ring_alpha * (1 - state / 36.0)));
            return page.take(LayerName::counter, {});
          });
    }
    PlacedLayer placed;
    placed.layer = LayerName::counter;
    placed.flipbook = ring_;
    placed.flipbook.begin = turn.begin;
    return placed;
  }

  // Below the counter in 16:9, ending before the face; beside it in 9:16, where the face begins
  // right below. Where figures are so long that no name would fit, there is none. The last one is
  // kept: the chip is painted again while its pulse goes on.
  std::optional<PlacedLayer> capsule(const CounterValues& v, Box chip_box) {
    std::string key =
        Shows().add(v.last_follower).add(v.followers_merged).add(chip_box.right()).take();
    if (said_.key != key) said_ = {std::move(key), painted_capsule(v, chip_box)};
    return said_.capsule;
  }

  std::vector<Motion> capsule_motions(const Moment& m) const {
    const CounterValues& v = m.values.counter;
    const Motions& motions = theme().motions;
    Pose below = faint;
    // beside the counter the face begins right below
    below.dy = unit() * (placement().is_tall() ? motions.capsule_rise / 2 : motions.capsule_rise);
    const Timing rise{motions.roll.length, motions.pulse.curve};
    return {entrance(m, v.first_follow, rise, below),
            departure(m, v.last_follow + capsule_stay() - capsule_fade, {capsule_fade, {}}, faint)};
  }

  std::optional<PlacedLayer> painted_capsule(const CounterValues& v, Box chip_box) {
    const TextStyle style = text_style(30, Weight::bold);
    const std::string many = "等 " + std::to_string(v.followers_merged) + " 位 关注了";
    const TextBlock did = text().lay_out(v.followers_merged > 1 ? many : "关注了", style);
    const TextBlock plus =
        text().lay_out("+" + std::to_string(v.followers_merged), figure_style(32));
    const double pill_w = plus.width() + 28;
    const double around = 12 + pill_w + 12 + 12 + did.width() + 22;
    Anchor anchor = theme().anchors.follower;
    double room = theme().anchors.face.x - anchor.x - 12;
    if (placement().is_tall()) {
      const double chip_end = chip_box.right() / unit() + capsule_gap;
      const Anchor& product = theme().anchors.product;
      room = product.x + product.w - chip_end;
      anchor.x = chip_end;
      anchor.y += (anchor.h - capsule_h) / 2;
    } else {
      anchor.y += anchor.h + capsule_gap;
    }
    if (room - around < capsule_least_name_w) return std::nullopt;
    const std::string name = v.last_follower.empty() ? "新朋友" : v.last_follower;
    const TextBlock who = text().lay_out(name, style, {std::min(room - around, capsule_name_w), 1});
    const Box box = placement().place(anchor, around + who.width(), capsule_h);
    const double name_x = 12 + pill_w + 12;
    const auto draw_ground = [&](Canvas& c) {
      const double h = c.height();
      c.fill(c.whole(), all_corners(999), {palette().strip, 100});
      c.fill({12, (h - 42) / 2, pill_w, 42}, all_corners(999), plain_fill(palette().plus_pill));
      plus.draw(c, 26, (h - plus.height()) / 2, palette().text);
      did.draw(c, name_x + who.width() + 12, (h - who.height()) / 2 - 0.5, palette().strip_text);
    };
    Canvas c = capsule_ground(v.followers_merged, who.width(), box, draw_ground);
    who.draw(c, name_x, (c.height() - who.height()) / 2 - 0.5, palette().strip_text);
    return c.take(LayerName::counter, {});
  }

  // What is the same for all names of this width, ready to be written on.
  template <class Draw>
  Canvas capsule_ground(std::int64_t merged, double name_w, Box box, Draw draw) {
    const auto found = std::find_if(capsules_.begin(), capsules_.end(), [&](const Capsule& kept) {
      return kept.merged == merged && kept.name_w == name_w && kept.canvas.box().w == box.w;
    });
    if (found != capsules_.end()) {
      capsules_.splice(capsules_.begin(), capsules_, found);
    } else {
      capsules_.push_front({merged, name_w, Canvas(box, unit())});
      draw(capsules_.front().canvas);
      if (capsules_.size() > most_capsules) capsules_.pop_back();
    }
    return capsules_.front().canvas.copy_at(box);
  }

  struct Capsule {
    std::int64_t merged = 0;
    double name_w = 0;
    Canvas canvas;
  };
  struct SaidCapsule {
    std::string key;
    std::optional<PlacedLayer> capsule;
  };
  CounterChip chip_;
  SaidCapsule said_;
  std::list<Capsule> capsules_;  // used last first
  Flipbook ring_;
  Box ring_at_;
};

}  // namespace

std::unique_ptr<Layer> make_counter(PaintBox& box) {
  return std::make_unique<Counter>(box);
}

}  // namespace xb::overlay

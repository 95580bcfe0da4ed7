// Badges: 直播中, 录制 with its timer, the clock. Right-aligned; in 9:16 the recording is below.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 12, pad = 16, dot = 15, dot_gap = 11, timer_gap = 10;

class Badges final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    const BadgeValues& v = m.values.badges;
    if (!v.is_live && !v.is_recording_only && v.clock.empty()) return {};
    Shows shows;
    shows.add(v.is_live ? 1 : 0).add(v.clock).add(timer(m)).add(m.is_quiet() ? 1 : 0);
    SessionTime until = never;
    if (has_timer(m)) {
      const auto elapsed = m.now - *v.recording_since;
      until = *v.recording_since + std::chrono::floor<std::chrono::seconds>(elapsed) +
              std::chrono::seconds(1);
    }
    return {shows.take(), until};
  }

  // One bitmap a badge, so that the timer's second repaints little and blends no empty middle.
  std::vector<PlacedLayer> paint(const Moment& m) override {
    const BadgeValues& v = m.values.badges;
    std::vector<PlacedLayer> placed;
    Anchor at = theme().anchors.badges;
    const double gap = theme().anchors.badges_gap;
    const bool is_stacked = theme().anchors.has_stacked_badges;
    const auto put = [&](Badge badge) {
      const double width = badge.width;
      placed.push_back(draw(badge, at));
      if (badge.is_pulsing) placed.push_back(pulsing_dot(badge, at));
      at.x -= width + gap;
    };
    if (!v.clock.empty()) put(clock(v.clock));
    if (v.is_recording_only && !is_stacked) put(recording(timer(m)));
    if (v.is_live) put(live(!m.is_quiet()));
    if (v.is_recording_only && is_stacked) {
      const bool has_row = v.is_live || !v.clock.empty();
      at.x = theme().anchors.badges.x;
      if (has_row) at.y += at.h + gap;
      put(recording(timer(m)));
    }
    return placed;
  }

 private:
  struct Badge {
    Color ground, ink, dot_color;
    bool has_dot = false;
    TextBlock word, figure;
    double width = 0;
    bool is_pulsing = false;  // its dot
  };

  static bool has_timer(const Moment& m) {
    const BadgeValues& v = m.values.badges;
    return v.is_recording_only && v.recording_since && m.now >= *v.recording_since;
  }

  static std::string timer(const Moment& m) {
    if (!m.values.badges.is_recording_only) return {};
    if (!has_timer(m)) return "00:00:00";
    const auto s = to_ms(m.now - *m.values.badges.recording_since) / 1000;
    return fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  }

  TextBlock word(const std::string& value) const {
    TextStyle style = text_style(theme().type.badge, Weight::bold);
    style.line_height = 1;
    style.spacing_em = theme().fonts.badge_spacing_em;
    return text().lay_out(value, style);
  }

  Badge live(bool is_pulsing) const {
    Badge b{theme().fixed.live_bg,
            theme().fixed.live_fg,
            theme().fixed.live_fg,
            true,
            word("直播中"),
            {},
            0,
            false};
    b.width = pad + dot + dot_gap + b.word.width() + pad;
    b.is_pulsing = is_pulsing;
    return b;
  }
  Badge recording(const std::string& time) const {
    Badge b{theme().fixed.rec_bg,
            theme().fixed.rec_fg,
            theme().fixed.rec_dot,
            true,
            word("录制"),
            text().lay_out(time, figure_style(theme().type.badge * 1.08)),
            0,
            false};
    b.width = pad + dot + dot_gap + b.word.width() + timer_gap + b.figure.width() + pad;
    return b;
  }
  Badge clock(const std::string& time) const {
    Badge b{theme().fixed.rec_bg,
            theme().fixed.rec_fg,
            {},
            false,
            {},
            text().lay_out(time, figure_style(theme().type.clock)),
            0,
            false};
    b.width = pad + b.figure.width() + pad;
    return b;
  }

  PlacedLayer draw(const Badge& badge, const Anchor& at) const {
    Canvas c(placement().place(at, badge.width, at.h), unit());
    const double h = c.height();
    c.fill(c.whole(), all_corners(radius), plain_fill(badge.ground));
    double x = pad;
    if (badge.has_dot) {
      if (!badge.is_pulsing) draw_dot(c, badge);
      x += dot + dot_gap;
    }
    if (badge.word.lines() > 0) {
      badge.word.draw(c, x, (h - badge.word.height()) / 2, badge.ink);
      x += badge.word.width() + timer_gap;
    }
    if (badge.figure.lines() > 0) {
      badge.figure.draw(c, x, (h - badge.figure.height()) / 2, badge.ink);
    }
    return c.take(LayerName::badges, {});
  }

  static void draw_dot(Canvas& c, const Badge& badge) {
    c.fill({pad, (c.height() - dot) / 2, dot, dot}, all_corners(dot / 2),
           plain_fill(badge.dot_color));
  }

  // Breathes with the Session's time, never off.
  PlacedLayer pulsing_dot(const Badge& badge, const Anchor& at) const {
    Canvas c(placement().place(at, badge.width, at.h), unit());
    draw_dot(c, badge);
    PlacedLayer placed = c.take(LayerName::badges, {});
    Pose dim;
    dim.alpha = theme().motions.dot_alpha;
    placed.motions = {{{}, theme().motions.dot_period / 2, {}, dim, {}, Repeat::swing}};
    return placed;
  }
};

}  // namespace

std::unique_ptr<Layer> make_badges(PaintBox& box) {
  return std::make_unique<Badges>(box);
}

}  // namespace xb::overlay

// Notice ticker 通知: still when everything fits, else a strip without an end that moves left;
// notices that find no room on the strip are on the next one. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "overlay/icons.h"
#include "overlay/layer.h"

namespace xb::overlay {
namespace {

constexpr double radius = 14, pad = 22, head_pad = 18, head_gap = 9, separator = 22;
// One strip is at most so long: about 300 characters, 8 MB of planes at 1080p; on large canvases
// Cairo's 32767 pixels end it before.
constexpr double longest_u = 9600;
constexpr double longest_px = 32000;

class Ticker final : public Layer {
 public:
  using Layer::Layer;

  Shown shown(const Moment& m) override {
    if (!m.shows_ticker) return {};
    Shows shows;
    for (const std::string& notice : m.values.tables->notices) shows.add(notice);
    const bool has_run = m.now >= runs_until_;
    shows.add(static_cast<std::int64_t>(has_run ? next_ : first_));
    return {shows.take(), has_run ? never : runs_until_, "notices"};
  }

  // Notices are mostly about orders: they share no frame with a heritage caption, nor with one that
  // is leaving.
  Motion exit(const Moment& m, bool) const override {
    if (m.caption != nullptr && m.caption->kind == CaptionKind::heritage) return {};
    return departure(m, since(m), {theme().motions.quiet_fade, {}}, faint);
  }

  std::vector<PlacedLayer> paint(const Moment& m) override {
    const Anchor& anchor = theme().anchors.ticker;
    const Box box = placement().place(anchor, placement().width_of(anchor), anchor.h);
    Canvas c(box, unit());
    c.fill(c.whole(), all_corners(radius), {palette().panel, 100});
    border(c, c.whole(), all_corners(radius));
    const double head_w = head(c);

    const std::vector<std::string>& all = m.values.tables->notices;
    SessionTime begin = since(m);
    if (m.now >= runs_until_) {
      first_ = next_;
      begin = std::max(begin, runs_until_);
    }
    if (notices_ != all) {
      if (!notices_.empty()) begin = std::max(begin, m.now);  // changed on air
      notices_ = all;
    }
    first_ %= all.size();
    std::vector<TextBlock> notices;
    double width = 0;
    const TextStyle style = text_style(theme().type.ticker);
    const TextBlock diamond = text().lay_out("◆", style);
    const double between = diamond.width() + 2 * separator;
    const double longest = std::min(longest_u, longest_px / unit());
    while (notices.size() < all.size()) {
      const std::string& notice = all[(first_ + notices.size()) % all.size()];
      const TextBlock block =
          text().lay_out(full_width_punctuation(notice), style, {longest / 2, 1});
      if (width + block.width() + between > longest) break;
      width += block.width() + between;
      notices.push_back(block);
    }
    const double room = c.width() - head_w - 2 * pad;
    const bool fits = width - between <= room;
    next_ = (first_ + notices.size()) % all.size();
    const double run_s = std::max(width, room) / theme().motions.ticker_speed;
    runs_until_ = notices.size() == all.size()
                      ? never
                      : begin + theme().motions.ticker_pause + from_ms(std::llround(run_s * 1000));
    const auto draw_all = [&](Canvas& on, double x) {
      for (std::size_t i = 0; i < notices.size(); ++i) {
        const double y = (on.height() - notices[i].height()) / 2 - 0.5;
        notices[i].draw(on, x, y, palette().text);
        x += notices[i].width();
        if (fits && i + 1 == notices.size()) break;
        diamond.draw(on, x + separator, y, palette().accent);
        x += between;
      }
    };
    if (fits) {
      draw_all(c, head_w + pad);
      return faded_in(m, {c.take(LayerName::ticker, {})});
    }
    // The window begins right of the head; the strip repeats after its own width.
    const int head_px = static_cast<int>(std::ceil(head_w * unit() / 2)) * 2;
    const int end_px = static_cast<int>(std::lround(radius * unit() / 4)) * 2;
    const int strip_px = static_cast<int>(std::ceil(width * unit() / 2)) * 2;
    Canvas strip({0, box.y, strip_px, box.h}, unit());
    draw_all(strip, pad);
    PlacedLayer moving;
    moving.layer = LayerName::ticker;
    moving.bitmap = strip.take_whole();
    moving.x = box.x + head_px;
    moving.y = box.y;
    moving.window = Box{moving.x, box.y, box.w - head_px - end_px, box.h};
    Motion scroll;
    scroll.begin = begin + theme().motions.ticker_pause;
    scroll.length = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(strip_px / (theme().motions.ticker_speed * unit())));
    scroll.to.dx = -strip_px;
    scroll.repeat = Repeat::loop;
    moving.motions = {scroll};
    std::vector<PlacedLayer> placed{c.take(LayerName::ticker, {})};
    // one strip behind the other until, moved by a whole one, they still fill the window
    for (; moving.x - strip_px < moving.window->right(); moving.x += strip_px) {
      placed.push_back(moving);
    }
    return faded_in(m, std::move(placed));
  }

 private:
  // When it came on, or went off: with what had its place or hides it.
  static SessionTime since(const Moment& m) {
    return std::max({m.scene.product_since, m.scene.caption_since, m.scene.slate_since});
  }

  std::vector<PlacedLayer> faded_in(const Moment& m, std::vector<PlacedLayer> placed) const {
    const SessionTime begin = since(m) + length_of(m, theme().motions.caption_out);
    const Timing& timing = theme().motions.story_move;
    if (!is_within(m, begin, timing)) return placed;
    for (PlacedLayer& one : placed) {
      one.motions.push_back(entrance(m, begin, {timing.length, {}}, faint));
    }
    return placed;
  }

  double head(Canvas& c) const {
    const TextBlock word = text().lay_out("通知", text_style(theme().type.ticker, Weight::bold));
    const double icon = theme().type.ticker * 1.15;
    const double w = head_pad + icon + head_gap + word.width() + head_pad;
    c.fill({0, 0, w, c.height()}, {radius, 0, 0, radius}, {palette().strip, 100});
    draw_icon(c, Icon::horn, head_pad, (c.height() - icon) / 2, icon, palette().strip_text);
    word.draw(c, head_pad + icon + head_gap, (c.height() - word.height()) / 2 - 0.5,
              palette().strip_text);
    return w;
  }

  // The notices on the strip begin with number `first_`; when it has run once, with `next_`.
  std::vector<std::string> notices_;
  std::size_t first_ = 0;
  std::size_t next_ = 0;
  SessionTime runs_until_ = never;
};

}  // namespace

std::unique_ptr<Layer> make_ticker(PaintBox& box) {
  return std::make_unique<Ticker>(box);
}

}  // namespace xb::overlay

// CounterChip: the follower counter's chip, at rest and in the pages of its pulse.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "overlay/layer.h"
#include "overlay/milestones.h"

namespace xb::overlay {

// With every follower three things change: the total, today's gain, the bar to the next milestone.
// Each is a small picture of its own. All else is its ground, which is painted once and kept, in
// every size of the pulse as well; a follower costs the digits. At most one ground and the figures
// said last are kept, each as long as it says the same: the ground is another one when the figures
// need more room, or when a milestone dresses it in gold.
//
// Thread: the Artist's.
class CounterChip {
 public:
  explicit CounterChip(PaintBox& box);
  static constexpr double heart_x = 36;  // its middle, from the left

  // What stands on it now.
  struct Words {
    TextBlock label, today, after;  // today: before the gain; after: behind it
    TextBlock total, former, gain;  // former: before those who followed last
    std::string total_text, former_text, today_text, gain_text, label_text;
    bool has_gain = false, is_stale = false;
    bool is_festive = false;  // a milestone was reached: all is gold, and the gain is the milestone
    double progress = 0;      // to the next milestone
    double total_fit = 1;     // below 1 when the total must be smaller to keep clear of the face
    double space = 0, chip_w = 0, width = 0;
  };
  Words words_of(const CounterValues& values, const std::optional<Milestone>& reached) const;
  Box box_of(const Words& words) const;
  // Lowest first.
  std::vector<PlacedLayer> at_rest(const Words& words, Box box);

  struct Pulse {
    SessionTime begin;
    bool is_rolling = false;  // the digits that change roll
    PageSpan span;            // the figures' pages that are wanted; the ground has all
  };
  // The same with the pages of the pulse.
  std::vector<PlacedLayer> pulsing(const Words& words, Box box, const Pulse& pulse);
  void forget_paint() {
    ground_.reset();
    figures_.clear();
  }

 private:
  // Where all of it lies, in u.
  struct Lines {
    double total_y = 0, label_y = 0, today_x = 0, today_y = 0, gain_x = 0, gain_y = 0;
    Area chip, track;
  };
  // What is light on dark at other times is dark on gold for a milestone.
  struct Dress {
    const Ramp& plate;
    const Ramp& chip;
    Color icon, label, total, chip_text;
  };
  struct Ground {
    std::string key;
    PlacedLayer rest;
    Canvas bare;                          // without its shadow, to be scaled
    std::map<int, Flipbook::Page> pages;  // by size
  };
  enum class Which : std::uint8_t { total = 1, gain, bar };
  struct Figure {
    Which which;
    std::string key;  // what it says, and how large
    Area area;        // of all of its ink
    PlacedLayer rest;
    std::map<int, Canvas> faces;          // by step of the roll
    std::map<int, Flipbook::Page> pages;  // by size and step
  };

  void lay_out_total(Words& words, double fit, double label_fit) const;
  void lay_out_gain(Words& words, double fit) const;
  Lines lines_of(const Words& words, double w, double h) const;
  Dress dress_of(const Words& words) const;
  static std::int64_t done_pixels(const Lines& at, const Words& words, double unit);  // of the bar
  Ground& ground_of(const Words& words, Box box);
  std::vector<Figure>& figures_of(const Words& words, Box box);
  void draw_ground(Canvas& canvas, const Words& words) const;
  // How far the total has rolled, 0 to 1; the others do not roll.
  void draw(Canvas& canvas, const Words& words, Which which, double rolled) const;
  void draw_total(Canvas& canvas, const Words& words, double rolled) const;
  void roll(Canvas& canvas, const Words& words, double y, double rolled, Color ink) const;
  const Palette& palette() const { return box_.theme.palette; }
  TextStyle total_style(double fit) const;

  PaintBox& box_;
  double room_;  // u, up to what it may not reach
  std::optional<Ground> ground_;
  std::vector<Figure> figures_;
};

}  // namespace xb::overlay

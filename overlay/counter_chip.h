// CounterChip: the follower counter's chip, at rest and in the pages of its pulse.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "overlay/figures.h"
#include "overlay/layer.h"

namespace xb::overlay {

// With every follower three things change: the total, today's gain, the bar to the next milestone.
// All else is its ground, which is painted once and kept, in every size of the pulse as well; a
// follower costs the digits. At most one ground is kept: it is another one when the figures need
// more room.
//
// Thread: the Artist's.
class CounterChip {
 public:
  explicit CounterChip(PaintBox& box) : box_(box) {}
  static constexpr double heart_x = 36;  // its middle, from the left

  // What stands on it now.
  struct Words {
    TextBlock label, today;
    Figures total, former, gain;  // former: before those who followed last
    std::string total_text, former_text, label_text;
    bool has_gain = false, is_stale = false;
    double progress = 0;  // to the next milestone
    double space = 0, chip_w = 0, width = 0;
  };
  Words words_of(const CounterValues& values) const;
  Box box_of(const Words& words) const;
  PlacedLayer at_rest(const Words& words, Box box);

  struct Pulse {
    SessionTime begin;
    bool is_rolling = false;  // the digits that change roll
  };
  // `rest` with its pages, and what lies on it while they are turned, lowest first.
  std::vector<PlacedLayer> pulse(const Words& words, PlacedLayer rest, const Pulse& pulse, Box box);
  void forget_paint() { ground_.reset(); }

 private:
  // Where all of it lies, in u.
  struct Lines {
    double total_y = 0, label_y = 0, today_x = 0, today_y = 0, gain_x = 0, gain_y = 0;
    Area chip, track;
  };
  struct Ground {
    std::string key;
    Canvas shadowed, bare;
    std::map<int, Flipbook::Page> pages;  // by size
  };

  Lines lines_of(const Words& words, double w, double h) const;
  Ground& ground_of(const Words& words, Box box);
  void draw_ground(Canvas& canvas, const Words& words) const;
  void draw_total(Canvas& canvas, const Words& words, double rolled) const;
  void draw_gain(Canvas& canvas, const Words& words) const;
  void draw_bar(Canvas& canvas, const Words& words) const;
  void roll(Canvas& canvas, const Words& words, double y, double rolled, Color ink) const;
  Area total_area(const Words& words, Box box) const;
  const Palette& palette() const { return box_.theme.palette; }
  TextStyle total_style() const;

  PaintBox& box_;
  std::optional<Ground> ground_;
};

}  // namespace xb::overlay

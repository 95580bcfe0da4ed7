// The SVG path language, as far as our own drawings use it.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string>

#include "base/result.h"
#include "overlay/icons.h"

namespace xb::overlay {
namespace {

class Pen {
 public:
  Pen(cairo_t* cr, std::string_view d) : cr_(cr), text_(d) {}

  void run() {
    skip();
    while (at_ < text_.size()) {
      if (std::isalpha(static_cast<unsigned char>(text_[at_])) != 0) command_ = text_[at_++];
      step();
      skip();
    }
  }

 private:
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == ',')) ++at_;
  }

  // SVG lets numbers touch ("3.5-1.2.4"), so digits are gathered by hand.
  double number() {
    skip();
    const std::size_t from = at_;
    if (at_ < text_.size() && text_[at_] == '-') ++at_;
    bool has_point = false;
    while (at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  (text_[at_] == '.' && !has_point))) {
      has_point = has_point || text_[at_] == '.';
      ++at_;
    }
    XB_CHECK(at_ > from);
    return std::strtod(std::string(text_.substr(from, at_ - from)).c_str(), nullptr);
  }
  bool flag() {
    skip();
    XB_CHECK(at_ < text_.size() && (text_[at_] == '0' || text_[at_] == '1'));
    return text_[at_++] == '1';
  }

  void step() {
    const bool is_relative = std::islower(static_cast<unsigned char>(command_)) != 0;
    const double ox = is_relative ? x_ : 0;
    const double oy = is_relative ? y_ : 0;
    switch (command_) {
      case 'M':
      case 'm':
        x_ = start_x_ = ox + number();
        y_ = start_y_ = oy + number();
        cairo_move_to(cr_, x_, y_);
        command_ = is_relative ? 'l' : 'L';
        break;
      case 'L':
      case 'l':
        x_ = ox + number();
        y_ = oy + number();
        cairo_line_to(cr_, x_, y_);
        break;
      case 'H':
      case 'h':
        x_ = ox + number();
        cairo_line_to(cr_, x_, y_);
        break;
      case 'V':
      case 'v':
        y_ = oy + number();
        cairo_line_to(cr_, x_, y_);
        break;
      case 'C':
      case 'c': {
        const double x1 = ox + number();
        const double y1 = oy + number();
        curve(x1, y1, ox, oy);
        return;  // the control point stays for a following S
      }
      case 'S':
      case 's': curve(2 * x_ - control_x_, 2 * y_ - control_y_, ox, oy); return;
      case 'A':
      case 'a': arc(ox, oy); break;
      case 'Z':
      case 'z':
        cairo_close_path(cr_);
        x_ = start_x_;
        y_ = start_y_;
        break;
      default: XB_CHECK(!"path command");
    }
    control_x_ = x_;
    control_y_ = y_;
  }

  void curve(double x1, double y1, double ox, double oy) {
    control_x_ = ox + number();
    control_y_ = oy + number();
    x_ = ox + number();
    y_ = oy + number();
    cairo_curve_to(cr_, x1, y1, control_x_, control_y_, x_, y_);
  }

  void arc(double ox, double oy) {
    const double wanted = number();
    number();  // the second radius: circles only
    number();  // rotation of a circle
    const bool is_large = flag();
    const bool is_clockwise = flag();
    const double to_x = ox + number();
    const double to_y = oy + number();
    const double dx = to_x - x_;
    const double dy = to_y - y_;
    const double chord = std::hypot(dx, dy);
    const double radius = std::max(wanted, chord / 2);
    const double height = std::sqrt(std::max(0.0, radius * radius - chord * chord / 4));
    const double side = is_large == is_clockwise ? -1 : 1;
    const double cx = x_ + dx / 2 - side * height * dy / chord;
    const double cy = y_ + dy / 2 + side * height * dx / chord;
    const double from = std::atan2(y_ - cy, x_ - cx);
    const double to = std::atan2(to_y - cy, to_x - cx);
    (is_clockwise ? cairo_arc : cairo_arc_negative)(cr_, cx, cy, radius, from, to);
    x_ = to_x;
    y_ = to_y;
  }

  cairo_t* cr_;
  std::string_view text_;
  std::size_t at_ = 0;
  char command_ = 'M';
  double x_ = 0, y_ = 0, start_x_ = 0, start_y_ = 0, control_x_ = 0, control_y_ = 0;
};

}  // namespace

void add_path(cairo_t* cr, std::string_view d) {
  Pen(cr, d).run();
}

}  // namespace xb::overlay

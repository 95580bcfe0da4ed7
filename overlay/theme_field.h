// Field: one checked value of a theme file. Only for what reads a Theme.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <utility>

#include "overlay/theme.h"

namespace xb::overlay {

// One value of a theme file and the way to it. The first thing that is wrong is kept; after that
// reading goes on with zeroes, and the caller looks at `problem` once at the end.
class Field {
 public:
  Field(cv::FileNode node, std::string path, std::optional<std::string>& problem)
      : node_(std::move(node)), path_(std::move(path)), problem_(&problem) {}

  Field operator[](const char* key) const {
    const bool is_map = node_.isMap();
    if (!is_map) fail("is not an object");
    return {is_map ? node_[key] : cv::FileNode(), path_ + "." + key, *problem_};
  }
  Field operator[](int index) const {
    const bool has = node_.isSeq() && index < static_cast<int>(node_.size());
    if (!has) fail("has too few entries");
    return {has ? node_[index] : cv::FileNode(), path_ + "[" + std::to_string(index) + "]",
            *problem_};
  }
  bool exists(const char* key) const { return node_.isMap() && !node_[key].empty(); }
  int size() const { return node_.isSeq() ? static_cast<int>(node_.size()) : 0; }

  double number(double least, double most) const {
    if (!node_.isInt() && !node_.isReal()) return fail("is not a number"), least;
    const double value = static_cast<double>(node_);
    if (!std::isfinite(value) || value < least || value > most) {
      return fail("is out of range"), least;
    }
    return value;
  }
  double length() const { return number(0, 4096); }
  int count(int least, int most) const { return static_cast<int>(number(least, most)); }
  std::string text() const {
    if (!node_.isString()) return fail("is not a text"), std::string();
    return static_cast<std::string>(node_);
  }
  Color color() const {
    const auto parsed = parse_color(text());
    if (!parsed) fail("is not a colour #RRGGBB");
    return parsed.value_or(Color{});
  }
  Ramp ramp(double alpha = 1) const {
    return {(*this)[0].color().with_alpha(alpha), (*this)[1].color().with_alpha(alpha)};
  }
  void fail(const std::string& what) const {
    if (!*problem_) *problem_ = path_ + " " + what;
  }

 private:
  cv::FileNode node_;
  std::string path_;
  std::optional<std::string>* problem_;
};

// `motion` of the tokens; `format` is 16x9 or 9x16.
Motions read_motions(const Field& motion, std::string_view format);

}  // namespace xb::overlay

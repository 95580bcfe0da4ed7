// SPDX-License-Identifier: Apache-2.0
#include "studio/curve.h"

#include "net/json.h"

namespace xb::studio {
namespace {

constexpr std::int64_t first_step = 10;  // seconds: 40 minutes before the first thinning
constexpr std::size_t most_points = 240;

}  // namespace

Curve::Curve() {
  begin();
}

void Curve::begin() {
  step_ = first_step;
  points_.clear();
  write();
}

bool Curve::add(std::int64_t second, const chat::CounterFigures& figures) {
  if (!points_.empty() && second < points_.back().second + step_) return false;
  points_.push_back({second, figures.gained, figures.total, figures.viewers});
  if (points_.size() >= most_points) {
    step_ *= 2;
    std::vector<Point> kept;
    for (std::size_t i = 0; i < points_.size(); i += 2) kept.push_back(points_[i]);
    points_ = std::move(kept);
  }
  write();
  return true;
}

void Curve::write() {
  OrderedJson points = OrderedJson::array();
  for (const auto& one : points_)
    points.push_back({one.second, one.gained, one.total, one.viewers});
  text_ = std::make_shared<const std::string>(
      net::dump(OrderedJson{{"step_s", step_}, {"points", std::move(points)}}));
}

}  // namespace xb::studio

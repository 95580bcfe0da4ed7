// Curve: how followers and viewers went in this Session, for the page's small picture of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chat/counter.h"

namespace xb::studio {

// At most 240 points, evenly apart: when they are full every second one goes and the next come half
// as often. Thread: floor.
class Curve {
 public:
  Curve();
  // A Session begins: what was drawn before is of another one.
  void begin();
  // `second` of the Session; many times a second. True when text() is another one.
  bool add(std::int64_t second, const chat::CounterFigures& figures);
  // {"step_s":10,"points":[[SECOND,GAINED,TOTAL,VIEWERS]]}
  std::shared_ptr<const std::string> text() const { return text_; }

 private:
  struct Point {
    std::int64_t second = 0;
    std::int64_t gained = 0;
    std::int64_t total = 0;
    std::int64_t viewers = 0;
  };
  void write();

  std::int64_t step_ = 0;  // seconds
  std::vector<Point> points_;
  std::shared_ptr<const std::string> text_;
};

}  // namespace xb::studio

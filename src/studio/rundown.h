// Rundown: which product comes next, the rotation of cards, and what undo would take back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "base/time.h"
#include "overlay/scene.h"
#include "overlay/values.h"
#include "studio/commands.h"
#include "studio/director.h"

namespace xb::studio {

// A change of the picture that can be taken back.
struct Step {
  Note what;        // "商品上屏：山泉脐橙"
  std::string who;  // gave the command
  SessionTime at;
  overlay::Scene before;
  overlay::Scene after;
  std::optional<std::string> last_shown;  // product, before it
};

// As the state tells it (docs/wire.md 5).
struct RundownFigures {
  std::optional<std::string> next;  // product
  std::optional<int> rotation_s;
  struct Undoable {
    Note what;
    std::string who;
    std::int64_t seconds_left = 0;
  };
  std::optional<Undoable> undo;
};

// The cues are the products in their order; those without a complete price and those sold out are
// passed over, and after the last comes the first.
//
// Thread: floor. Pure: time and Scene are passed in. Nothing of it outlives the program.
class Rundown {
 public:
  // The product after the one that was on last; nothing when none may be shown.
  std::optional<std::string> next(const overlay::Tables& tables, const overlay::Scene& scene) const;

  // A command of `who` turned `before` into `after`. Kept for 30 s, the last 16; not when people
  // see the same in both. A product that is hidden ends the rotation: true.
  bool did(const Deed& deed, const std::string& who, const overlay::Scene& before,
           const overlay::Scene& after, const overlay::Tables& tables, SessionTime now);
  // The last change, which is no longer there to be taken back.
  std::optional<Step> take_last(SessionTime now);

  void start_rotation(Duration each, SessionTime now);
  // True: it was running.
  bool stop_rotation();
  // The product whose turn it is. Called many times a second.
  std::optional<std::string> turn(const overlay::Tables& tables, const overlay::Scene& scene,
                                  SessionTime now);

  RundownFigures figures(const overlay::Tables& tables, const overlay::Scene& scene,
                         SessionTime now) const;

 private:
  const Step* last_of(SessionTime now) const;

  std::deque<Step> steps_;
  std::optional<std::string> last_shown_;  // product
  std::optional<Duration> each_;           // of the rotation
  SessionTime next_turn_;
};

}  // namespace xb::studio

// ShowWatch: reads the Show again when a file of it has changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/worker.h"
#include "studio/show.h"

namespace xb::studio {

// One reading of the Show. `show` is there exactly when `problems` is empty.
struct ReadShow {
  std::optional<Show> show;
  std::vector<Problem> problems;
  MonoTime changed;  // when the files had not changed yet: a little before they did
};

// Looks at the files by their versions, not by notices of the system: those tell nothing of network
// folders and memory sticks, and 25 looks a second at 50 files take a thousandth of a core. A
// reading begins when two looks in a row saw the same files, so that nothing half written is read;
// what is wrong is told only when it has stood for a while, for some editors pause between their
// halves.
//
// Thread: construct and destroy on the owner's; `load` and `take` are called on the thread `show`.
class ShowWatch {
 public:
  // May take seconds: it decodes pictures.
  using Load = std::function<LoadedShow()>;
  // False: it has no room, and is asked again at the next look.
  using Take = std::function<bool(ReadShow&)>;
  // The first reading begins at once: what was opened may have changed since. `clock` and `health`
  // outlive it.
  ShowWatch(Load load, Take take, Clock& clock, Health& health);

  static constexpr Duration look_every = std::chrono::milliseconds(40);
  static constexpr Duration wrong_stands_for = std::chrono::milliseconds(300);

 private:
  Worker worker_;
};

}  // namespace xb::studio

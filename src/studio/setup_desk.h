// SetupDesk: where the setup page's file work is done.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/pipe.h"
#include "base/worker.h"
#include "studio/show_editor.h"
#include "studio/show_shelf.h"

namespace xb::studio {

// What the checklist asks of the place where a Session would be kept.
struct Premises {
  std::filesystem::path data;         // empty: nothing is recorded
  int bitrate_kbps = 0;               // of all that is recorded
  std::filesystem::path uplink = {};  // the file of former evenings
  std::int64_t sent_kbps = 0;         // to all platforms at one time
  // Of recording; nothing where nothing is recorded or the disk does not tell. Blocking.
  std::optional<std::int64_t> seconds_left() const;
};

// One job at a time, in the order they came, so that two people's edits never cross.
//
// Thread: `setup` runs the jobs, at low priority; post() from any. What waits when it is destroyed
// is done first.
class SetupDesk {
 public:
  using Job = std::function<void(ShowEditor&)>;
  SetupDesk(ShowEditor editor, ShowShelf shelf, Premises premises, Health& health);

  // False when 32 jobs wait: the caller says `busy`. Never blocks.
  bool post(Job job);
  // For what changes nothing, which anybody may ask for: leaves half of the places to changes.
  bool post_look(Job job);
  const Premises& premises() const { return premises_; }
  // For jobs alone.
  ShowShelf& shelf() { return shelf_; }

 private:
  ShowEditor editor_;
  ShowShelf shelf_;
  const Premises premises_;
  Queue<Job> jobs_;
  Worker worker_;
};

}  // namespace xb::studio

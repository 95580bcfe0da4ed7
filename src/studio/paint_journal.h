// PaintJournal: what was painted and which frames show it, as Entries, so that the picture of an
// evening can be made again. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "net/json.h"
#include "overlay/painted.h"
#include "session/entry.h"
#include "studio/program.h"

namespace xb::studio {

// An Artist has a state of its own (whose turn it is to move, what still leaves, how far the ticker
// is), and only the same looks in the same order bring another Artist to the same state. So every
// look is kept, as the difference to the one before. What an Artist remembers is over within half a
// minute, but for what it saw of former readings of the Show: while nothing is written, the last
// 30 s are kept in memory, and of each of the last 16 readings the first look. A Session begins
// with these; one that begins right after another has only what was painted between them.
//
// Thread: one at a time (floor). Costs some ten microseconds a look.
class PaintJournal {
 public:
  struct Kept {
    session::EntryKind kind = session::EntryKind::paint;
    SessionTime time;
    OrderedJson json;
  };

  void painted(const overlay::Painted& look);
  // After the look that made its set.
  void aired(const Aired& aired);

  // A Session begins: what comes with the next take() stands for itself.
  void begin();
  // Entries did not get into the Ledger: the next one stands for itself again.
  void lost();
  // It is over, or none is on.
  void end();
  // What is new since, in order. Nothing while no Session is on.
  std::vector<Kept> take();

 private:
  struct Draft;
  Draft& draft_for(const overlay::Painted& look);
  Draft& last_draft();
  void forget_old(SessionTime now);
  OrderedJson json_of(Draft& draft) const;

  struct Draft {
    std::shared_ptr<const overlay::LiveValues> values;  // of its first look; null: it has none
    std::uint64_t first = 0;                            // number of its first look
    std::uint64_t next = 0;
    std::uint64_t lost = 0;  // looks before it
    std::optional<Json> whole;
    OrderedJson paints = OrderedJson::array();
    OrderedJson aired = OrderedJson::array();
    OrderedJson repeated = OrderedJson::array();
    bool is_late = false;
    SessionTime time;  // of what came last
  };

  std::deque<Draft> firsts_;  // the first look at each reading of the Show
  std::deque<Draft> drafts_;
  bool is_on_ = false;
  bool needs_whole_ = true;
  std::optional<std::uint64_t> written_show_;
  std::shared_ptr<const overlay::Scene> scene_;        // of the last look
  std::shared_ptr<const overlay::LiveValues> values_;  // likewise
  std::uint64_t next_ = 1;                             // number of the next look
  SessionTime last_whole_;
  // Sets that may still come on screen, with the number of their look; the one on screen first.
  std::deque<std::pair<std::shared_ptr<const overlay::BitmapSet>, std::uint64_t>> sets_;
  bool has_shown_ = false;                // one of them was on screen
  std::optional<OrderedJson> on_screen_;  // the last news: number and frame
};

}  // namespace xb::studio

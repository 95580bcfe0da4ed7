// Who has changed what: from the setup page to the Ledger.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "net/json_fwd.h"

namespace xb::studio {

// A change reaches the picture by the files alone; this says whose hand it was. A note is found by
// what the row has become, so one whose file was never written does no harm. The newest 512 are
// kept.
//
// Thread: any.
class EditNotes {
 public:
  // `after` as in changes_of(): the row, or null when it is gone.
  void add(std::string_view table, std::string_view id, const OrderedJson& after,
           std::string_view who);
  // Adds `who` to each row of changes_of() that is known. The others were changed in the files.
  void sign(OrderedJson& changes);

 private:
  struct Note {
    std::string what;
    std::string who;
  };
  std::mutex mutex_;  // guards notes_
  std::deque<Note> notes_;
};

}  // namespace xb::studio

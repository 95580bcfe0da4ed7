// OfflineShow: the Show's picture over a file, moved by a list of events instead of an audience.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "chat/counter.h"
#include "chat/event.h"
#include "chat/inbox.h"
#include "overlay/artist.h"
#include "overlay/values.h"
#include "studio/director.h"
#include "studio/heard.h"
#include "studio/line_choice.h"
#include "studio/show.h"

namespace xb::studio {

struct OfflineEvent {
  SessionTime time;  // from the start of the input
  std::variant<chat::ChatEvent, Deed> what;
  std::string place;  // file:line
};

// One JSON object a line: a ChatEvent, or a command {"name","args"}; `time_ms` of both from the
// start of the input. Sorted by time, equal times in the order of the file. Error json_invalid etc.
// with `file:line`.
Result<std::vector<OfflineEvent>> read_events(const std::string& path);

// Thread: one at a time. Same Show, events and times give the same Bitmaps to the byte.
class OfflineShow {
 public:
  // Plays all events first, without painting, so that a wrong command is named before anything is
  // composed. Errors: those of the Director with file:line, command_arguments for a message that
  // cannot be pinned then, theme_invalid, font_missing.
  static Result<OfflineShow> make(const Show& show, const std::string& assets,
                                  std::vector<OfflineEvent> events);
  // What the Canvas shows at `time`; times must rise. Error: a command that is refused.
  Result<std::shared_ptr<const overlay::Bitmaps>> at(SessionTime time);
  // The events whose time has not come.
  std::span<const OfflineEvent> left() const { return std::span(events_).subspan(next_); }

 private:
  OfflineShow(const Show& show, std::unique_ptr<overlay::Artist> artist,
              std::vector<OfflineEvent> events);
  Status apply(const OfflineEvent& event);
  Status hear(const chat::ChatEvent& event, SessionTime time);

  std::unique_ptr<overlay::Artist> artist_;
  std::vector<OfflineEvent> events_;
  std::size_t next_ = 0;
  Director director_;
  std::unique_ptr<Heard> heard_ = std::make_unique<Heard>();
  chat::Inbox inbox_;
  chat::CounterState counter_;
  std::uint64_t sequence_ = 0;
  overlay::LiveValues values_;
  LineChoice lines_;
};

}  // namespace xb::studio

// Folding the stored events again. SPDX-License-Identifier: Apache-2.0
#include "chat/restore.h"

#include <algorithm>
#include <utility>

#include "net/json.h"

namespace xb::chat {

Result<NumberedRef> stored_event(std::string_view json) {
  XB_TRY_ASSIGN(const auto parsed, net::parse_json(json));
  XB_TRY_ASSIGN(auto event, event_of(parsed, Origin::ledger));
  XB_TRY_ASSIGN(const auto sequence, net::require_integer(parsed, "seq"));
  if (sequence < 1) return Error(ErrorCode::event_invalid, "seq: must be at least 1");
  XB_TRY_ASSIGN(const auto hidden, net::optional_string(parsed, "hidden"));
  XB_TRY_ASSIGN(const auto masked, net::optional_bool(parsed, "masked"));
  const auto why = hidden.value_or("");
  return make_numbered(static_cast<std::uint64_t>(sequence), std::move(event), "ledger", MonoTime{},
                       Sender::unknown, {why, masked.value_or(false)});
}

Restored rebuild(CounterState checkpoint, std::vector<NumberedRef> events,
                 std::uint64_t reserved_below) {
  Restored out;
  out.counter = std::move(checkpoint);
  for (const auto& event : events) {
    fold(out.counter, event->event);
    out.next = std::max(out.next, event->sequence + 1);
  }
  out.events = std::move(events);
  out.next = std::max(out.next, reserved_below);
  out.reserved_below = out.next;
  return out;
}

}  // namespace xb::chat

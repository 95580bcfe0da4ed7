// Present: how chat and Show become what layers show; the same for live and for render.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/counter.h"
#include "chat/event.h"
#include "overlay/values.h"
#include "studio/show.h"

namespace xb::studio {

// What the Show says of the picture; version as of its reading.
void put_show(overlay::LiveValues& values, const Show& show, std::uint64_t version);
overlay::LiveValues first_values(const Show& show, const chat::CounterState& counter);
// The line a chat event puts into the panel; nothing for other kinds. Host and moderator are never
// drawn: no event says who they are.
std::optional<overlay::ChatLine> line_of(const chat::ChatEvent& event, chat::Sender sender,
                                         std::uint64_t sequence, SessionTime arrived);
// Adds a line, the oldest beyond 32 goes.
void add_line(overlay::LiveValues& values, overlay::ChatLine line);
// Takes the lines with these numbers off.
void take_off(overlay::LiveValues& values, const std::vector<std::uint64_t>& sequences);
// "15:42", as the clocks here show it.
std::string local_clock(WallTime wall);
// Sets `clock` and `minute_began` to this moment. The latter stays as it is until the minute ends
// or the clock is set: a value that never stands still would be painted anew all the time.
void put_clock(overlay::BadgeValues& badges, WallTime wall, SessionTime now);
// What the counter says of where its total comes from.
void put_origins(overlay::CounterValues& counter, const chat::Origins& origins);
// Followers within 1.5 s of each other are shown as one line with their number; `name` may be
// empty.
void add_followers(overlay::CounterValues& counter, const std::string& name, int merged,
                   SessionTime now);

}  // namespace xb::studio

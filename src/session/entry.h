// Entry: one line of the Ledger, as the rest of the house hands it in and as it is read back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace xb::session {

// The names are stored (docs/wire.md section 4): add at the end, never rename.
enum class EntryKind : std::uint8_t {
  begin = 1,  // the Session begins: what it was made with
  anchor,     // what the wall clock said at this SessionTime, each minute
  resume,     // the Session goes on after an interruption
  end,        // the Session is over, and why
  chat,       // a ChatEvent as it was relayed
  command,    // a command and its answer; event_id is the command's id
  scene,      // which Layers are on from now
  values,     // what the picture shows has changed: the Counter, a table row
  output,     // an Output changed its state
  health,     // a component changed its condition
  marker,     // a point or span with a note
  gap,        // Entries were lost here: how many, between which times
  file,       // a media file begins or ends
  show,       // a reading of the Show as the picture is painted from it
  paint,      // what was painted, from which Scene and values, and which frames show it
};
std::string_view name_of(EntryKind kind);
std::optional<EntryKind> entry_kind(std::string_view name);

struct Standing {
  bool is_following = false;
  bool is_gained = false;  // counted in today's gain
};

struct Entry {
  EntryKind kind = EntryKind::marker;
  SessionTime time{};       // the program's; the Ledger moves it to the Session's own beginning
  WallTime wall{};          // a label
  std::string json = "{}";  // one JSON object, serialised by whoever appends
  std::optional<std::int64_t> seq = std::nullopt;  // the Feed number of a chat Entry
  std::string platform = {};
  std::string event_id = {};
  std::string user_id = {};
  // What is known of (platform, user_id) after this Entry; kept in the table of people.
  std::optional<Standing> standing = std::nullopt;
  // (platform, user_id) has said something in this Session; kept in the table of speakers.
  bool has_spoken = false;
  // The Counter after this Entry as JSON, without people and speakers: give it with every Entry
  // that changes it. All are committed together, so that a restart reads back one moment.
  std::string counter = {};
};

struct StoredEntry {
  std::int64_t n = 0;  // its number in the Ledger: the order of things
  EntryKind kind = EntryKind::marker;
  SessionTime time{};  // since the Session began
  WallTime wall{};
  std::optional<std::int64_t> seq;
  std::string platform;
  std::string event_id;
  std::string user_id;
  std::string json;
};

}  // namespace xb::session

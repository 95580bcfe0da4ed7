// Counter: folds ChatEvents into followers, gained today, viewers, likes. Pure and replayable.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/result.h"
#include "chat/event.h"
#include "net/json_fwd.h"

namespace xb::chat {

// What is shown. Never negative, saturating at the ends of int64.
struct CounterFigures {
  std::int64_t total = 0;
  std::int64_t gained = 0;
  std::int64_t viewers = 0;
  std::int64_t likes = 0;
  friend bool operator==(const CounterFigures&, const CounterFigures&) = default;
};

struct PlatformCount {
  std::optional<std::int64_t> reported;  // its own total, moved by follows since
  std::int64_t net = 0;                  // follows minus unfollows while nothing was reported
  std::int64_t viewers = 0;
  std::int64_t likes = 0;
  int low_reports = 0;       // reports in a row that fall by more than a fifth
  std::int64_t by_hand = 0;  // of today's gain: what a hand added and may take back
  bool is_typed = false;     // `reported` was typed by a hand
  // When a hand last changed what counts of this platform (Unix ms); nothing once the platform has
  // told its own total.
  std::optional<std::int64_t> by_hand_ms;
  bool is_left_out = false;  // a room that is not in the Show: in no sum, and nothing comes to it
  friend bool operator==(const PlatformCount&, const PlatformCount&) = default;
};

struct Person {
  bool is_following = false;
  bool is_gained = false;  // counted in today's gain
  friend bool operator==(const Person&, const Person&) = default;
};

// Everything the fold remembers; a value, so that a restart can go on with it.
struct CounterState {
  std::int64_t baseline = 0;
  std::int64_t gained = 0;
  std::string day;  // "2026-02-14": the day the Session began; only a label that is compared
  // Key: room_key(). A platform has one entry without a room, or one for each of its rooms.
  std::map<std::string, PlatformCount, std::less<>> platforms;
  // Key: platform, '\n', user id. At most `most_people`; whoever comes later is counted but not
  // remembered.
  std::unordered_map<std::string, Person> people;
  std::uint64_t forgotten = 0;
  // Who has said something in this Session, by the same key; at most `most_speakers`.
  std::unordered_set<std::string> speakers;
  friend bool operator==(const CounterState&, const CounterState&) = default;
};
inline constexpr std::size_t most_people = 262'144;
inline constexpr std::size_t most_speakers = 16'384;

// The platform alone, or platform, '\n', room.
std::string room_key(std::string_view platform, std::string_view room);
std::string_view platform_of(std::string_view room_key);

// total = (baseline + the nets of all platforms) until the first platform reports a total;
// from then on the sum over the platforms of (reported, or net where it reported none). Where a
// platform has several rooms, each counts like a platform.
CounterFigures figures_of(const CounterState& state);

// Where the total comes from: the Show's baseline alone, platforms (their totals and follows), a
// hand, or both of these.
enum class Provenance : std::uint8_t { show = 1, platform, manual, mixed };
std::string_view name_of(Provenance provenance);
struct Origins {
  Provenance provenance = Provenance::show;
  std::optional<std::int64_t> by_hand_ms;  // when a hand last had a part in it
  friend bool operator==(const Origins&, const Origins&) = default;
};
Origins origins_of(const CounterState& state);
// How many a hand may take back from this platform.
std::int64_t by_hand_of(const CounterState& state, const std::string& platform);

// Who says something, as far as former events tell; never guessed.
enum class Sender : std::uint8_t {
  unknown = 1,
  fan,       // follows
  newcomer,  // these are his first words of the Session, and he did not follow before today
};

struct CounterStep {
  bool has_changed = false;         // the figures, or where they come from
  bool is_gain = false;             // new followers today
  std::int64_t gains = 0;           // so many; below 0 some were taken back
  Sender sender = Sender::unknown;  // of a message
};
// Folds one event in. Duplicates by event id must be gone already (Inbox). The first room heard of
// takes the platform's entry over; what names no room counts where the platform's first one does.
// Where it finds no memory (std::bad_alloc) nothing has been counted.
CounterStep fold(CounterState& state, const ChatEvent& event);

// What fold() will say of who sends it.
Sender sender_of(const CounterState& state, const ChatEvent& event);

// The room of this event, when it is new, takes the place of one of its platform that is not in the
// Show any more: a room written wrong once would count for ever.
void replace_room(CounterState& state, const ChatEvent& event,
                  const std::function<bool(std::string_view room)>& is_in_show);

// Nobody moves the number any more that a room told which is not in the Show: it is left out of all
// sums until the room is there again, or another one takes its place. What was gained today stays
// gained, and follows that were counted one by one stay counted.
// Returns whether the figures are other ones.
bool leave_out_rooms(CounterState& state,
                     const std::function<bool(std::string_view room)>& is_in_show);

// The state a Session begins with. A new day: the gain begins at 0. The baseline as in
// with_baseline(). Viewers and likes start at 0 in every case and
// nobody has spoken yet; do not call it when an interrupted Session goes on.
CounterState begin_session(CounterState before, std::int64_t baseline, std::string day);

// Another baseline than before: the operator knows better, totals start there.
CounterState with_baseline(CounterState before, std::int64_t baseline);

// The key of CounterState::people and speakers.
std::string person_key(std::string_view platform, std::string_view user_id);
// Null when nobody is remembered by this event's user.
const Person* person_of(const CounterState& state, const ChatEvent& event);

// Can an event of this kind change more than who has spoken?
bool is_counted(Kind kind);

// All but people and speakers, which the ledger keeps by person: so that writing it down costs the
// same however many there are. Import refuses what export cannot have written.
OrderedJson to_json(const CounterState& state);
Result<CounterState> counter_state_of(const Json& json);

}  // namespace xb::chat

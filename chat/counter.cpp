// The fold itself: what each kind does to the state, saturating, never negative.
// SPDX-License-Identifier: Apache-2.0
#include "chat/counter.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace xb::chat {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr int reports_to_believe_a_fall = 3;

// Both may be negative; the ends of int64 hold.
std::int64_t add(std::int64_t a, std::int64_t b) {
  if (b > 0 && a > most - b) return most;
  if (b < 0 && a < std::numeric_limits<std::int64_t>::min() - b) {
    return std::numeric_limits<std::int64_t>::min();
  }
  return a + b;
}

bool has_reports(const CounterState& state) {
  return std::any_of(state.platforms.begin(), state.platforms.end(), [](const auto& item) {
    return item.second.reported.has_value() && !item.second.is_left_out;
  });
}

std::int64_t total_of(const CounterState& state) {
  // Gains and losses apart, so that the order of the platforms cannot saturate differently.
  std::int64_t up = has_reports(state) ? 0 : state.baseline;
  std::int64_t down = 0;
  for (const auto& [name, platform] : state.platforms) {
    if (platform.is_left_out) continue;
    const auto part = platform.reported.value_or(platform.net);
    auto& side = part >= 0 ? up : down;
    side = add(side, part);
  }
  return std::max<std::int64_t>(0, add(up, down));
}

// What the shown total could not follow (beyond 0, or the end of int64) is not remembered either:
// the next step the other way is seen at once.
void move_total(CounterState& state, PlatformCount& platform, std::int64_t by) {
  const auto total = total_of(state);
  by = by < 0 ? std::max(by, -total) : std::min(by, most - total);
  if (platform.reported) {
    platform.reported = std::max<std::int64_t>(0, add(*platform.reported, by));
  } else {
    platform.net = add(platform.net, by);
  }
}

// Its own entry; the platform's, while that has no rooms; for what names no room the first one.
template <class Map>
auto find_count(Map& counts, std::string_view platform, std::string_view room) {
  const auto own = counts.find(room_key(platform, room));
  if (own != counts.end()) return own;
  const auto is_its = [&](auto at) {
    return at != counts.end() && platform_of(at->first) == platform;
  };
  auto first = counts.lower_bound(platform);
  if (!room.empty()) return is_its(first) && first->first == platform ? first : counts.end();
  while (is_its(first) && first->second.is_left_out) ++first;
  return is_its(first) ? first : counts.end();
}

using Counts = decltype(CounterState::platforms);
Counts::iterator rename(Counts& counts, Counts::iterator at, std::string key) {
  auto entry = counts.extract(at);
  entry.key() = std::move(key);
  return counts.insert(std::move(entry)).position;
}

PlatformCount& count_of(CounterState& state, const ChatEvent& event) {
  auto& counts = state.platforms;
  const auto at = find_count(counts, event.platform, event.room);
  if (at == counts.end()) return counts[room_key(event.platform, event.room)];
  const bool is_taken_over = !event.room.empty() && at->first == event.platform;
  if (!is_taken_over) return at->second;
  return rename(counts, at, room_key(event.platform, event.room))->second;
}

// What the other rooms of the platform have, never negative.
std::int64_t rest_of(const CounterState& state, std::string_view platform,
                     const PlatformCount& count) {
  std::int64_t sum = 0;
  for (const auto& [key, other] : state.platforms) {
    if (&other != &count && platform_of(key) == platform && !other.is_left_out)
      sum = add(sum, other.reported.value_or(other.net));
  }
  return std::max<std::int64_t>(0, sum);
}

std::string key_of(const ChatEvent& event) {
  return event.user && !event.user->id.empty() ? person_key(event.platform, event.user->id)
                                               : std::string();
}

// Null for someone without id, or when nobody more can be remembered.
Person* remembered(CounterState& state, const ChatEvent& event) {
  auto key = key_of(event);
  if (key.empty()) return nullptr;
  if (const auto at = state.people.find(key); at != state.people.end()) return &at->second;
  if (state.people.size() >= most_people) {
    ++state.forgotten;
    return nullptr;
  }
  return &state.people[std::move(key)];
}

CounterStep follow(CounterState& state, PlatformCount& platform, const ChatEvent& event) {
  CounterStep step;
  auto* person = remembered(state, event);
  if (person != nullptr && person->is_following) return step;
  move_total(state, platform, 1);
  step.is_gain = person == nullptr || !person->is_gained;
  step.gains = step.is_gain ? 1 : 0;
  state.gained = add(state.gained, step.gains);
  if (person != nullptr) *person = {true, true};
  return step;
}

void unfollow(CounterState& state, PlatformCount& platform, const ChatEvent& event) {
  // Whoever is seen leaving without having been seen coming followed before we counted.
  const auto* known = person_of(state, event);
  if (known != nullptr && !known->is_following) return;
  if (auto* person = remembered(state, event)) person->is_following = false;
  move_total(state, platform, -1);
}

// False: it falls too far to be believed yet.
bool report(CounterState& state, PlatformCount& platform, std::int64_t total) {
  const auto before = platform.reported.value_or(
      has_reports(state) ? std::max<std::int64_t>(0, platform.net) : total_of(state));
  const bool falls_far = total < before && before - total > before / 5;
  platform.low_reports = falls_far ? platform.low_reports + 1 : 0;
  if (falls_far && platform.low_reports < reports_to_believe_a_fall) return false;
  platform.low_reports = 0;
  platform.reported = total;
  platform.net = 0;
  return true;
}

// A total read off the platform's own page, or people who were seen to follow there.
CounterStep correct(CounterState& state, PlatformCount& platform, const ChatEvent& event) {
  CounterStep step;
  if (event.total) {
    const auto rest = rest_of(state, event.platform, platform);
    if (!report(state, platform, std::max<std::int64_t>(0, add(*event.total, -rest)))) return step;
    platform.is_typed = true;
  } else {
    const auto by = event.own ? std::max(event.own->add, -platform.by_hand) : 0;
    move_total(state, platform, by);
    step.gains = std::max(by, -state.gained);
    state.gained = add(state.gained, step.gains);
    platform.by_hand = add(platform.by_hand, by);
    step.is_gain = step.gains > 0;
  }
  platform.by_hand_ms = event.time_ms.value_or(0);
  return step;
}

void report_itself(CounterState& state, PlatformCount& platform, std::int64_t total) {
  if (!report(state, platform, total)) return;
  platform.is_typed = false;
  platform.by_hand_ms.reset();
}

Sender hear(CounterState& state, const ChatEvent& event) {
  const auto sender = sender_of(state, event);
  if (auto key = key_of(event); !key.empty() && state.speakers.size() < most_speakers)
    state.speakers.insert(std::move(key));
  return sender;
}

}  // namespace

std::string room_key(std::string_view platform, std::string_view room) {
  std::string key(platform);
  if (!room.empty()) key.append("\n").append(room);
  return key;
}

std::string_view platform_of(std::string_view room_key) {
  return room_key.substr(0, room_key.find('\n'));
}

void replace_room(CounterState& state, const ChatEvent& event,
                  const std::function<bool(std::string_view room)>& is_in_show) {
  auto& counts = state.platforms;
  auto key = room_key(event.platform, event.room);
  if (event.room.empty() || counts.contains(key)) return;
  for (auto at = counts.lower_bound(event.platform);
       at != counts.end() && platform_of(at->first) == event.platform; ++at) {
    const bool has_room = at->first.size() > event.platform.size();
    if (!has_room || is_in_show(std::string_view(at->first).substr(event.platform.size() + 1)))
      continue;
    rename(counts, at, std::move(key))->second.is_left_out = false;
    return;
  }
}

bool leave_out_rooms(CounterState& state,
                     const std::function<bool(std::string_view room)>& is_in_show) {
  const auto before = figures_of(state);
  for (auto& [key, count] : state.platforms) {
    const auto platform = platform_of(key).size();
    count.is_left_out = count.reported && key.size() > platform &&
                        !is_in_show(std::string_view(key).substr(platform + 1));
  }
  return figures_of(state) != before;
}

std::string person_key(std::string_view platform, std::string_view user_id) {
  std::string key(platform);
  return key.append("\n").append(user_id);
}

const Person* person_of(const CounterState& state, const ChatEvent& event) {
  const auto at = state.people.find(key_of(event));
  return at == state.people.end() ? nullptr : &at->second;
}

std::string_view name_of(Provenance provenance) {
  switch (provenance) {
    case Provenance::show: return "show";
    case Provenance::platform: return "platform";
    case Provenance::manual: return "manual";
    case Provenance::mixed: return "mixed";
  }
  return "show";
}

Origins origins_of(const CounterState& state) {
  Origins out;
  bool has_platform = false;
  for (const auto& [name, platform] : state.platforms) {
    if (platform.is_left_out) continue;
    if (platform.by_hand_ms) {
      out.by_hand_ms = std::max(out.by_hand_ms.value_or(0), *platform.by_hand_ms);
    } else {
      has_platform |= platform.reported || platform.net != 0;
    }
  }
  if (out.by_hand_ms) {
    out.provenance = has_platform ? Provenance::mixed : Provenance::manual;
  } else if (has_platform) {
    out.provenance = Provenance::platform;
  }
  return out;
}

std::int64_t by_hand_of(const CounterState& state, const std::string& platform) {
  const auto at = find_count(state.platforms, platform, {});
  return at == state.platforms.end() ? 0 : at->second.by_hand;
}

bool is_counted(Kind kind) {
  return kind == Kind::correction || kind == Kind::follow || kind == Kind::unfollow ||
         kind == Kind::followers || kind == Kind::viewers || kind == Kind::like;
}

Sender sender_of(const CounterState& state, const ChatEvent& event) {
  const auto key = event.kind == Kind::chat ? key_of(event) : std::string();
  if (key.empty()) return Sender::unknown;
  const auto person = state.people.find(key);
  const bool follows = person != state.people.end() && person->second.is_following;
  const bool is_old_fan = follows && !person->second.is_gained;
  const bool is_first = state.speakers.size() < most_speakers && !state.speakers.contains(key);
  if (is_first && !is_old_fan) return Sender::newcomer;
  return follows ? Sender::fan : Sender::unknown;
}

CounterFigures figures_of(const CounterState& state) {
  CounterFigures out{total_of(state), state.gained, 0, 0};
  for (const auto& [name, platform] : state.platforms) {
    if (platform.is_left_out) continue;
    out.viewers = add(out.viewers, platform.viewers);
    out.likes = add(out.likes, platform.likes);
  }
  return out;
}

CounterStep fold(CounterState& state, const ChatEvent& event) {
  if (event.kind == Kind::chat) return {.sender = hear(state, event)};
  if (!is_counted(event.kind)) return {};
  const auto before = figures_of(state);
  const auto origins = origins_of(state);
  auto& platform = count_of(state, event);
  CounterStep step;
  switch (event.kind) {
    case Kind::follow: step = follow(state, platform, event); break;
    case Kind::unfollow: unfollow(state, platform, event); break;
    case Kind::followers: report_itself(state, platform, event.total.value_or(0)); break;
    case Kind::correction: step = correct(state, platform, event); break;
    case Kind::viewers: platform.viewers = event.total.value_or(0); break;
    default:  // like: an absolute number, when there is one, is better than a sum of our own
      platform.likes = event.total ? *event.total : add(platform.likes, event.count.value_or(0));
      break;
  }
  step.has_changed = figures_of(state) != before || origins_of(state) != origins;
  return step;
}

CounterState with_baseline(CounterState before, std::int64_t baseline) {
  if (before.baseline == baseline) return before;
  before.baseline = baseline;
  before.platforms.clear();
  return before;
}

CounterState begin_session(CounterState before, std::int64_t baseline, std::string day) {
  for (auto& [name, platform] : before.platforms) {
    platform.viewers = 0;
    platform.likes = 0;
  }
  before.speakers.clear();
  before = with_baseline(std::move(before), baseline);
  if (before.day != day) {
    before.day = std::move(day);
    before.gained = 0;
    for (auto& [key, person] : before.people) person.is_gained = false;
    for (auto& [name, platform] : before.platforms) platform.by_hand = 0;
  }
  return before;
}

}  // namespace xb::chat

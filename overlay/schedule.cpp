// Turns are given out along the time line: at each moment something is due or ends.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/schedule.h"

#include <algorithm>
#include <chrono>

namespace xb::overlay {
namespace {

constexpr std::size_t most_at_once = 2;
// Longer than anything moves, waits or keeps its distance.
constexpr Duration kept_for = std::chrono::seconds(20);

bool runs(const Turn& turn, SessionTime at) {
  return turn.begin <= at && at < turn.end;
}

}  // namespace

std::vector<LayerName> Schedule::moving(SessionTime at) const {
  std::vector<LayerName> layers;
  for (const Entry& entry : entries_) {
    const LayerName layer = entry.movement.layer;
    if (runs(entry.turn, at) && std::find(layers.begin(), layers.end(), layer) == layers.end()) {
      layers.push_back(layer);
    }
  }
  return layers;
}

bool Schedule::may_begin(const Entry& entry, SessionTime at) const {
  const Movement& wanted = entry.movement;
  if (wanted.spacing > Duration{}) {
    for (const Entry& other : entries_) {
      const bool is_same_kind = other.movement.layer == wanted.layer &&
                                other.movement.spacing > Duration{} &&
                                other.turn.begin != other.turn.end;
      if (is_same_kind && other.turn.begin <= at && at < other.turn.begin + wanted.spacing) {
        return false;
      }
    }
  }
  const auto layers = moving(at);
  return layers.size() < most_at_once ||
         std::find(layers.begin(), layers.end(), wanted.layer) != layers.end();
}

void Schedule::serve_waiting(SessionTime at) {
  for (Entry& entry : entries_) {
    if (entry.turn.begin != still_waiting.begin || entry.movement.due > at) continue;
    if (may_begin(entry, at)) {
      entry.turn = {at, at + entry.movement.length};
    } else if (at >= entry.movement.due + entry.movement.patience) {
      entry.turn = {at, at};
    }
  }
}

// The next moment at which somebody who waits may get a turn.
SessionTime Schedule::earliest_of_waiting() const {
  auto earliest = SessionTime::max();
  const auto consider = [&](SessionTime at) {
    if (at > served_) earliest = std::min(earliest, at);
  };
  for (const Entry& waiting : entries_) {
    const Movement& wanted = waiting.movement;
    if (waiting.turn.begin != still_waiting.begin) continue;
    consider(wanted.due);
    consider(wanted.due + wanted.patience);
    for (const Entry& other : entries_) {
      if (other.turn.begin == still_waiting.begin) continue;
      consider(other.turn.end);
      if (wanted.spacing > Duration{} && other.movement.layer == wanted.layer) {
        consider(other.turn.begin + wanted.spacing);
      }
    }
  }
  return earliest;
}

void Schedule::serve(SessionTime until) {
  for (auto at = earliest_of_waiting(); at <= until; at = earliest_of_waiting()) {
    serve_waiting(at);
    served_ = at;
  }
  served_ = std::max(served_, until);
}

// The one that began last, of the layer that loses least by it: its motion ends at once.
void Schedule::cut_one_decoration(LayerName commanded, SessionTime at) {
  Entry* last = nullptr;
  for (Entry& entry : entries_) {
    const bool may_be_cut =
        runs(entry.turn, at) && !entry.movement.is_commanded && entry.movement.layer != commanded;
    if (may_be_cut && (last == nullptr || entry.turn.begin >= last->turn.begin)) last = &entry;
  }
  if (last == nullptr) return;
  const LayerName layer = last->movement.layer;
  for (Entry& entry : entries_) {
    if (entry.movement.layer == layer && !entry.movement.is_commanded && runs(entry.turn, at)) {
      entry.turn.end = at;
    }
  }
}

void Schedule::advance(std::vector<Movement> known, SessionTime now) {
  std::stable_sort(known.begin(), known.end(), [](const Movement& a, const Movement& b) {
    return a.due != b.due ? a.due < b.due : a.is_commanded && !b.is_commanded;
  });
  std::erase_if(entries_, [&](const Entry& entry) {
    return entry.turn.end < now - kept_for && entry.movement.due < now - kept_for;
  });
  for (Movement& movement : known) {
    const auto is_known = [&](const Entry& e) {
      return e.movement.layer == movement.layer && e.movement.key == movement.key;
    };
    const bool is_due = movement.due <= now && movement.due >= now - kept_for;
    // from the newest on: most of what is named again came last
    if (!is_due || std::any_of(entries_.rbegin(), entries_.rend(), is_known)) continue;
    serve(std::max(served_, movement.due - Duration(1)));
    Entry entry{movement, still_waiting};
    if (movement.is_commanded) {
      entry.turn = {movement.due, movement.due + movement.length};
      const LayerName layer = movement.layer;
      entries_.push_back(std::move(entry));
      for (std::size_t count = moving(movement.due).size(); count > most_at_once; --count) {
        cut_one_decoration(layer, movement.due);
      }
    } else {
      entries_.push_back(std::move(entry));
      serve_waiting(std::max(movement.due, served_));
    }
  }
  serve(now);
}

Turn Schedule::turn_of(LayerName layer, std::uint64_t key) const {
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
    return entry.movement.layer == layer && entry.movement.key == key;
  });
  if (found != entries_.rend()) return found->turn;
  return {SessionTime::min(), SessionTime::min()};
}

SessionTime Schedule::next_change() const {
  return earliest_of_waiting();
}

}  // namespace xb::overlay

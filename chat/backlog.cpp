// Finished JSON by number, trimmed from the old end. SPDX-License-Identifier: Apache-2.0
#include "chat/backlog.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace xb::chat {
namespace {

void append_item(std::string& items, const std::string& item) {
  if (!items.empty()) items += ',';
  items += item;
}

void append_gap(Stretch& out, std::uint64_t missing) {
  append_item(out.items, "{\"gap\":" + std::to_string(missing) + "}");
  out.passed += missing;
}

}  // namespace

void Backlog::skip_to(std::uint64_t next) {
  next_ = std::max(next_, next);
}

void Backlog::add(const Numbered& event, std::string json) {
  XB_CHECK(event.sequence >= next_);
  next_ = event.sequence + 1;
  const auto size = json.size();
  places_.push_back({event.sequence, event.received, std::move(json), end_offset_});
  end_offset_ += size;
  while (places_.size() > limits_.least &&
         (places_.size() > limits_.most || end_offset_ - places_.front().offset > limits_.bytes)) {
    places_.pop_front();
  }
}

void Backlog::take_away(std::uint64_t sequence) {
  const auto at = find(sequence);
  if (at != places_.end() && at->sequence == sequence) places_.erase(at);
}

std::deque<Backlog::Place>::const_iterator Backlog::find(std::uint64_t from) const {
  return std::lower_bound(
      places_.begin(), places_.end(), from,
      [](const Place& place, std::uint64_t number) { return place.sequence < number; });
}

Stretch Backlog::from(std::uint64_t from, std::size_t most_bytes, std::uint64_t until) const {
  Stretch out;
  out.next = from;
  const auto end = std::min(next_, until);
  for (auto at = find(from); at != places_.end() && at->sequence < end; ++at) {
    const auto& event = *at;
    if (!out.items.empty() && out.items.size() + event.json.size() > most_bytes) return out;
    if (event.sequence > out.next) append_gap(out, event.sequence - out.next);
    append_item(out.items, event.json);
    out.next = event.sequence + 1;
  }
  if (end > out.next) {
    append_gap(out, end - out.next);
    out.next = end;
  }
  return out;
}

std::size_t Backlog::bytes_from(std::uint64_t from) const {
  const auto at = find(from);
  return at == places_.end() ? 0 : static_cast<std::size_t>(end_offset_ - at->offset);
}

MonoTime Backlog::received_from(std::uint64_t from) const {
  const auto at = find(from);
  return at == places_.end() ? MonoTime{} : at->received;
}

std::uint64_t Backlog::first_of_last(std::uint64_t most) const {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(most, places_.size()));
  return count == 0 ? next_ : places_[places_.size() - count].sequence;
}

std::string Backlog::last(std::size_t most, std::size_t most_bytes) const {
  auto at = places_.end();
  for (std::size_t count = 0; at != places_.begin() && count < most; ++count) {
    const auto size = std::prev(at)->json.size() + 1;
    if (size > most_bytes) break;
    most_bytes -= size;
    --at;
  }
  std::string items;
  for (; at != places_.end(); ++at) append_item(items, at->json);
  return items;
}

}  // namespace xb::chat

// Groups and their turns. SPDX-License-Identifier: Apache-2.0
#include "chat/feed_peers.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace xb::chat {
namespace {

constexpr std::size_t most_groups = 16;
constexpr std::size_t most_in_group = 64;  // as many as a loop sends to in one turn
// So much makes a send worth its price, however soon after the last one.
constexpr std::size_t full_bytes = 16 << 10;
constexpr std::size_t brisk_bytes = 3 << 10;

}  // namespace

std::optional<FeedPeers::Wish> FeedPeers::wish_of(const net::Request& request) {
  Wish wish;
  for (auto [key, value] : {std::pair{"from", &wish.from}, std::pair{"last", &wish.last}}) {
    const auto at = request.query.find(key);
    if (at == request.query.end()) continue;
    const auto& digits = at->second;
    std::int64_t number = 0;  // within int64, as every number of ours
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (digits.empty() || error != std::errc() || stop != end || number < 0) return std::nullopt;
    *value = static_cast<std::uint64_t>(number);
  }
  return wish;
}

void FeedPeers::open(net::Peer& peer, MonoTime now) {
  ++peers_;
  ++tally_.peers;
  regroup(now);
  auto& group = smallest_group();
  if (group.has_news()) group.flush(now);  // so that it starts where the others stand
  const auto wish = wish_of(peer.request());
  const auto newest = group.told().next;
  auto next = newest;
  // A number we never gave is from another data folder: nothing of it can be replayed.
  if (wish && wish->from && *wish->from < newest) next = *wish->from + 1;
  if (wish && !wish->from && wish->last) next = std::min(newest, log_.first_of_last(*wish->last));
  group.open(peer, next, now);
}

void FeedPeers::close(const net::Peer& peer) {
  const bool was_here = std::any_of(groups_.begin(), groups_.end(),
                                    [&](FeedGroup& group) { return group.close(peer); });
  if (!was_here) return;
  --peers_;
  --tally_.peers;
}

FeedGroup& FeedPeers::smallest_group() {
  return *std::min_element(
      groups_.begin(), groups_.end(),
      [](const FeedGroup& a, const FeedGroup& b) { return a.size() < b.size(); });
}

void FeedPeers::refuse(net::Peer& peer) {
  ++tally_.refused;
  peer.close(net::CloseReason::policy, "read only");
}

std::optional<std::size_t> FeedPeers::due_group(MonoTime now) const {
  std::optional<std::size_t> longest;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const auto& group = groups_[i];
    if (!group.has_news()) continue;
    const auto last = group.last_flush();
    if (is_many() && last) {
      const auto bytes = group.waiting_bytes();
      const auto wait = bytes >= full_bytes    ? Duration{}
                        : bytes >= brisk_bytes ? pace_.brisk
                                               : pace_.calm;
      if (now - *last < wait) continue;
    }
    if (!longest || last < groups_[*longest].last_flush()) longest = i;
  }
  return longest;
}

bool FeedPeers::is_waiting() const {
  return is_many() || std::any_of(groups_.begin(), groups_.end(),
                                  [](const FeedGroup& group) { return group.has_laggards(); });
}

void FeedPeers::flush_one(MonoTime now) {
  if (const auto due = due_group(now)) groups_[*due].flush(now);
}

void FeedPeers::regroup(MonoTime now) {
  const auto peers = static_cast<std::size_t>(peers_);
  auto count = groups_.size();
  while (count < most_groups && peers > most_in_group * count) count *= 2;
  while (count > 1 && 4 * peers <= most_in_group * count) count /= 2;  // late: not to and fro
  if (count == groups_.size()) return;
  std::vector<FeedGroup::Places> all;
  auto told = log_.end();  // to everybody
  for (auto& group : groups_) {
    if (group.has_news()) group.flush(now);
    told.next = std::min(told.next, group.told().next);
    told.states = std::min(told.states, group.told().states);
    all.push_back(group.take_places());
  }
  groups_.clear();
  while (groups_.size() < count) groups_.emplace_back(log_, tally_, told);
  for (const auto& places : all) {
    for (const auto& [id, place] : places) smallest_group().add(*place.peer, place);
  }
}

void FeedPeers::pump(MonoTime now) {
  for (auto& group : groups_) group.pump(now);
}

void FeedPeers::sweep(MonoTime now) {
  regroup(now);
  for (auto& group : groups_) group.sweep(now);
}

}  // namespace xb::chat

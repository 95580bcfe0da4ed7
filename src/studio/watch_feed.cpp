// One window of shared pieces, and a place in it for everybody.
// SPDX-License-Identifier: Apache-2.0
#include "studio/watch_feed.h"

#include <algorithm>
#include <utility>

#include "net/json.h"

namespace xb::studio {
namespace {

constexpr std::size_t block_bytes = 64 << 10;
constexpr std::int64_t most_behind_us = 2'000'000;
constexpr std::size_t most_behind_bytes = 4 << 20;
// Two seconds at the highest bitrate there is take 5 MB; more than this is no key frame in time.
constexpr std::size_t most_kept_bytes = 8 << 20;
constexpr Duration most_stuck = std::chrono::seconds(20);

std::vector<WatchFeed::Text> blocks_of(const WatchFeed::Text& bytes) {
  if (bytes->size() <= block_bytes) return {bytes};
  std::vector<WatchFeed::Text> out;
  for (std::size_t at = 0; at < bytes->size(); at += block_bytes)
    out.push_back(std::make_shared<const std::string>(bytes->substr(at, block_bytes)));
  return out;
}

bool wants_picture(const net::Request& request) {
  const auto at = request.query.find("picture");
  return at == request.query.end() || at->second != "none";
}

}  // namespace

int WatchFeed::admit(const net::Request& request) {
  if (const auto refusal = admission_ ? admission_(request) : 0; refusal != 0) return refusal;
  const auto at = request.query.find("picture");
  return at == request.query.end() || at->second == "none" ? 0 : 400;
}

void WatchFeed::opened(net::Peer& peer) {
  auto& viewer = peers_[peer.id()];
  viewer = Viewer{&peer, wants_picture(peer.request())};
  if (viewer.wants_picture) ++viewers_;
  if (status_) peer.send_text(status_);
  pump(viewer);  // it has no place yet that it could have lost
}

void WatchFeed::received(net::Peer& peer, std::string_view /*message*/, bool /*is_text*/) {
  peer.close(net::CloseReason::policy, "pictures only come out here");
}

void WatchFeed::closed(net::Peer& peer) {
  const auto at = peers_.find(peer.id());
  if (at == peers_.end()) return;
  if (at->second.wants_picture) --viewers_;
  peers_.erase(at);
}

void WatchFeed::drained(net::Peer& peer) {
  if (const auto at = peers_.find(peer.id()); at != peers_.end() && !pump(at->second))
    peer.close(net::CloseReason::try_later, "too slow");
}

void WatchFeed::sweep(MonoTime now) {
  close_all([&](Viewer& viewer) {
    const auto since = viewer.peer->stuck_since();
    return since != MonoTime{} && now - since >= most_stuck;
  });
}

// Closing may call closed() at once.
void WatchFeed::close_all(const std::function<bool(Viewer&)>& is_lost) {
  std::vector<net::Peer*> lost;
  for (auto& [id, viewer] : peers_)
    if (is_lost(viewer)) lost.push_back(viewer.peer);
  for (auto* peer : lost) peer->close(net::CloseReason::try_later, "too slow");
}

void WatchFeed::set_status(std::string status) {
  if (status_ && *status_ == status) return;
  status_ = std::make_shared<const std::string>(std::move(status));
  for (const auto& [id, viewer] : peers_) viewer.peer->send_text(status_);
}

void WatchFeed::clear() {
  forget_pieces();
  begin_.reset();
}

void WatchFeed::forget_pieces() {
  first_ = end();
  pieces_.clear();
  bytes_ = 0;
  has_key_ = false;
}

void WatchFeed::take(const output::WebPiece& piece) {
  if (piece.kind == output::WebPiece::Kind::begin) {
    forget_pieces();
    ++run_;
    begin_ = std::make_shared<const std::string>(net::dump(OrderedJson{{"mime", piece.mime}}));
    header_ = blocks_of(piece.bytes);
    return;
  }
  if (piece.is_key) {
    key_ = end();
    has_key_ = true;
  }
  if (!has_key_) return;
  pieces_.push_back({blocks_of(piece.bytes), piece.bytes->size(), piece.start_us, piece.end_us});
  bytes_ += piece.bytes->size();
  trim();
  close_all([this](Viewer& viewer) { return !pump(viewer); });
}

// What came since the newest key frame stays, and before it what those may need who are only a
// little behind.
void WatchFeed::trim() {
  while (first_ < key_ && (bytes_ > most_behind_bytes ||
                           pieces_.back().end_us - pieces_.front().start_us > most_behind_us)) {
    bytes_ -= pieces_.front().bytes;
    pieces_.pop_front();
    ++first_;
  }
  if (bytes_ > most_kept_bytes) forget_pieces();
}

bool WatchFeed::is_too_far(const Viewer& viewer) const {
  if (viewer.next < first_) return true;
  if (viewer.next >= key_) return false;  // there is no better place than where it stands
  const auto from = pieces_.begin() + static_cast<std::ptrdiff_t>(viewer.next - first_);
  if (pieces_.back().end_us - from->start_us > most_behind_us) return true;
  std::size_t bytes = 0;
  for (auto at = from; at != pieces_.end(); ++at) bytes += at->bytes;
  return bytes > most_behind_bytes;
}

// The words and the header a page needs before the first piece of a run.
bool WatchFeed::begin(Viewer& viewer) {
  if (!viewer.peer->send_text(begin_)) return false;
  for (const auto& block : header_)
    if (!viewer.peer->send_binary(block)) return false;
  viewer.run = run_;
  viewer.next = key_;
  viewer.block = 0;
  return true;
}

bool WatchFeed::pump(Viewer& viewer) {
  if (!viewer.wants_picture || !has_key_ || begin_ == nullptr) return true;
  if (viewer.run != run_ && !begin(viewer)) return true;
  // A piece is sent whole: only between two of them may a viewer go elsewhere.
  while (viewer.next < end()) {
    if (viewer.block == 0 && is_too_far(viewer)) {
      viewer.next = key_;
      ++skips_;
    }
    if (viewer.next < first_) return false;
    const auto& piece = pieces_[viewer.next - first_];
    if (!viewer.peer->send_binary(piece.blocks[viewer.block])) return true;
    if (++viewer.block < piece.blocks.size()) continue;
    viewer.block = 0;
    ++viewer.next;
  }
  return true;
}

}  // namespace xb::studio

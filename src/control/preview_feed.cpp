// One mailbox between the preview thread and the loop: a slow turn costs pictures, never memory.
// SPDX-License-Identifier: Apache-2.0
#include "control/preview_feed.h"

#include <algorithm>
#include <utility>

#include "control/api.h"
#include "control/roles.h"

namespace xb::control {
namespace {

constexpr std::size_t most_waiting = 16;

net::Response picture_response(std::shared_ptr<const std::string> jpeg) {
  net::Response out;
  out.content_type = "image/jpeg";
  out.body = std::move(jpeg);
  return out;
}

}  // namespace

PreviewFeed::PreviewFeed(studio::Studio& studio)
    : studio_(&studio), newest_(std::make_shared<Mailbox<Picture>>("preview to web")) {
}

int PreviewFeed::admit(const net::Request& request) {
  return may(role_of(request), "viewer") ? 0 : 403;
}

void PreviewFeed::opened(net::Peer& peer) {
  peers_.push_back(&peer);
  watch_while_needed();
}

void PreviewFeed::received(net::Peer& peer, std::string_view /*message*/, bool /*is_text*/) {
  peer.close(net::CloseReason::policy, "pictures only come out here");
}

void PreviewFeed::closed(net::Peer& peer) {
  peers_.erase(std::remove(peers_.begin(), peers_.end(), &peer), peers_.end());
  watch_while_needed();
}

void PreviewFeed::answer(net::ResponderRef to, int turns) {
  if (waiting_.size() >= most_waiting)
    return to->respond(refusal_of(Error(ErrorCode::busy, "preview.jpg")));
  waiting_.push_back({std::move(to), turns});
  watch_while_needed();
}

void PreviewFeed::tell_picture() {
  if (const auto picture = newest_->try_take()) {
    for (auto* peer : peers_)
      if (peer->queued_bytes() == 0) peer->send_binary(*picture);
    for (const auto& each : waiting_) each.to->respond(picture_response(*picture));
    waiting_.clear();
  }
  for (auto& each : waiting_)
    if (--each.turns_left <= 0)
      each.to->respond(refusal_of(Error(ErrorCode::busy, "no picture yet")));
  std::erase_if(waiting_, [](const Waiting& each) { return each.turns_left <= 0; });
  watch_while_needed();
}

void PreviewFeed::watch_while_needed() {
  const bool is_needed = !peers_.empty() || !waiting_.empty();
  if (is_needed == (watch_ != nullptr)) return;
  if (!is_needed) {
    watch_.reset();
    newest_->try_take();  // the next to come must not begin with an old one
    return;
  }
  std::lock_guard lock(mutex_);
  if (studio_ == nullptr) return;
  watch_ = studio_->watch_preview([to = newest_](Picture jpeg) { to->put(std::move(jpeg)); });
}

void PreviewFeed::close() {
  std::lock_guard lock(mutex_);
  studio_ = nullptr;
}

}  // namespace xb::control

// State is compared as text: what is the same is not sent again.
// SPDX-License-Identifier: Apache-2.0
#include "control/updates_feed.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "control/roles.h"
#include "net/json.h"

namespace xb::control {
namespace {

// A page that is not read for so long has missed more chat than it can show; the numbers tell it.
constexpr std::size_t waiting_batches = 256;
constexpr int most_chats_a_turn = 10;
constexpr std::size_t most_held_back_bytes = 64 << 10;

}  // namespace

UpdatesFeed::UpdatesFeed(studio::Studio& studio, std::shared_ptr<const RecentDeeds> recent)
    : studio_(&studio), recent_(std::move(recent)) {
}

void UpdatesFeed::start(net::Loop& web) {
  batches_ = std::make_shared<net::LoopQueue<Text>>(
      web,
      net::LoopQueue<Text>::Options{"chat to web", waiting_batches, waiting_batches,
                                    Overflow::drop_oldest},
      [weak = weak_from_this()](Text&& batch) {
        if (const auto self = weak.lock()) self->take_chat(batch);
      });
}

int UpdatesFeed::admit(const net::Request& request) {
  return may(role_of(request), "viewer") ? 0 : 403;
}

void UpdatesFeed::opened(net::Peer& peer) {
  std::lock_guard lock(mutex_);
  if (studio_ == nullptr) return peer.close(net::CloseReason::going_away, "the program ends");
  // Who watches gets the last lines, too, so that none falls between: one that comes twice is known
  // by its number.
  if (!chat_watch_)
    chat_watch_ = studio_->watch_chat([to = batches_](Text batch) { to->push(std::move(batch)); });
  peers_.push_back(&peer);
  const auto recent = studio_->recent_chat();
  auto state = net::dump(studio_->state());
  const auto version = recent_->version();
  const auto deeds = recent_->json();
  const auto pressed = deeds.empty() ? std::string() : R"(,"recent":)" + net::dump(deeds);
  const auto send = [&](std::string_view chat) {
    return peer.send_text(std::make_shared<const std::string>(
        fmt::format(R"({{"state":{},"chat":{}{}}})", state, chat, pressed)));
  };
  // A page without the last lines is better than none.
  if (!send(recent ? *recent : "[]") && !send("[]"))
    return peer.close(net::CloseReason::try_later, "too slow");
  if (peers_.size() > 1) return;  // the others have not seen it
  last_state_ = std::move(state);
  told_deeds_ = version;
}

void UpdatesFeed::received(net::Peer& peer, std::string_view /*message*/, bool /*is_text*/) {
  peer.close(net::CloseReason::policy, "commands go to POST /api/command");
}

void UpdatesFeed::closed(net::Peer& peer) {
  peers_.erase(std::remove(peers_.begin(), peers_.end(), &peer), peers_.end());
  if (!peers_.empty()) return;
  chat_watch_.reset();
  held_back_.clear();
}

void UpdatesFeed::take_chat(const Text& batch) {
  if (peers_.empty()) return;
  const auto items = std::string_view(*batch).substr(1, batch->size() - 2);
  if (held_back_.empty() && chats_this_turn_ < most_chats_a_turn) return send_chat(items);
  if (!held_back_.empty() && !items.empty()) held_back_ += ',';
  held_back_ += items;
  if (held_back_.size() >= most_held_back_bytes) send_chat(std::exchange(held_back_, {}));
}

void UpdatesFeed::send_chat(std::string_view items) {
  ++chats_this_turn_;
  send_all(std::make_shared<const std::string>(fmt::format(R"({{"chat":[{}]}})", items)));
}

void UpdatesFeed::tell_chat() {
  chats_this_turn_ = 0;
  batches_->nudge();
  if (!held_back_.empty()) send_chat(std::exchange(held_back_, {}));
}

void UpdatesFeed::tell_recent() {
  const auto version = recent_->version();
  if (version == told_deeds_) return;
  told_deeds_ = version;
  send_all(std::make_shared<const std::string>(R"({"recent":)" + net::dump(recent_->json()) + "}"));
}

void UpdatesFeed::tell_state() {
  if (peers_.empty()) return;
  tell_recent();
  std::string state;
  {
    std::lock_guard lock(mutex_);
    if (studio_ == nullptr) return;
    state = net::dump(studio_->state());
  }
  if (state == last_state_) return;
  send_all(std::make_shared<const std::string>(R"({"state":)" + state + "}"));
  last_state_ = std::move(state);
}

void UpdatesFeed::tell_alive() {
  if (!has_told_) send_all(std::make_shared<const std::string>("{}"));
  has_told_ = false;
}

// Who cannot take a message is told to come again: then there is a fresh snapshot.
void UpdatesFeed::send_all(const Text& message) {
  has_told_ = true;
  const auto now = peers_;  // closing one may call closed()
  for (auto* peer : now)
    if (!peer->send_text(message)) peer->close(net::CloseReason::try_later, "too slow");
}

void UpdatesFeed::close() {
  batches_->close();
  std::lock_guard lock(mutex_);
  studio_ = nullptr;
}

}  // namespace xb::control

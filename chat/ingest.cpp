// The door of the ingest: token, one event a message, one answer each.
// SPDX-License-Identifier: Apache-2.0
#include "chat/ingest.h"

#include <utility>

namespace xb::chat {
namespace {

constexpr std::size_t most_senders = 32;
constexpr int most_this_turn = 64;         // about 1 ms of parsing
constexpr int most_unacknowledged = 2048;  // a ledger commit's worth of a flood of 5000 a second
// Of all senders together, also those who have left: every answer has a place.
constexpr int most_outstanding = 16'384;

std::string_view token_in(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.substr(0, scheme.size()) != scheme) return {};
  return authorization.substr(scheme.size());
}

}  // namespace

Ingest::Ingest(net::Loop& web, Clock& clock, Secret token, Accept accept)
    : web_(web), clock_(clock), token_(std::move(token)), accept_(std::move(accept)) {
}

Ingest::~Ingest() {
  if (answers_) answers_->close();
}

void Ingest::start() {
  answers_ = std::make_shared<LoopQueue<Answer>>(
      web_, LoopQueue<Answer>::Options{"chat -> web", most_outstanding, 256},
      [weak = weak_from_this()](Answer&& one) {
        if (const auto self = weak.lock()) self->answer(one);
      });
  web_.every(std::chrono::milliseconds(50), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->answers_->nudge();
    self->end_turn();
  });
}

int Ingest::admit(const net::Request& request) {
  const auto refused = [this](int status) {
    counters_->unauthorised.fetch_add(1, std::memory_order_relaxed);
    return status;
  };
  if (token_.empty()) return refused(403);
  if (!token_.equals(token_in(request.authorization))) return refused(401);
  return senders_.size() < most_senders ? 0 : 503;
}

void Ingest::opened(net::Peer& peer) {
  senders_[peer.id()] = Sender{&peer, 0, 0, false};
  counters_->peers.store(static_cast<int>(senders_.size()), std::memory_order_relaxed);
}

void Ingest::closed(net::Peer& peer) {
  senders_.erase(peer.id());
  counters_->peers.store(static_cast<int>(senders_.size()), std::memory_order_relaxed);
}

void Ingest::received(net::Peer& peer, std::string_view message, bool is_text) {
  const auto at = senders_.find(peer.id());
  if (at == senders_.end()) return;
  auto& sender = at->second;
  ++sender.this_turn;
  request_end_turn();
  set_pause(sender);
  if (is_text) return take(sender, message);
  refuse(sender, nullptr, Error(ErrorCode::event_invalid, "binary message, expected text"));
}

void Ingest::take(Sender& sender, std::string_view message) {
  const auto received = clock_.now();
  const net::JsonLimits limits;
  if (message.size() > limits.bytes) {
    return refuse(sender, nullptr,
                  Error(ErrorCode::event_too_large, std::to_string(message.size()) + " bytes"));
  }
  const auto json = net::parse_json(message, limits);
  if (!json) return refuse(sender, nullptr, json.error());
  auto id = id_as_sent(*json);
  auto event = event_of(*json);
  if (!event) return refuse(sender, id, event.error());
  if (outstanding_ >= most_outstanding) return refuse(sender, id, Error(ErrorCode::busy, "ingest"));
  ++outstanding_;
  ++sender.unacknowledged;
  set_pause(sender);
  // The answers have places for all that is outstanding: push cannot be refused while we live.
  accept_(std::move(*event), received,
          [answers = answers_, peer = sender.peer->id(), id = std::move(id)](const Status& status) {
            answers->push({peer, id, status});
          });
}

void Ingest::refuse(Sender& sender, const Json& id, const Error& error) {
  counters_->refused.fetch_add(1, std::memory_order_relaxed);
  send(sender, {{"error", error.log_line()}, {"id", id}});
}

void Ingest::answer(const Answer& answer) {
  --outstanding_;
  const auto at = senders_.find(answer.peer);
  if (at == senders_.end()) return;
  --at->second.unacknowledged;
  set_pause(at->second);
  if (answer.status) {
    send(at->second, {{"ok", answer.id}});
  } else {
    send(at->second, {{"error", answer.status.error().log_line()}, {"id", answer.id}});
  }
}

void Ingest::send(Sender& sender, const OrderedJson& json) {
  if (sender.peer->send_text(std::make_shared<const std::string>(net::dump(json)))) return;
  // Who does not read his answers cannot know what was kept: he comes again and repeats.
  sender.peer->close(net::CloseReason::try_later, "answers are not read");
}

void Ingest::set_pause(Sender& sender) {
  const bool is_paused =
      sender.this_turn >= most_this_turn || sender.unacknowledged >= most_unacknowledged;
  if (is_paused == sender.is_paused) return;
  sender.is_paused = is_paused;
  sender.peer->pause_reading(is_paused);
}

void Ingest::request_end_turn() {
  if (is_end_asked_) return;
  is_end_asked_ = web_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->end_turn();
  });
}

void Ingest::end_turn() {
  is_end_asked_ = false;
  for (auto& [id, sender] : senders_) {
    sender.this_turn = 0;
    set_pause(sender);
  }
}

}  // namespace xb::chat

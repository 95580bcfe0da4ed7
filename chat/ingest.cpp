// The door of the ingest: token, one event a message, one answer each.
// SPDX-License-Identifier: Apache-2.0
#include "chat/ingest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace xb::chat {
namespace {

constexpr std::size_t most_senders = 32;
constexpr int most_this_turn = 64;  // about 1 ms of parsing
// Of one sender. A locked database keeps 50 a second waiting for 160 s, and at two commits a second
// a flood may come at 16 000.
constexpr int most_unacknowledged = 8192;
// Of all senders together, also those who have left: every answer has a place.
constexpr int most_outstanding = 16'384;

// Toward one sender: answers wait until it has read.
constexpr std::size_t busy_sender_bytes = 128 << 10;
constexpr Duration longest_unread = std::chrono::seconds(20);

std::string_view token_in(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  const auto is_same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  const auto given = authorization.substr(0, scheme.size());
  if (!std::equal(given.begin(), given.end(), scheme.begin(), scheme.end(), is_same)) return {};
  return authorization.substr(scheme.size());
}

OrderedJson error_json(const Error& error, const Json& id) {
  return {{"error", error.log_line()}, {"id", id}};
}

}  // namespace

Ingest::Ingest(net::Loop& web, Clock& clock, Secret token, Accept accept, Mappings mappings)
    : web_(web),
      clock_(clock),
      token_(std::move(token)),
      accept_(std::move(accept)),
      mappings_(std::move(mappings)) {
}

Ingest::~Ingest() {
  if (answers_) answers_->close();
}

void Ingest::start() {
  answers_ = std::make_shared<net::LoopQueue<Answer>>(
      web_, net::LoopQueue<Answer>::Options{"chat -> web", most_outstanding, 256},
      [weak = weak_from_this()](Answer&& one) {
        if (const auto self = weak.lock()) self->answer(one);
      });
  web_.every(std::chrono::milliseconds(50), [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->answers_->nudge();
    self->end_turn();
    self->tick();
  });
}

int Ingest::admit(const net::Request& request) {
  const auto refused = [this](int status) {
    counters_->unauthorised.fetch_add(1, std::memory_order_relaxed);
    return status;
  };
  if (token_.empty()) return refused(403);
  if (!token_.equals(token_in(request.authorization))) return refused(401);
  if (const auto as = request.query.find("as");
      as != request.query.end() && !mappings_.contains(as->second))
    return 404;
  return senders_.size() < most_senders ? 0 : 503;
}

ErrorCode Ingest::reason_of(int status) const {
  if (status == 403) return ErrorCode::ingest_closed;
  return status == 401 ? ErrorCode::ingest_denied : ErrorCode::http_refused;
}

void Ingest::opened(net::Peer& peer) {
  auto& sender = senders_[peer.id()];
  sender.peer = &peer;
  if (const auto as = peer.request().query.find("as"); as != peer.request().query.end()) {
    if (const auto at = mappings_.find(as->second); at != mappings_.end())
      sender.mapping = at->second.get();
  }
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
  if (is_text && sender.mapping != nullptr) return take_mapped(sender, message);
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
  hand_on(sender, std::move(*event), std::move(id), received);
}

void Ingest::take_mapped(Sender& sender, std::string_view message) {
  const auto received = clock_.now();
  auto reading = sender.mapping->read(message);
  for (const auto& error : reading.refused) refuse(sender, nullptr, error);
  for (auto& event : reading.events) hand_on(sender, std::move(event), nullptr, received);
}

void Ingest::hand_on(Sender& sender, ChatEvent event, Json id, MonoTime received) {
  if (outstanding_ >= most_outstanding) {
    counters_->busy.fetch_add(1, std::memory_order_relaxed);
    return send(sender, error_json(Error(ErrorCode::busy, "ingest"), id));
  }
  ++outstanding_;
  ++sender.unacknowledged;
  set_pause(sender);
  // The answers have places for all that is outstanding: push cannot be refused while we live.
  accept_(std::move(event), received,
          [answers = answers_, peer = sender.peer->id(), id = std::move(id)](const Status& status) {
            answers->push({peer, id, status});
          });
}

void Ingest::refuse(Sender& sender, const Json& id, const Error& error) {
  counters_->malformed.fetch_add(1, std::memory_order_relaxed);
  send(sender, error_json(error, id));
}

void Ingest::answer(const Answer& answer) {
  --outstanding_;
  const auto at = senders_.find(answer.peer);
  if (at == senders_.end()) return;
  --at->second.unacknowledged;
  send(at->second, answer.status ? OrderedJson{{"ok", answer.id}}
                                 : error_json(answer.status.error(), answer.id));
}

// At most as many wait as a sender may have unacknowledged, and a turn's refusals: while one waits
// nothing more is read.
void Ingest::send(Sender& sender, const OrderedJson& json) {
  if (sender.mapping != nullptr) return set_pause(sender);
  sender.waiting.push_back(std::make_shared<const std::string>(net::dump(json)));
  send_waiting(sender);
}

void Ingest::send_waiting(Sender& sender) {
  while (!sender.waiting.empty() && sender.peer->queued_bytes() < busy_sender_bytes &&
         sender.peer->send_text(sender.waiting.front())) {
    sender.waiting.pop_front();
  }
  set_pause(sender);
}

void Ingest::tick() {
  const auto now = clock_.now();
  std::vector<net::Peer*> stuck;  // closing may call closed() at once
  for (auto& [id, sender] : senders_) {
    send_waiting(sender);
    const auto since = sender.peer->stuck_since();
    if (since != MonoTime{} && now - since >= longest_unread) stuck.push_back(sender.peer);
  }
  // Who does not read his answers cannot know what was kept: he comes again and repeats.
  for (auto* peer : stuck) peer->close(net::CloseReason::try_later, "answers are not read");
}

void Ingest::set_pause(Sender& sender) {
  const bool is_paused = sender.this_turn >= most_this_turn || !sender.waiting.empty() ||
                         sender.unacknowledged >= most_unacknowledged;
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

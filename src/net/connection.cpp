// Bytes in, bytes out, and when the socket ends. What is asked of it: requests.cpp.
// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/thrown.h"
#include "net/websocket_peer.h"

namespace xb::net {
namespace {

constexpr std::size_t file_piece_bytes = 65'536;
// After our last word the peer may still be sending; closing at once would reset the connection and
// take that word away from it.
constexpr Duration drain_time = std::chrono::seconds(1);
constexpr std::uint64_t most_discarded = 4 * 1'048'576;

}  // namespace

Connection::Connection(Server::Impl& server, Accepted from, std::unique_ptr<Seat> seat,
                       std::uint64_t id)
    : server_(server),
      id_(id),
      socket_(from.socket.release(), server.options.identity),
      peer_address_(std::move(from.peer)),
      counted_as_(net::counted_as(peer_address_)),
      local_address_(std::move(from.local)),
      is_peer_loopback_(from.is_peer_loopback),
      since_(server.loop.clock.now()),
      seat_(std::move(seat)) {
}
Connection::~Connection() = default;

MonoTime Connection::now() const {
  return server_.loop.clock.now();
}

void Connection::readable() {
  if (has_left_) return;  // reported before reading was stopped; it will be again
  // One buffer for all connections of the loop: what was left over goes before what comes.
  auto& scratch = server_.loop.scratch;
  const std::size_t kept = std::min(input_.size(), scratch.size() - socket_read_bytes);
  std::memcpy(scratch.data(), input_.data(), kept);
  const auto got = socket_.receive({scratch.data() + kept, socket_read_bytes});
  if (!got) return end();
  if (socket_.has_own_words()) wants_turn();
  if (*got > 0) process({scratch.data(), kept + *got});
}

void Connection::process(std::span<char> input) {
  has_left_ = false;
  try {
    take(input);
    input_.assign(input.data(), input.size());
  } catch (const std::exception& thrown) {
    log_thrown("net", "a handler", thrown);
    server_.count("thrown");
    input_.clear();  // nobody knows how much of it was taken
    if (peer_ != nullptr)
      peer_->close(CloseReason::internal_error, "");
    else if (stage_ == Stage::head || stage_ == Stage::body)
      end();
  }
  if (input_.empty()) input_.shrink_to_fit();
  if (has_left_ && !is_paused_ && stage_ == Stage::open) wants_turn();
  update_reading();
}

void Connection::take(std::span<char>& input) {
  for (bool goes_on = true; goes_on && !input.empty();) {
    const auto before = input.size();
    const auto stage = stage_;
    switch (stage_) {
      case Stage::head: read_head(input); break;
      case Stage::body: read_body(input); break;
      case Stage::open: has_left_ = peer_->take(input); break;
      case Stage::draining:
        discarded_ += input.size();
        input = {};
        if (discarded_ > most_discarded) end();
        break;
      case Stage::ended: input = {}; break;
      case Stage::answering:
      case Stage::sending:
      case Stage::leaving: has_left_ = true; break;
    }
    goes_on = !has_left_ && (input.size() != before || stage != stage_);
  }
}

void Connection::update_reading() {
  const bool is_wanted = stage_ != Stage::ended && !is_paused_ && !has_left_ &&
                         stage_ != Stage::answering && stage_ != Stage::sending &&
                         stage_ != Stage::leaving;
  if (is_wanted == is_reading_) return;
  is_reading_ = is_wanted;
  server_.loop.want_read(*this, is_wanted);
}

void Connection::wants_turn() {
  server_.loop.soon(*this);
}

void Connection::turn() {
  if (stage_ == Stage::leaving) return leave();
  if (stage_ != Stage::ended) send();
  // A handler may end, answer or close this connection while it takes what was left over.
  if (has_left_ && !is_paused_ && stage_ != Stage::ended) {
    auto& scratch = server_.loop.scratch;
    const auto size = std::min(input_.size(), scratch.size());
    std::memcpy(scratch.data(), input_.data(), size);
    process({scratch.data(), size});
    if (!outbox_.is_empty() && stage_ != Stage::ended) send();
  }
  if (peer_ != nullptr && !peer_->is_open()) peer_->tell_closed();
  update_reading();
  if (stage_ == Stage::ended) server_.loop.unwatch(*this);
}

void Connection::send() {
  const auto before = outbox_.written();
  Outbox::Flushed flushed = socket_.flush(outbox_);
  while (flushed == Outbox::Flushed::all && file_left_ > 0 &&
         outbox_.written() - before < 4 * file_piece_bytes) {
    if (!load_file()) return end();
    flushed = socket_.flush(outbox_);
  }
  if (flushed == Outbox::Flushed::broken) return end();
  const bool is_all_out = flushed == Outbox::Flushed::all && file_left_ == 0;
  const bool has_progressed = outbox_.written() != before;
  if (has_progressed && stage_ == Stage::sending) since_ = now();
  if (peer_ != nullptr) peer_->sent(is_all_out, has_progressed);
  if (!is_all_out) return server_.loop.want_write(*this);
  if (stage_ == Stage::sending) after_answer();
  if (stage_ == Stage::draining && !is_write_shut_ && outbox_.is_empty()) {
    is_write_shut_ = true;
    socket_.end_writing();
  }
}

void Connection::send_first(FrameHeadBytes head, const Outbox::Bytes& body) {
  if (stage_ != Stage::open) return;
  const auto before = outbox_.written();
  const auto flushed = socket_.send(outbox_, head, body);
  if (flushed == Outbox::Flushed::all) return;
  if (flushed == Outbox::Flushed::broken) return end();
  peer_->sent(false, outbox_.written() != before);
  server_.loop.want_write(*this);
}

bool Connection::load_file() {
  auto piece = std::make_shared<std::string>(
      static_cast<std::size_t>(std::min<std::uint64_t>(file_left_, file_piece_bytes)), '\0');
  const auto got = ::pread(file_.get(), piece->data(), piece->size(), static_cast<off_t>(file_at_));
  if (got <= 0) return false;  // the file became shorter: its announced length cannot be kept
  piece->resize(static_cast<std::size_t>(got));
  file_at_ += static_cast<std::uint64_t>(got);
  file_left_ -= static_cast<std::uint64_t>(got);
  outbox_.push({}, std::move(piece));
  if (file_left_ == 0) file_ = Descriptor();
  return true;
}

void Connection::after_answer() {
  ++served_;
  request_ = {};
  if (after_ == After::close) return finish();
  stage_ = Stage::head;
  since_ = now();
  has_left_ = !input_.empty();
}

void Connection::finish() {
  if (stage_ == Stage::draining || stage_ == Stage::ended) return;
  stage_ = Stage::draining;
  since_ = now();
  is_paused_ = false;
  wants_turn();
}

void Connection::end() {
  stage_ = Stage::ended;
  wants_turn();
}

void Connection::pause_reading(bool is_paused) {
  is_paused_ = is_paused;
  if (!is_paused) has_left_ = has_left_ || !input_.empty();
  wants_turn();
}

Connection::Need Connection::need() const {
  if (stage_ == Stage::head && served_ > 0 && input_.empty()) return Need::idle;
  return stage_ == Stage::head || stage_ == Stage::body ? Need::unfinished : Need::in_use;
}

void Connection::lost() {
  stage_ = Stage::ended;
  seat_.reset();
  if (peer_ != nullptr) peer_->tell_closed();
  server_.forget(*this);
}

void Connection::say_goodbye() {
  if (peer_ != nullptr && peer_->is_open())
    peer_->close(CloseReason::going_away, "");
  else if (stage_ == Stage::head || stage_ == Stage::body)
    end();
  else
    finish();
}

void Connection::close_peer(CloseReason reason, std::string_view why) {
  if (peer_ != nullptr && peer_->is_open()) peer_->close(reason, why);
}

void Connection::sweep(MonoTime time) {
  const auto& limits = server_.options.limits;
  const Duration waited = time - since_;
  switch (stage_) {
    case Stage::head:
      if (need() == Need::idle) {
        if (waited >= server_.idle_time(counted_as_)) end();
      } else if (waited >= limits.header_time) {
        if (socket_.is_shaking_hands()) return end();
        refuse({408, "time"});
      }
      break;
    case Stage::body:
      if (waited >= limits.body_time) refuse({408, "time"});
      break;
    case Stage::answering:
      if (waited >= limits.idle_time) refuse({504, "time"});
      break;
    case Stage::sending:
      if (waited >= limits.body_time) {
        server_.count("slow");
        end();
      }
      break;
    case Stage::open: peer_->sweep(time); break;
    case Stage::draining:
      if (waited >= drain_time) end();
      break;
    case Stage::leaving:
    case Stage::ended: break;
  }
}

}  // namespace xb::net

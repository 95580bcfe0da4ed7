// Builders and a scripted peer for the tests of the chat room. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chat/event.h"
#include "chat/numbered.h"
#include "net/json.h"
#include "net/server.h"

namespace xb::chat {

inline ChatEvent event(Kind kind, std::string id = {}, std::string user = {},
                       std::string platform = "demo") {
  ChatEvent out;
  out.kind = kind;
  out.platform = std::move(platform);
  out.id = std::move(id);
  if (!user.empty()) out.user = User{user, "name " + user};
  if (kind == Kind::chat) out.text = "hello";
  return out;
}

inline ChatEvent with_total(Kind kind, std::int64_t total, std::string platform = "demo") {
  auto out = event(kind, {}, {}, std::move(platform));
  out.total = total;
  return out;
}

inline NumberedRef numbered(std::uint64_t sequence, MonoTime received = MonoTime{}) {
  return make_numbered(sequence, event(Kind::chat, "e" + std::to_string(sequence)), "test",
                       received);
}

// A peer whose queue stands still until read() is called, unless it reads at once.
class ScriptedPeer final : public net::Peer {
 public:
  explicit ScriptedPeer(std::uint64_t id, std::map<std::string, std::string> query = {}) : id_(id) {
    request_.query = std::move(query);
  }
  bool send_text(std::shared_ptr<const std::string> message) override {
    if (queued_ + message->size() > 262'144) return false;
    if (!reads_at_once) queued_ += message->size();
    sent.push_back(*message);
    return true;
  }
  bool send_binary(std::shared_ptr<const std::string> message) override {
    return send_text(std::move(message));
  }
  std::size_t queued_bytes() const override { return queued_; }
  MonoTime stuck_since() const override { return stuck; }
  void close(net::CloseReason reason, std::string_view) override {
    closed_with = static_cast<int>(reason);
  }
  void pause_reading(bool is_paused_now) override { is_paused = is_paused_now; }
  const net::Request& request() const override { return request_; }
  std::uint64_t id() const override { return id_; }

  void read() { queued_ = 0; }
  // All items of all frames so far.
  Json items() const {
    Json out = Json::array();
    for (const auto& frame : sent) {
      for (const auto& item : Json::parse(frame)) out.push_back(item);
    }
    return out;
  }

  std::vector<std::string> sent;
  MonoTime stuck;
  int closed_with = 0;
  bool is_paused = false;
  bool reads_at_once = true;

 private:
  std::uint64_t id_;
  net::Request request_;
  std::size_t queued_ = 0;
};

// What one who reads items believes: numbers seen, numbers passed over, the newest state.
struct FeedReader {
  std::uint64_t next = 0;  // 0: takes the first number as it comes
  std::uint64_t events = 0;
  std::uint64_t passed = 0;
  std::uint64_t wrong = 0;
  std::int64_t total = -1;
  std::int64_t gained = -1;
  std::uint64_t v = 0;
  void take(const Json& item) {
    if (item.contains("gap")) {
      next += item["gap"].get<std::uint64_t>();
      passed += item["gap"].get<std::uint64_t>();
    } else if (item.contains("followers")) {
      total = item["followers"]["total"];
      gained = item["followers"]["gained"];
      v = item["v"];
    } else {
      const auto seq = item["seq"].get<std::uint64_t>();
      if (next != 0 && seq != next) ++wrong;
      next = seq + 1;
      ++events;
    }
  }
};

}  // namespace xb::chat

// ChatEvent: one message, follow, gift ... of any platform, and its one JSON form (docs/wire.md 1).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::chat {

enum class Kind : std::uint8_t {
  chat = 1,
  follow,
  unfollow,
  gift,
  like,
  enter,
  share,
  paid,
  member,
  followers,
  viewers,
  moderation,
  stream,
  notice,
  correction  // of the follower count, by hand; from the station only
};
std::string_view name_of(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

struct User {
  std::string id;    // empty when the platform hides it
  std::string name;  // cleaned, may be empty
  friend bool operator==(const User&, const User&) = default;
};

// What the station itself puts into the stream. Never read from outside.
struct Own {
  std::string by;                   // who did it; kept, not relayed
  std::string why;                  // in a few words; kept, not relayed
  std::int64_t add = 0;             // correction: so many by hand, below 0 takes back
  std::vector<std::uint64_t> seqs;  // moderation: the Feed numbers meant
  bool is_shown_again = false;      // moderation: what was hidden may be seen
  friend bool operator==(const Own&, const Own&) = default;
};

// A value. Texts are cleaned (names 24, texts 200 graphemes); which fields a kind needs:
// docs/wire.md 1.
struct ChatEvent {
  Kind kind = Kind::chat;
  std::string platform;
  std::string room;  // of the platform, which may have several; set by the Desk for its sources
  std::string id;    // the platform's; empty when it gave none
  std::optional<User> user;
  std::optional<std::string> text;
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> total;
  std::string amount;  // decimal digits, "29.90"
  std::string currency;
  std::optional<bool> online;
  std::vector<std::string> ids;
  std::optional<std::int64_t> time_ms;  // the platform's; data, never order
  std::optional<Own> own;
  friend bool operator==(const ChatEvent&, const ChatEvent&) = default;
};

// Where JSON comes from: only our own ledger holds events of the station.
enum class Origin : std::uint8_t { outside = 1, ledger };
// Checks and cleans what came from outside. Error event_invalid names the JSON path and what was
// expected: "user.name: expected a string". Unknown fields are passed over.
Result<ChatEvent> event_of(const Json& json, Origin origin = Origin::outside);
// The same from text; also json_invalid and event_too_large.
Result<ChatEvent> parse_event(std::string_view text);

// The id as the sender wrote it (string or integer), for answers to him; null when there is none.
Json id_as_sent(const Json& json);

// Without a number, fields in one fixed order.
OrderedJson to_json(const ChatEvent& event);

}  // namespace xb::chat

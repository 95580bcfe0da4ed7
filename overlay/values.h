// LiveValues: everything a layer may show. Plain data, no behaviour.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace xb::overlay {

struct Attire;

struct Product {
  std::string id;
  int number = 0;
  std::string name;
  std::string origin;
  std::string price;  // decimal yuan, "29.9"; checked by rules/price_label
  std::string unit;   // "5 斤装"
  std::optional<std::int64_t> stock;
  std::string picture;  // absolute path, empty for none
  std::string link;
  std::int64_t picture_version = 0;  // another one when the file at `picture` is another one
  std::string script{};              // for the teleprompter, never on the picture
  friend bool operator==(const Product&, const Product&) = default;
};

enum class CaptionKind : std::uint8_t { heritage = 1, plain };
enum class CaptionStyle : std::uint8_t { horizontal = 1, vertical };

struct Caption {
  std::string id;
  std::string year;
  std::string title;
  std::string text;
  std::string source;
  CaptionKind kind = CaptionKind::heritage;
  CaptionStyle style = CaptionStyle::horizontal;
  std::string script{};  // for the teleprompter, never on the picture
  friend bool operator==(const Caption&, const Caption&) = default;
};

// The Show's tables; immutable while live, replaced whole.
struct Tables {
  std::vector<Product> products;
  std::vector<Caption> captions;
  std::vector<std::string> notices;
};

enum class ChatRole : std::uint8_t { viewer = 1, host, moderator, fan, newcomer };

struct ChatLine {
  std::uint64_t sequence = 0;
  ChatRole role = ChatRole::viewer;
  std::string name;  // cleaned, may be empty
  std::string text;  // cleaned
  SessionTime arrived;
  friend bool operator==(const ChatLine&, const ChatLine&) = default;
};

struct CounterValues {
  std::int64_t total = 0;
  std::int64_t gained = 0;
  std::optional<std::string> stale_since;  // "15:31" when the source is lost
  std::optional<std::string> by_hand;      // "15:42": when a hand last had a part in the total
  std::string last_follower;               // "春燕", cleaned; shown for a moment
  int followers_merged = 0;  // how many came with the last one (>= 1 when last_follower is set)
  SessionTime first_follow;  // of the ones that came with the last one
  SessionTime last_follow;
  MonoTime stamp;  // when the event that made this value was received: carried to the program frame
                   // and measured there
};

struct BadgeValues {
  bool is_live = false;  // at least one platform acknowledged video within 3 s
  bool is_recording_only = false;
  std::optional<SessionTime> recording_since;
  std::string clock;                        // "15:42"
  std::optional<SessionTime> minute_began;  // that minute; nothing: not known
};

struct SlateValues {
  std::string opens_at;    // "19:30" or empty
  std::string away_title;  // "先喝一口水"; empty: 马上回来
  std::optional<int> away_minutes;
};

struct StationValues {
  std::string name;
  std::string county;
  std::string township;
};

struct LiveValues {
  StationValues station;
  std::shared_ptr<const Tables> tables = std::make_shared<const Tables>();
  CounterValues counter;
  std::vector<ChatLine> chat;  // oldest first, at most 32
  BadgeValues badges;
  SlateValues slate;
  bool shows_chat = true;
  bool is_quiet = false;  // wished for, or the machine is starved: nothing moves, all only fades
  std::shared_ptr<const Attire> attire;  // null: what the Artist was made with
  std::uint64_t show_version = 0;        // grows with each reading of the Show
};

}  // namespace xb::overlay

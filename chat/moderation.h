// Moderation: what is left out of a flood, and what is kept without being shown. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/time.h"
#include "chat/event.h"
#include "chat/wording.h"

namespace xb::chat {

// 0 means no limit. Only what is said (chat, enter, share) is limited in number: follows, gifts,
// likes and paid messages are always counted and kept.
struct ModerationRules {
  int per_user = 0;    // events of one user in `window`
  int in_all = 0;      // events of everybody in `window`
  int per_second = 0;  // events of everybody; above half of it, users not yet heard in this second
  int repeats = 0;     // how often one user may say the same in `window`
  Duration window = std::chrono::seconds(10);
  std::shared_ptr<const WordList> words = nullptr;  // null: none
};

enum class Fate : std::uint8_t {
  shown = 1,
  hidden,  // numbered and kept, but neither relayed nor drawn
  dropped  // only counted
};

struct Judgement {
  Fate fate = Fate::shown;
  std::string_view reason;  // "flood", "sampled", "muted", "words", "repeats"; empty when shown
  bool masks_name = false;  // the name has an unwanted word: it is kept, and shown empty
};

// Thread: chat. Cost: a few hash lookups an event, and one pass over its text when there are words
// or a limit of repeats; at most 4096 users and texts are watched at a time.
class Moderation {
 public:
  explicit Moderation(ModerationRules rules) : rules_(std::move(rules)) {}
  Judgement judge(const ChatEvent& event, MonoTime now);
  // What this user says is not shown until then. At most 1024 are muted; the one whose time ends
  // first makes room.
  void mute(const std::string& platform, const std::string& user_id, MonoTime until);

 private:
  std::string_view flood_of(const std::string& key, MonoTime now);
  bool is_too_often(const std::string& key, std::string_view text);
  bool is_muted(const std::string& key, MonoTime now);

  ModerationRules rules_;
  MonoTime window_end_;
  int seen_in_all_ = 0;
  std::unordered_map<std::string, int> seen_;   // by user, in this window
  std::unordered_map<std::string, int> texts_;  // by user and bare text, in this window
  MonoTime second_end_;
  int seen_in_second_ = 0;
  std::unordered_set<std::string> heard_in_second_;
  std::unordered_map<std::string, MonoTime> muted_;
};

}  // namespace xb::chat

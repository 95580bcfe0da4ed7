// Fixed windows, mutes and words, in this order: a flood costs nothing but counting.
// SPDX-License-Identifier: Apache-2.0
#include "chat/moderation.h"

#include <algorithm>

#include "chat/counter.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_watched = 4096;
constexpr std::size_t most_muted = 1024;

bool is_limited(Kind kind) {
  return kind == Kind::chat || kind == Kind::enter || kind == Kind::share;
}

// Whose words appear somewhere.
bool is_spoken(Kind kind) {
  return kind == Kind::chat || kind == Kind::paid;
}

std::string user_key(const ChatEvent& event) {
  const bool has_id = event.user && !event.user->id.empty();
  return has_id ? person_key(event.platform, event.user->id) : std::string();
}

}  // namespace

Judgement Moderation::judge(const ChatEvent& event, MonoTime now) {
  Judgement out;
  const auto key = user_key(event);
  if (is_limited(event.kind)) out.reason = flood_of(key, now);
  if (!out.reason.empty()) {
    out.fate = Fate::dropped;
    return out;
  }
  const auto* words = rules_.words.get();
  if (words != nullptr && event.user && event.kind != Kind::correction)
    out.masks_name = words->is_in(event.user->name);
  if (!is_spoken(event.kind)) return out;
  const std::string_view text = event.text ? std::string_view(*event.text) : std::string_view();
  if (is_muted(key, now)) {
    out.reason = "muted";
  } else if (words != nullptr && words->is_in(text)) {
    out.reason = "words";
  } else if (event.kind == Kind::chat && is_too_often(key, text)) {
    out.reason = "repeats";
  }
  if (!out.reason.empty()) out.fate = Fate::hidden;
  return out;
}

std::string_view Moderation::flood_of(const std::string& key, MonoTime now) {
  if (now >= window_end_) {
    window_end_ = now + rules_.window;
    seen_in_all_ = 0;
    seen_.clear();
    texts_.clear();
  }
  if (rules_.in_all > 0 && seen_in_all_ >= rules_.in_all) return "flood";
  if (rules_.per_user > 0 && !key.empty()) {
    const auto at = seen_.find(key);
    if (at != seen_.end() && at->second >= rules_.per_user) return "flood";
    if (at != seen_.end()) {
      ++at->second;
    } else if (seen_.size() < most_watched) {
      seen_.emplace(key, 1);
    }
  }
  ++seen_in_all_;
  if (rules_.per_second == 0) return {};
  if (now >= second_end_) {
    second_end_ = now + std::chrono::seconds(1);
    seen_in_second_ = 0;
    heard_in_second_.clear();
  }
  const bool is_full = seen_in_second_ >= rules_.per_second;
  const bool is_half_full = 2 * seen_in_second_ >= rules_.per_second;
  const bool is_new =
      !key.empty() && heard_in_second_.size() < most_watched && heard_in_second_.insert(key).second;
  if (is_full || (is_half_full && !is_new)) return "sampled";
  ++seen_in_second_;
  return {};
}

bool Moderation::is_too_often(const std::string& key, std::string_view text) {
  if (rules_.repeats == 0 || key.empty()) return false;
  auto said = letters_of(text);
  if (said.empty()) said = text;  // only signs: they are the same as themselves
  const auto at = texts_.find(key + '\n' + said);
  if (at != texts_.end()) return ++at->second > rules_.repeats;
  if (texts_.size() < most_watched) texts_.emplace(key + '\n' + said, 1);
  return false;
}

bool Moderation::is_muted(const std::string& key, MonoTime now) {
  const auto at = muted_.find(key);
  if (at == muted_.end()) return false;
  if (now < at->second) return true;
  muted_.erase(at);
  return false;
}

void Moderation::mute(const std::string& platform, const std::string& user_id, MonoTime until) {
  const auto key = person_key(platform, user_id);
  if (muted_.size() >= most_muted && !muted_.contains(key)) {
    muted_.erase(std::min_element(muted_.begin(), muted_.end(), [](const auto& a, const auto& b) {
      return a.second < b.second;
    }));
  }
  muted_[key] = until;
}

}  // namespace xb::chat

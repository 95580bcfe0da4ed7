// A ring of messages. SPDX-License-Identifier: Apache-2.0
#include "studio/heard.h"

#include <algorithm>

#include "studio/present.h"

namespace xb::studio {
namespace {

constexpr std::size_t most = 1000;  // docs/control-api.md, chat.pin
constexpr std::size_t most_hidden = 20;

}  // namespace

// Whether all of this person's messages are meant. By name only where there is no better: names
// change and are given twice, and one beside `ids` says whose these were.
bool Heard::is_all_of(const Said& said, const chat::ChatEvent& moderation) {
  if (!moderation.user) return false;
  const auto& [id, name] = *moderation.user;
  if (!id.empty() && !said.user.empty()) return said.user == id;
  return moderation.ids.empty() && !name.empty() && said.name == name;
}

std::vector<std::uint64_t> Heard::add(const chat::ChatEvent& event, chat::Sender sender,
                                      std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint64_t> gone;
  const auto user = event.user.value_or(chat::User{});
  if (event.kind == chat::Kind::moderation) {
    const auto named = [&](const Said& said) {
      const bool is_named =
          std::find(event.ids.begin(), event.ids.end(), said.id) != event.ids.end();
      const bool is_meant = (is_named && !said.id.empty()) || is_all_of(said, event);
      return said.platform == event.platform && is_meant;
    };
    const auto numbered = [&](const Said& said) {
      const auto& seqs = event.own->seqs;
      return std::find(seqs.begin(), seqs.end(), said.line.sequence) != seqs.end();
    };
    const bool comes_back = event.own && event.own->is_shown_again;
    const auto judge = [&](Said& said) {
      if (said.is_gone != comes_back || !(event.own ? numbered(said) : named(said))) return;
      said.is_gone = !comes_back;
      if (said.is_gone) gone.push_back(said.line.sequence);
    };
    for (Said& said : said_) {
      judge(said);
      if (event.own && numbered(said)) note_hidden(said, *event.own);
    }
    judge(pinned_);
  } else if (auto line = line_of(event, sender, sequence, {})) {
    if (said_.size() >= most) said_.pop_front();
    said_.push_back({std::move(*line), event.platform, event.id, user.id, user.name, false});
  }
  return gone;
}

void Heard::note_hidden(const Said& said, const chat::Own& own) {
  std::erase_if(hidden_, [&](const Hidden& one) { return one.sequence == said.line.sequence; });
  if (own.is_shown_again) return;
  hidden_.push_back({said.line.sequence, said.line.name, said.line.text, own.by, own.why});
  if (hidden_.size() > most_hidden) hidden_.pop_front();
}

std::vector<Heard::Hidden> Heard::hidden() const {
  const std::lock_guard lock(mutex_);
  return {hidden_.begin(), hidden_.end()};
}

std::optional<std::string> Heard::platform_of(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(said_.begin(), said_.end(),
                                  [&](const Said& said) { return said.line.sequence == sequence; });
  if (found == said_.end()) return std::nullopt;
  return found->platform;
}

std::optional<overlay::ChatLine> Heard::pin(std::uint64_t sequence, SessionTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(said_.begin(), said_.end(), [&](const Said& said) {
    return said.line.sequence == sequence && !said.is_gone;
  });
  if (found == said_.end()) return std::nullopt;
  pinned_ = *found;
  pinned_.line.arrived = now;
  return pinned_.line;
}

bool Heard::is_pinned_gone() const {
  const std::lock_guard lock(mutex_);
  return pinned_.is_gone;
}

}  // namespace xb::studio

// Plain functions on plain data.
// SPDX-License-Identifier: Apache-2.0
#include "studio/present.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/local_time.h"

namespace xb::studio {
namespace {

constexpr std::size_t most_lines_shown = 32;
constexpr Duration merge_within =
    std::chrono::milliseconds(1500);  // design tokens, follower_pulse.coalesce_ms

overlay::ChatRole role_of(chat::Sender sender) {
  switch (sender) {
    case chat::Sender::fan: return overlay::ChatRole::fan;
    case chat::Sender::newcomer: return overlay::ChatRole::newcomer;
    case chat::Sender::unknown: break;
  }
  return overlay::ChatRole::viewer;
}

}  // namespace

void put_show(overlay::LiveValues& values, const Show& show, std::uint64_t version) {
  values.station = {show.station.name, show.station.county, show.station.township};
  values.tables = show.tables;
  values.slate = {show.screen.opens_at, show.screen.away_title, show.screen.away_minutes};
  values.shows_chat = show.screen.shows_chat;
  values.attire = show.attire;
  values.show_version = version;
}

overlay::LiveValues first_values(const Show& show, const chat::CounterState& counter) {
  overlay::LiveValues values;
  put_show(values, show, 1);
  values.is_quiet = show.video.is_quiet;
  const auto figures = chat::figures_of(counter);
  values.counter.total = figures.total;
  values.counter.gained = figures.gained;
  put_origins(values.counter, chat::origins_of(counter));
  return values;
}

std::optional<overlay::ChatLine> line_of(const chat::ChatEvent& event, chat::Sender sender,
                                         std::uint64_t sequence, SessionTime arrived) {
  if (event.kind != chat::Kind::chat || !event.text || event.text->empty()) return std::nullopt;
  overlay::ChatLine line;
  line.sequence = sequence;
  line.role = event.own ? overlay::ChatRole::host : role_of(sender);
  if (event.user) line.name = event.user->name;
  line.text = *event.text;
  line.arrived = arrived;
  return line;
}

void add_line(overlay::LiveValues& values, overlay::ChatLine line) {
  if (values.chat.size() >= most_lines_shown) values.chat.erase(values.chat.begin());
  values.chat.push_back(std::move(line));
}

void take_off(overlay::LiveValues& values, const std::vector<std::uint64_t>& sequences) {
  std::erase_if(values.chat, [&](const overlay::ChatLine& line) {
    return std::find(sequences.begin(), sequences.end(), line.sequence) != sequences.end();
  });
}

std::string local_clock(WallTime wall) {
  const auto local = local_time(wall);
  return fmt::format("{:02}:{:02}", local.tm_hour, local.tm_min);
}

void put_clock(overlay::BadgeValues& badges, WallTime wall, SessionTime now) {
  constexpr Duration most_off = std::chrono::seconds(2);
  const SessionTime began = now - wall.time_since_epoch() % std::chrono::minutes(1);
  const auto clock = local_clock(wall);
  const bool is_same = badges.minute_began && badges.clock == clock &&
                       began - *badges.minute_began < most_off &&
                       *badges.minute_began - began < most_off;
  if (is_same) return;
  badges.clock = clock;
  badges.minute_began = began;
}

void put_origins(overlay::CounterValues& counter, const chat::Origins& origins) {
  counter.by_hand.reset();
  if (origins.by_hand_ms)
    counter.by_hand = local_clock(WallTime(std::chrono::milliseconds(*origins.by_hand_ms)));
}

void add_followers(overlay::CounterValues& counter, const std::string& name, int merged,
                   SessionTime now) {
  const bool is_merged = counter.followers_merged > 0 && now - counter.first_follow < merge_within;
  counter.followers_merged = (is_merged ? counter.followers_merged : 0) + merged;
  if (!is_merged || counter.last_follower.empty()) counter.last_follower = name;
  if (!is_merged) counter.first_follow = now;
  counter.last_follow = now;
}

}  // namespace xb::studio

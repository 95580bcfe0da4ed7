// SPDX-License-Identifier: Apache-2.0
#include "chat/reading.h"

#include <chrono>
#include <cstdio>
#include <string_view>

#include "net/json.h"

namespace xb::chat {
namespace {

// `text` from `at`, exactly `count` digits.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

// There is one judge of events, and it reads JSON.
Result<ChatEvent> checked(const ChatEvent& raw) {
  return event_of(Json(to_json(raw)));
}

void Reading::add(const ChatEvent& raw) {
  auto event = checked(raw);
  if (event)
    events.push_back(std::move(*event));
  else
    refused.push_back(std::move(event).error());
}

void Reading::refuse(std::string what) {
  refused.emplace_back(ErrorCode::event_invalid, std::move(what));
}

std::string decimal_of(std::int64_t units, std::int64_t per_whole) {
  auto out = std::to_string(units / per_whole);
  std::string rest;
  for (auto left = units % per_whole; left > 0 && rest.size() < 6;) {
    left *= 10;
    rest += static_cast<char>('0' + left / per_whole);
    left %= per_whole;
  }
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return rest.empty() ? out : out + "." + rest;
}

std::optional<std::int64_t> unix_ms_of(std::string_view text) {
  using namespace std::chrono;
  const auto year_read = digits_at(text, 0, 4);
  const auto month_read = digits_at(text, 5, 2);
  const auto day_read = digits_at(text, 8, 2);
  const auto hour = digits_at(text, 11, 2);
  const auto minute = digits_at(text, 14, 2);
  const auto second = digits_at(text, 17, 2);
  if (!year_read || !month_read || !day_read || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' ||
      text[16] != ':')
    return std::nullopt;
  const year_month_day date{year(*year_read), month(static_cast<unsigned>(*month_read)),
                            day(static_cast<unsigned>(*day_read))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::size_t at = 19;
  std::int64_t ms = 0;
  if (at < text.size() && text[at] == '.') {
    std::int64_t scale = 100;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      ms += (text[at] - '0') * scale;
      scale /= 10;
    }
  }
  int offset_minutes = 0;
  const auto zone = text.substr(at);
  if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
    const auto hours = digits_at(zone, 1, 2);
    const auto minutes = digits_at(zone, 4, 2);
    if (!hours || !minutes) return std::nullopt;
    offset_minutes = (*hours * 60 + *minutes) * (zone[0] == '-' ? -1 : 1);
  } else if (zone != "Z" && zone != "z") {
    return std::nullopt;
  }
  const auto days = sys_days(date).time_since_epoch().count();
  const auto minutes = (std::int64_t{days} * 24 + *hour) * 60 + *minute - offset_minutes;
  return (minutes * 60 + *second) * 1000 + ms;
}

}  // namespace xb::chat

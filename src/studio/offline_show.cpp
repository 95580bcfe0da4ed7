// Reads the events file and plays it against the Director and the Counter.
// SPDX-License-Identifier: Apache-2.0
#include "studio/offline_show.h"

#include <algorithm>
#include <utility>

#include "base/files.h"
#include "net/json.h"
#include "overlay/picture_shelf.h"
#include "studio/present.h"

namespace xb::studio {
namespace {

constexpr std::size_t largest_file = std::size_t{256} << 20U;
constexpr std::int64_t longest_ms = 7LL * 24 * 3600 * 1000;

Result<OfflineEvent> read_event(std::string_view line) {
  XB_TRY_ASSIGN(const auto json, net::parse_json(line));
  if (!json.is_object()) return Error(ErrorCode::json_invalid, "expected an object");
  XB_TRY_ASSIGN(const auto time_ms, net::require_integer(json, "time_ms"));
  if (time_ms < 0 || time_ms > longest_ms)
    return Error(ErrorCode::json_invalid, "time_ms: 0 to 7 days");
  OfflineEvent event;
  event.time = SessionTime(from_ms(time_ms));
  if (json.contains("name")) {
    XB_TRY_ASSIGN(const auto name, net::require_string(json, "name"));
    XB_TRY_ASSIGN(event.what,
                  read_command(name, json.contains("args") ? json["args"] : Json::object()));
  } else {
    XB_TRY_ASSIGN(event.what, chat::event_of(json));
  }
  return event;
}

// Of moderation and the desk: events say the same in a file of events.
bool is_for_live(const Deed& deed) {
  return std::holds_alternative<AddFollowers>(deed) || std::holds_alternative<TellTotal>(deed) ||
         std::holds_alternative<HideChat>(deed) || std::holds_alternative<UnhideChat>(deed) ||
         std::holds_alternative<MuteChat>(deed) || std::holds_alternative<AnswerChat>(deed) ||
         std::holds_alternative<SetPrice>(deed);
}

}  // namespace

Result<std::vector<OfflineEvent>> read_events(const std::string& path) {
  XB_TRY_ASSIGN(const auto text, read_file(path, largest_file));
  std::vector<OfflineEvent> events;
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto event = read_event(line);
    const auto place = path + ":" + std::to_string(number);
    if (!event) return Error(event.error().code(), place + ": " + event.error().detail());
    event->place = place;
    events.push_back(std::move(*event));
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const auto& a, const auto& b) { return a.time < b.time; });
  return events;
}

OfflineShow::OfflineShow(const Show& show, std::unique_ptr<overlay::Artist> artist,
                         std::vector<OfflineEvent> events)
    : artist_(std::move(artist)),
      events_(std::move(events)),
      director_(show.tables, story_room_of(show)),
      counter_(chat::begin_session({}, show.counter.baseline.value_or(0), "")),
      values_(first_values(show, counter_)) {
}

Result<OfflineShow> OfflineShow::make(const Show& show, const std::string& assets,
                                      std::vector<OfflineEvent> events) {
  OfflineShow trial(show, nullptr, std::move(events));
  for (const auto& event : trial.events_) {
    const auto* deed = std::get_if<Deed>(&event.what);
    if (deed != nullptr && is_for_live(*deed))
      return Error(ErrorCode::command_arguments, event.place + ": a command for a live alone");
    trial.director_.tick(event.time);
    if (auto done = trial.apply(event); !done)
      return Error(done.error().code(), event.place + ": " + done.error().detail());
  }
  events = std::move(trial.events_);
  XB_TRY_ASSIGN(auto artist,
                overlay::Artist::make({show.video.width, show.video.height}, *show.attire, assets,
                                      std::make_shared<overlay::PictureShelf>()));
  return OfflineShow(show, std::move(artist), std::move(events));
}

Result<std::shared_ptr<const overlay::Bitmaps>> OfflineShow::at(SessionTime time) {
  for (; next_ < events_.size() && events_[next_].time <= time; ++next_)
    XB_TRY(apply(events_[next_]));
  director_.tick(time);
  if (auto due = lines_.due(time)) add_line(values_, std::move(*due));
  return artist_->paint(director_.scene(), values_, time);
}

Status OfflineShow::apply(const OfflineEvent& event) {
  if (const auto* heard = std::get_if<chat::ChatEvent>(&event.what))
    return hear(*heard, event.time);
  const auto& deed = std::get<Deed>(event.what);
  if (const auto* asked = std::get_if<PinChat>(&deed)) {
    auto line = heard_->pin(asked->sequence, event.time);
    if (!line) return Error(ErrorCode::message_gone, std::to_string(asked->sequence));
    static_cast<void>(director_.pin(std::move(*line), event.time));
    return ok();
  }
  auto done = director_.apply(deed, event.time);
  if (!done) return std::move(done).error();
  return ok();
}

Status OfflineShow::hear(const chat::ChatEvent& event, SessionTime time) {
  const auto seen = inbox_.look_up(event);
  if (!seen || seen->seen != chat::Seen::fresh) return ok();  // as live: refused or repeated
  inbox_.remember(event, ++sequence_, chat::Seen::committed);
  const auto step = chat::fold(counter_, event);
  const auto gone = heard_->add(event, step.sender, sequence_);
  lines_.take_off(gone);
  take_off(values_, gone);
  if (heard_->is_pinned_gone()) director_.unpin(time);
  const auto figures = chat::figures_of(counter_);
  values_.counter.total = figures.total;
  values_.counter.gained = figures.gained;
  if (step.is_gain)
    add_followers(values_.counter, event.user ? event.user->name : std::string(), 1, time);
  if (auto line = line_of(event, step.sender, sequence_, time)) {
    if (auto due = lines_.due(time)) add_line(values_, std::move(*due));
    if (auto at_once = lines_.offer(std::move(*line))) add_line(values_, std::move(*at_once));
  }
  return ok();
}

}  // namespace xb::studio

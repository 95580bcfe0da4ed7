// Puts together the Counter, the backlog, the Scene and the command ids of the newest Session.
// SPDX-License-Identifier: Apache-2.0
#include "studio/recall.h"

#include <utility>

#include "base/log.h"
#include "session/queries.h"
#include "session/session.h"
#include "studio/director.h"

namespace xb::studio {
namespace {

constexpr std::size_t backlog = 1000;  // docs/wire.md section 3: what a feed client may ask for
constexpr std::size_t remembered_ids = 4096;  // commands

chat::CounterState counter_of(session::Reader& reader) {
  chat::CounterState state;
  if (auto text = reader.counter(); text && !text->empty()) {
    if (auto json = net::parse_json(*text, {.bytes = std::size_t{64} << 20U, .depth = 32})) {
      if (auto read = chat::counter_state_of(*json)) state = std::move(*read);
    }
  }
  return state;
}

std::vector<chat::NumberedRef> events_of(const Result<std::vector<session::StoredEntry>>& stored) {
  std::vector<chat::NumberedRef> events;
  if (!stored) return events;
  for (const auto& entry : *stored) {
    if (auto event = chat::stored_event(entry.json)) events.push_back(std::move(*event));
  }
  return events;
}

// Both the scene Entries (what aired) and the commands carry the Scene; the newer one counts.
std::optional<overlay::Scene> last_scene(session::Reader& reader) {
  std::optional<overlay::Scene> scene;
  std::int64_t newest = 0;
  for (const auto kind : {session::EntryKind::scene, session::EntryKind::command}) {
    const auto last = reader.last_of(kind, 1);
    if (!last || last->empty() || last->front().n < newest) continue;
    const auto json = net::parse_json(last->front().json);
    if (!json) continue;
    newest = last->front().n;
    scene = scene_of(
        kind == session::EntryKind::command && json->contains("scene") ? (*json)["scene"] : *json);
  }
  return scene;
}

Answer answer_of(const Json& json) {
  Answer answer;
  const auto is_ok = net::optional_bool(json, "ok");
  answer.is_ok = is_ok && is_ok->value_or(false);
  if (answer.is_ok) return answer;
  const auto code = net::optional_string(json, "code");
  const auto detail = net::optional_string(json, "detail");
  answer.error = Error(ErrorCode::internal);
  for (const auto& text : all_error_texts()) {
    if (!code || text.name != code->value_or("")) continue;
    answer.error = Error(text.code, detail ? detail->value_or("") : "");
  }
  return answer;
}

std::vector<std::pair<std::string, Answer>> answers_of(session::Reader& reader) {
  std::vector<std::pair<std::string, Answer>> out;
  const auto stored = reader.last_of(session::EntryKind::command, remembered_ids);
  if (!stored) return out;
  for (const auto& entry : *stored) {
    if (const auto json = net::parse_json(entry.json))
      out.emplace_back(entry.event_id, answer_of(*json));
  }
  return out;
}

}  // namespace

Recall recall_nothing(std::int64_t baseline, WallTime now) {
  Recall out;
  out.chat.counter = chat::begin_session({}, baseline, session::local_day(now));
  return out;
}

Recall recall(const session::DataFolder& data, std::int64_t baseline, WallTime now) {
  auto out = recall_nothing(baseline, now);
  const auto previous = session::previous_session(data);
  if (!previous) return out;
  auto reader = session::Reader::open(previous->folder);
  if (!reader) {
    log_warn("session", "cannot read the last Session: {}", reader.error().log_line());
    return out;
  }
  const auto interrupted = session::find_interrupted(data, now);
  out.is_interrupted = interrupted && interrupted->folder == previous->folder;
  const auto next = static_cast<std::uint64_t>(previous->highest_seq) + 1;
  out.chat = chat::rebuild(counter_of(*reader), events_of(reader->events_after_counter()), next);
  if (!out.is_interrupted) {
    out.chat.counter =
        chat::begin_session(std::move(out.chat.counter), baseline, session::local_day(now));
  }
  out.chat.events = events_of(reader->last_events(backlog));
  if (out.is_interrupted) {
    out.scene = last_scene(*reader);
    out.answers = answers_of(*reader);
  }
  return out;
}

}  // namespace xb::studio

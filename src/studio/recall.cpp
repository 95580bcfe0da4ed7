// Puts together the Counter and the Scene of the newest Session, events and commands of the last.
// SPDX-License-Identifier: Apache-2.0
#include "studio/recall.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

#include "base/local_time.h"
#include "base/log.h"
#include "chat/inbox.h"
#include "session/queries.h"
#include "session/schema.h"
#include "session/session.h"
#include "session/sessions.h"
#include "studio/commands.h"
#include "studio/director.h"

namespace xb::studio {
namespace {

// More than a Scene, a Counter or a command can have: a request of 64 KiB may be all arguments.
constexpr net::JsonLimits recalled_entry_limits{.bytes = std::size_t{1} << 20U, .depth = 40};
constexpr std::size_t backlog = 1000;  // docs/wire.md section 3: what a feed client may ask for
constexpr std::size_t known_events = 65'536;  // of each sort: docs/wire.md section 1, repeats
// The others are for platforms that are new.
constexpr std::size_t known_platforms = chat::InboxLimits{}.platforms / 2;

// The Counter as it was after the last Entry.
Result<chat::CounterState> counter_of(session::Reader& reader) {
  XB_TRY_ASSIGN(const auto text, reader.counter());
  XB_TRY_ASSIGN(const auto json, net::parse_json(text, recalled_entry_limits));
  XB_TRY_ASSIGN(auto state, chat::counter_state_of(json));
  XB_TRY_ASSIGN(const auto people, reader.people());
  for (const auto& [key, standing] : people) {
    if (state.people.size() >= chat::most_people) break;
    state.people.emplace(chat::person_key(key.platform, key.user_id),
                         chat::Person{standing.is_following, standing.is_gained});
  }
  XB_TRY_ASSIGN(const auto speakers, reader.speakers());
  for (const auto& key : speakers)
    state.speakers.insert(chat::person_key(key.platform, key.user_id));
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

// Both the scene Entries (what aired) and the commands carry the Scene; the newer one counts. But
// what airs is a moment late, and what is covered is so by a command alone.
std::optional<overlay::Scene> last_scene(session::Reader& reader) {
  std::optional<overlay::Scene> scene;
  std::int64_t newest = 0;
  bool is_covered = false;
  for (const auto kind : {session::EntryKind::command, session::EntryKind::scene}) {
    const auto last = reader.last_of(kind, 1);
    if (!last || last->empty() || last->front().n < newest) continue;
    const auto json = net::parse_json(last->front().json, recalled_entry_limits);
    if (!json) continue;
    newest = last->front().n;
    const bool is_of_command = kind == session::EntryKind::command && json->contains("scene");
    scene = scene_of(is_of_command ? (*json)["scene"] : *json);
    if (is_of_command) is_covered = scene && scene->is_covered;
  }
  if (scene && is_covered) scene->is_covered = true;
  return scene;
}

Answer answer_of(const Json& json) {
  Answer answer;
  const auto is_ok = net::optional_bool(json, "ok");
  answer.is_ok = is_ok && is_ok->value_or(false);
  if (const auto zh = net::optional_string(json, "zh")) answer.note_zh = zh->value_or("");
  if (const auto en = net::optional_string(json, "en")) answer.note_en = en->value_or("");
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

struct Memory {
  WallTime now{};
  std::set<std::string> mute_keys;  // whose newest mute is known
  std::set<std::string> platforms;
  std::size_t said = 0;  // ids of each sort
  std::size_t counted = 0;
};

// Ids of one more Session, newest first.
void recall_ids(session::Reader& reader, session::Sort sort, std::size_t& count, Recall& out,
                Memory& memory) {
  auto ids = reader.recent_event_ids(sort, known_events - count);
  if (!ids) return;
  for (auto& [platform, id, kind] : *ids) {
    if (memory.platforms.size() >= known_platforms && !memory.platforms.contains(platform))
      continue;
    memory.platforms.insert(platform);
    ++count;
    out.chat.known.push_back(
        {std::move(platform), std::move(id), chat::kind_of(kind).value_or(chat::Kind::chat)});
  }
}

// A mute that goes on. The newest command about a person counts.
void recall_mute(const session::StoredEntry& entry, const Json& json, Recall& out, Memory& memory) {
  const auto name = net::require_string(json, "name");
  const auto ok = net::optional_bool(json, "ok");
  if (!name || *name != "chat.mute" || !ok || !ok->value_or(false)) return;
  const auto deed = json.contains("args") ? read_command(*name, json["args"])
                                          : Result<Deed>(Error(ErrorCode::command_arguments));
  const auto* mute = deed ? std::get_if<MuteChat>(&*deed) : nullptr;
  if (mute == nullptr) return;
  if (!memory.mute_keys.insert(chat::person_key(mute->platform, mute->user)).second) return;
  const auto left = entry.wall + std::chrono::minutes(mute->minutes) - memory.now;
  if (left > left.zero()) out.chat.muted.push_back({mute->platform, mute->user, left});
}

// The newest command about the microphone counts.
bool was_muted(session::Reader& reader) {
  const auto commands = reader.last_of(session::EntryKind::command, remembered_commands);
  if (!commands) return false;
  for (auto entry = commands->rbegin(); entry != commands->rend(); ++entry) {
    const auto json = net::parse_json(entry->json, recalled_entry_limits);
    if (!json) continue;
    const auto name = net::require_string(*json, "name");
    const auto ok = net::optional_bool(*json, "ok");
    const bool is_about_it = name && (*name == "sound.mute" || *name == "sound.unmute");
    if (is_about_it && ok && ok->value_or(false)) return *name == "sound.mute";
  }
  return false;
}

// The events and commands of one more Session, newest first; true when all memory is full.
bool recall_more(session::Reader& reader, Recall& out, Memory& memory) {
  auto& events = out.chat.events;
  const auto before =
      events.empty() ? INT64_MAX : static_cast<std::int64_t>(events.back()->sequence);
  auto older = events_of(reader.last_events(backlog - events.size(), before));
  std::move(older.rbegin(), older.rend(), std::back_inserter(events));
  recall_ids(reader, session::Sort::counted, memory.counted, out, memory);
  recall_ids(reader, session::Sort::said, memory.said, out, memory);
  auto& answers = out.answers;
  if (const auto commands =
          reader.last_of(session::EntryKind::command, remembered_commands - answers.size())) {
    for (auto entry = commands->rbegin(); entry != commands->rend(); ++entry) {
      const auto json = net::parse_json(entry->json, recalled_entry_limits);
      if (!json) continue;
      answers.emplace_back(entry->event_id, answer_of(*json));
      recall_mute(*entry, *json, out, memory);
    }
  }
  return events.size() >= backlog && memory.said >= known_events &&
         memory.counted >= known_events && answers.size() >= remembered_commands;
}

struct Words {
  std::string zh, en;
};

Words why_unreadable(ErrorCode code) {
  if (code == ErrorCode::database_damaged) return {"文件损坏", "it is damaged"};
  if (code == ErrorCode::database_newer) return {"更新版本的乡播写的", "a newer Xiangbo wrote it"};
  return {"打不开", "it cannot be opened"};
}

// The file, why, and what the count goes on from.
Error past_problem(const std::filesystem::path& ledger, const Error& why,
                   const session::Previous* previous) {
  const auto reason = why_unreadable(why.code());
  Words from{"从方案里的起始数重新算起", "counted again from the Show's baseline"};
  if (previous != nullptr) {
    const auto name = previous->folder.filename().string();
    from = {"从 " + name + " 接着算", "the count goes on from " + name};
  }
  return {ErrorCode::past_unreadable, ledger.string() + "：" + reason.zh + "，" + from.zh,
          ledger.string() + ": " + reason.en + ", " + from.en};
}

void recall_past(const session::DataFolder& data, WallTime now, Recall& out) {
  Memory memory;
  memory.now = now;
  for (const auto& folder : session::session_folders(data)) {
    auto reader = session::Reader::open(folder);
    if (reader && recall_more(*reader, out, memory)) break;
  }
  std::reverse(out.chat.events.begin(), out.chat.events.end());
  std::reverse(out.chat.known.begin(), out.chat.known.end());
  std::reverse(out.answers.begin(), out.answers.end());
}

}  // namespace

Recall recall_nothing(std::int64_t baseline, WallTime now) {
  Recall out;
  out.chat.counter = chat::begin_session({}, baseline, local_day(now));
  return out;
}

std::vector<session::Person> people_of(const chat::CounterState& counter) {
  std::vector<session::Person> out;
  out.reserve(counter.people.size());
  for (const auto& [key, person] : counter.people) {
    const auto cut = key.find('\n');
    out.push_back(
        {{key.substr(0, cut), key.substr(cut + 1)}, {person.is_following, person.is_gained}});
  }
  return out;
}

Recall recall(const session::DataFolder& data, std::int64_t baseline, WallTime now) {
  auto out = recall_nothing(baseline, now);
  const auto next = static_cast<std::uint64_t>(session::highest_sequence(data)) + 1;
  out.chat.next = next;
  out.chat.reserved_below = next;
  std::optional<session::Unreadable> unreadable;
  const auto previous = session::previous_session(data, &unreadable);
  if (unreadable)
    out.problem =
        past_problem(unreadable->ledger, unreadable->why, previous ? &*previous : nullptr);
  if (!previous) return out;
  auto reader = session::Reader::open(previous->folder);
  if (!reader) {
    log_warn("session", "cannot read the last Session: {}", reader.error().log_line());
    out.problem = past_problem(previous->folder / session::ledger_file, reader.error(), nullptr);
    return out;
  }
  const auto interrupted = session::find_interrupted(data, now);
  out.is_interrupted = interrupted && interrupted->folder == previous->folder;
  if (out.is_interrupted) out.resumable_until = interrupted->last_wall + session::resumable_for;
  if (auto counter = counter_of(*reader)) {
    out.chat = chat::rebuild(std::move(*counter), {}, next);
  } else {
    log_warn("session", "counted again from the Show's baseline: {}", counter.error().log_line());
    out.problem = past_problem(previous->folder / session::ledger_file, counter.error(), nullptr);
    const auto all = reader->events_after(0, std::numeric_limits<std::size_t>::max());
    out.chat = chat::rebuild(std::move(out.chat.counter), events_of(all), next);
  }
  auto& counter = out.chat.counter;
  counter = out.is_interrupted ? chat::with_baseline(std::move(counter), baseline)
                               : chat::begin_session(std::move(counter), baseline, local_day(now));
  if (out.is_interrupted) {
    out.scene = last_scene(*reader);
    out.is_muted = was_muted(*reader);
  }
  out.chat.events.clear();
  if (const auto heard = reader->last_heard()) {
    for (const auto& [platform, at] : *heard) out.chat.heard.push_back({platform, at});
  }
  recall_past(data, now, out);
  return out;
}

}  // namespace xb::studio

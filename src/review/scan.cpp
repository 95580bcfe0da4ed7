// What each kind of Entry is for. SPDX-License-Identifier: Apache-2.0
#include "review/scan.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "media/mp4_length.h"
#include "review/glance.h"
#include "review/json_bits.h"
#include "review/library.h"
#include "review/removing.h"
#include "review/scan_chat.h"
#include "review/scan_files.h"
#include "review/scan_outputs.h"
#include "review/scan_scenes.h"
#include "session/recording_name.h"
#include "session/sessions.h"

namespace xb::review {
namespace {

constexpr std::size_t most_segments = 1000;
constexpr std::int64_t entries_a_look_at_stop = 1024;  // at low priority they may take long

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::optional<chat::CounterState> counter_in(const Result<std::string>& kept) {
  if (!kept || kept->empty()) return std::nullopt;
  const auto json = net::parse_json(*kept, entry_limits);
  if (!json) return std::nullopt;
  auto state = chat::counter_state_of(*json);
  if (!state) return std::nullopt;
  return std::move(*state);
}

// The Counter the Session began with; Ledgers of before version 3 do not tell.
std::optional<chat::CounterState> counter_at_begin(session::Reader& reader) {
  const auto kept = reader.fact("counter");
  auto state = counter_in(kept);
  if (!state) return std::nullopt;
  const auto people = reader.people_at_begin();
  if (!people) return state;
  for (const auto& [key, standing] : *people) {
    if (state->people.size() >= chat::most_people) break;
    state->people.emplace(chat::person_key(key.platform, key.user_id),
                          chat::Person{standing.is_following, standing.is_gained});
  }
  return state;
}

}  // namespace

// What is folded so far; a copy of it can be finished while it goes on.
class PassFold {
 public:
  void take(session::Reader& reader, const session::EntryRow& row) {
    using enum session::EntryKind;
    const auto kind = row.kind();
    if (!kind) return;
    const auto t = ms_of(row.time());
    if (*kind == resume) interrupted(t);
    last_ = std::max(last_, t);
    switch (*kind) {
      case chat:
        if (!chat_) begin_counting(reader, Json::object());
        is_guessed_ = false;
        chat_->take(row, out_);
        break;
      case begin: begin_run(reader, object_in(row.json()), row, t); break;
      case resume: resume_run(reader, object_in(row.json()), t); break;
      case session::EntryKind::end: out_.ending = Ending::ended; break;
      case scene: scenes_.scene(object_in(row.json()), t, out_); break;
      case values: values_shown(row.json()); break;
      case output: outputs_.output(object_in(row.json()), t, out_); break;
      case health: outputs_.health(object_in(row.json()), t, out_); break;
      case command: command_given(row.json()); break;
      case marker: add_marker(object_in(row.json()), t); break;
      case gap: add_gap(object_in(row.json()), t); break;
      case file: add_file(object_in(row.json()), t); break;
      case paint: out_.figures.missed_frames += repeated_frames(row.json()); break;
      case show:
      case anchor: break;
    }
  }

  // What is after the last Entry: the Counter as the Ledger has it at its end; and whether more is
  // to come.
  struct End {
    std::optional<chat::CounterState> counter;
    bool is_running = false;
  };
  Evening finish(const End& end, const std::filesystem::path& folder, const std::stop_token& stop) {
    scenes_.off(last_, out_);
    outputs_.off(last_, out_);
    end_files(last_);
    measure_files(folder, stop);
    if (!end.is_running) add_unmentioned(folder, stop);
    out_.duration_ms = last_;
    if (chat_) chat_->finish(end.counter, out_);
    std::stable_sort(out_.problems.begin(), out_.problems.end(),
                     [](const auto& a, const auto& b) { return a.on.from < b.on.from; });
    return std::move(out_);
  }

 private:
  void begin_counting(session::Reader& reader, const Json& json) {
    auto begin = counter_at_begin(reader);
    is_guessed_ = !begin.has_value();
    chat_.emplace(
        begin ? std::move(*begin)
              : chat::begin_session({}, integer_of(object_of(json, "counter"), "baseline"), {}));
  }

  void made_with(const Json& json) {
    scenes_.rows(json);
    outputs_.publish(json);
    const auto& video = object_of(json, "video");
    out_.bitrate_kbps = std::max(out_.bitrate_kbps, integer_of(video, "bitrate_kbps"));
    const auto& station = object_of(json, "station");
    if (auto name = text_of(station, "name"); !name.empty()) out_.station = std::move(name);
    if (auto title = text_of(json, "title"); !title.empty()) out_.title = std::move(title);
  }

  void begin_run(session::Reader& reader, const Json& json, const session::EntryRow& row,
                 std::int64_t t) {
    if (out_.began_wall_ms == 0) out_.began_wall_ms = row.wall().time_since_epoch().count() - t;
    made_with(json);
    if (!chat_) begin_counting(reader, json);
  }

  void resume_run(session::Reader& reader, const Json& json, std::int64_t t) {
    made_with(json);
    if (!chat_) begin_counting(reader, json);
    const auto& counter = object_of(json, "counter");
    if (counter.contains("baseline")) chat_->resume(t, integer_of(counter, "baseline"));
  }

  // The program had ended, `last_` is the last that is known before.
  void interrupted(std::int64_t t) {
    out_.ending = Ending::interrupted;
    scenes_.off(last_, out_);
    outputs_.off(last_, out_);
    end_files(last_);
    if (out_.problems.size() >= most_in_lane) return;
    const auto seconds = std::to_string((std::max(t, last_) - last_ + 500) / 1000);
    out_.problems.push_back({"interrupted",
                             "picture",
                             {last_, std::max(t, last_)},
                             {"程序中断了 " + seconds + " 秒，这一段没有录像",
                              "The program was away for " + seconds + " s: nothing is recorded"}});
  }

  void command_given(std::string_view json) {
    constexpr std::string_view marker = R"("name":"marker.add")";
    if (contains(json, R"("name":"chat.answered")") && contains(json, R"("ok":true)") && chat_)
      chat_->answered(integer_of(object_of(object_in(json), "args"), "seq"), out_);
    if (!contains(json, marker) || out_.markers.empty()) return;
    const auto command = object_in(json);
    auto& last = out_.markers.back();
    if (last.by.empty() && text_of(object_of(command, "args"), "note") == last.note)
      last.by = text_of(command, "who");
  }

  void values_shown(std::string_view text) {
    const bool has_changes = contains(text, R"("changes":)");
    if (!has_changes && !is_guessed_) return;
    const auto json = object_in(text);
    if (has_changes) scenes_.changes(json);
    if (std::exchange(is_guessed_, false) && chat_)
      chat_->begin_from(integer_of(json, "total"), integer_of(json, "gained"));
  }

  void add_marker(const Json& json, std::int64_t t) {
    if (out_.markers.size() < most_in_lane) out_.markers.push_back({t, text_of(json, "note"), ""});
  }

  void add_gap(const Json& json, std::int64_t t) {
    const auto lost = std::to_string(integer_of(json, "lost"));
    if (out_.problems.size() >= most_in_lane) return;
    out_.problems.push_back({"gap",
                             "chat",
                             {t, t},
                             {"账本在这里少了 " + lost + " 条", lost + " Entries are lost here"}});
  }

  void add_file(const Json& json, std::int64_t t) {
    const auto name = text_of(json, "name");
    if (!session::is_recording_name(name)) return;
    const bool is_clean = session::recording_number(name, session::clean_recording).has_value();
    auto& files = is_clean ? out_.clean : out_.segments;
    if (json.contains("first_frame") && files.size() < most_segments)
      files.push_back({name, {t, -1}});
    if (!json.contains("end_frame")) return;
    for (auto& file : files)
      if (file.name == name && file.on.to < 0) file.on.to = std::max(t, file.on.from);
  }

  // Of a file that broke off, the program's end is all the ledger knows.
  void end_files(std::int64_t t) {
    for (auto* files : {&out_.segments, &out_.clean})
      for (auto& file : *files)
        if (file.on.to < 0) {
          file.on.to = std::max(t, file.on.from);
          guessed_.insert(file.name);
        }
  }

  // The file itself knows better: it may hold more than the ledger's last Entry, or less.
  void measure_files(const std::filesystem::path& folder, const std::stop_token& stop) {
    for (auto* files : {&out_.segments, &out_.clean})
      for (auto& file : *files) {
        if (!guessed_.contains(file.name) || bytes_of(folder / file.name) <= 0) continue;
        const auto length = media::mp4_length(folder / file.name, stop);
        if (!length) continue;
        const auto until = file.on.to;
        file.on.to = file.on.from + to_ms_up(*length);
        for (auto& problem : out_.problems)
          if (problem.kind == "interrupted" && problem.on.from == until && files == &out_.segments)
            problem.on.from = std::min(std::max(file.on.to, until), problem.on.to);
        last_ = std::max(last_, file.on.to);
      }
  }

  // Recordings that lie in the folder and that the ledger does not tell of, as it was cut or could
  // not be written: one behind the other.
  void add_unmentioned(const std::filesystem::path& folder, const std::stop_token& stop) {
    std::int64_t from = 0;
    for (const auto& known : out_.segments) from = std::max(from, known.on.to);
    for (auto& file :
         unmentioned_files(folder, session::program_recording, out_.segments, from, stop)) {
      out_.missing.push_back(
          {file.name + " 没有记在账本里：接在后面放，时间可能不准",
           file.name + " is not in the ledger: it is put behind, its time may be wrong"});
      from = file.on.to;
      out_.segments.push_back(std::move(file));
    }
    last_ = std::max(last_, from);
  }

  static std::int64_t to_ms_up(Duration time) { return (time.count() + 999'999) / 1'000'000; }

  Evening out_;
  std::optional<ScanChat> chat_;
  ScanScenes scenes_;
  ScanOutputs outputs_;
  std::set<std::string> guessed_;  // files whose end the ledger does not know
  bool is_guessed_ = false;        // what the Counter began with
  std::int64_t last_ = 0;
};

namespace {

std::int64_t number_of(const Result<std::string>& text) {
  std::int64_t out = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), out);
  return out;
}

}  // namespace

struct Pass::State {
  std::filesystem::path folder;
  PassFold scan;
  std::int64_t next = 0;  // the number of the Entry to go on with
  std::int64_t entries = 0;
  std::optional<Error> wrong;
};

Pass::Pass(std::filesystem::path folder) : state_(std::make_unique<State>()) {
  state_->folder = std::move(folder);
}
Pass::~Pass() = default;
Pass::Pass(Pass&&) noexcept = default;
Pass& Pass::operator=(Pass&&) noexcept = default;

Status Pass::read_on(session::Reader& reader, std::stop_token stop) {
  auto& s = *state_;
  bool is_stopped = false;
  const auto read = reader.visit(s.next, [&](const session::EntryRow& row) {
    s.next = row.n() + 1;
    s.scan.take(reader, row);
    is_stopped = ++s.entries % entries_a_look_at_stop == 0 && stop.stop_requested();
    return !is_stopped;
  });
  if (is_stopped) return Error(ErrorCode::cancelled);
  s.wrong.reset();
  if (!read) s.wrong = read.error();
  return ok();
}

Result<Evening> Pass::evening(session::Reader& reader, const std::stop_token& stop) const {
  const auto& folder = state_->folder;
  const auto entries = state_->entries;
  const auto& wrong = state_->wrong;
  if (entries == 0)
    return Error(ErrorCode::session_unreadable,
                 wrong ? wrong->detail() : folder.filename().string());
  auto finished = state_->scan;
  const PassFold::End end{wrong ? std::nullopt : counter_in(reader.counter()), reader.is_running()};
  auto out = finished.finish(end, folder, stop);
  if (stop.stop_requested()) return Error(ErrorCode::cancelled);
  if (wrong) {
    out.cut = {
        "账本坏了，第 " + std::to_string(entries) + " 条以后读不出来：后面的聊天和数字这里没有",
        "The ledger is damaged behind its Entry " + std::to_string(entries) +
            ": chat and figures after it are not here"};
    out.missing.insert(out.missing.begin(), *out.cut);
  }
  if (const auto removed = reader.fact("removed")) {
    for (const auto& one : removals_in(*removed)) {
      const auto more = one.why.empty() ? std::string() : one.why;
      out.problems.push_back({"removed",
                              "picture",
                              one.on,
                              {"这里剪去了" + (more.empty() ? more : "：" + more),
                               "Removed here" + (more.empty() ? more : ": " + more)}});
    }
  }
  if (const auto began = number_of(reader.fact("began_wall_ms")); began > 0)
    out.began_wall_ms = began;
  if (out.began_wall_ms <= 0)
    out.began_wall_ms = session::began_by_name(folder.filename().string()).value_or(0);
  if (const auto station = reader.fact("station"); station && out.station.empty())
    out.station = clean_outside_text(*station, {.graphemes = 60});
  if (out.title.empty())
    out.title = out.station.empty() ? clean_outside_text(folder.filename().string()) : out.station;
  return out;
}

Result<Evening> scan(session::Reader& reader, const std::filesystem::path& folder,
                     std::stop_token stop) {
  Pass pass(folder);
  XB_TRY(pass.read_on(reader, stop));
  return pass.evening(reader, stop);
}

}  // namespace xb::review

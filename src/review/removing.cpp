// The ledger first, then the recordings; named when all is there.
// SPDX-License-Identifier: Apache-2.0
#include "review/removing.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/text.h"
#include "net/json.h"
#include "output/blank.h"
#include "review/copying.h"
#include "review/json_bits.h"
#include "review/library.h"
#include "review/notes_file.h"
#include "session/schema.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t ns_in_ms = 1'000'000;
constexpr Duration beyond_the_end = std::chrono::minutes(10);
constexpr Duration little = std::chrono::seconds(2);  // a ledger and its file may differ by
constexpr double until_ledger = 0.02;
constexpr double until_blanked = 0.7;

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string time_words(std::int64_t ms) {
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const auto s = ms / 1000;
  return std::to_string(s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60);
}

class LedgerWithout {
 public:
  LedgerWithout(const fs::path& session, const fs::path& part, const std::vector<Removal>& removals)
      : session_(session), file_(part / session::ledger_file), removals_(removals) {}

  Status make() {
    {
      XB_TRY_ASSIGN(auto from, session::read_ledger_unchanged(session_ / session::ledger_file,
                                                              session::Look::as_it_comes));
      auto copied = from.database.run("VACUUM INTO " + quoted(file_.string()));
      from.database = {};
      std::error_code ignored;
      if (!from.copy.empty()) fs::remove_all(from.copy, ignored);
      if (!copied) return copied;
    }
    XB_TRY_ASSIGN(database_, session::Database::open(file_, session::OpenMode::read_write));
    XB_TRY(database_.run("PRAGMA journal_mode = DELETE; PRAGMA secure_delete = ON; BEGIN"));
    for (const auto& one : removals_) XB_TRY(remove_messages(one.on));
    XB_TRY(unpin());
    // what was painted holds every message that could be seen
    XB_TRY(database_.run("DELETE FROM entries WHERE kind = 'paint'"));
    XB_TRY(say_so());
    XB_TRY(database_.run("COMMIT; VACUUM"));
    database_ = {};
    return sync_file(file_);
  }

 private:
  // What is counted is no message (chat::is_counted): the curves stay what they were.
  Status remove_messages(Span on) {
    constexpr std::string_view which =
        " FROM entries WHERE kind = 'chat' AND time_ns >= ? AND time_ns < ? "
        "AND coalesce(CASE WHEN json_valid(json) THEN json_extract(json, '$.kind') END, '') "
        "NOT IN ('follow', 'unfollow', 'followers', 'correction', 'viewers', 'like')";
    const auto from = on.from * ns_in_ms;
    const auto to = on.to * ns_in_ms;
    XB_TRY_ASSIGN(auto find, database_.prepare("SELECT seq" + std::string(which)));
    find.bind(1, from).bind(2, to);
    while (true) {
      XB_TRY_ASSIGN(const bool is_row, find.step());
      if (!is_row) break;
      if (const auto seq = find.maybe_integer(0)) gone_.insert(*seq);
    }
    XB_TRY_ASSIGN(auto remove, database_.prepare("DELETE" + std::string(which)));
    return remove.bind(1, from).bind(2, to).run();
  }

  bool unpin_in(OrderedJson& json) const {
    const auto at = json.find("pinned");
    if (at == json.end() || !at->is_object() || !at->contains("seq")) return false;
    const auto& seq = (*at)["seq"];
    if (!seq.is_number_integer() || !gone_.contains(seq.get<std::int64_t>())) return false;
    *at = nullptr;
    return true;
  }

  // A message that was pinned stands in Scenes, too.
  Status unpin() {
    std::vector<std::pair<std::int64_t, std::string>> changed;
    XB_TRY_ASSIGN(auto find, database_.prepare(
                                 "SELECT n, json FROM entries WHERE kind IN ('scene', 'command') "
                                 "AND json LIKE '%\"pinned\":{%'"));
    while (true) {
      XB_TRY_ASSIGN(const bool is_row, find.step());
      if (!is_row) break;
      // what is beyond the limits no reader shows
      if (!net::parse_json(find.view(1), entry_limits)) continue;
      auto json = OrderedJson::parse(find.view(1), nullptr, false);
      if (!json.is_object()) continue;
      bool is_changed = unpin_in(json);
      if (const auto scene = json.find("scene"); scene != json.end() && scene->is_object())
        is_changed = unpin_in(*scene) || is_changed;
      if (is_changed) changed.emplace_back(find.integer(0), net::dump(json));
    }
    XB_TRY_ASSIGN(auto change, database_.prepare("UPDATE entries SET json = ? WHERE n = ?"));
    for (const auto& [n, json] : changed)
      XB_TRY(change.bind(1, std::string_view(json)).bind(2, n).run());
    return ok();
  }

  Status say_so() {
    OrderedJson list = OrderedJson::array();
    for (const auto& one : removals_)
      list.push_back({{"from_ms", one.on.from}, {"to_ms", one.on.to}, {"why", one.why}});
    XB_TRY_ASSIGN(auto put, database_.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
    const auto text = net::dump(list);
    return put.bind(1, "removed").bind(2, std::string_view(text)).run();
  }

  const fs::path session_;
  const fs::path file_;
  const std::vector<Removal>& removals_;
  session::Database database_;
  std::set<std::int64_t> gone_;
};

// The spans in the file's own time.
std::vector<output::FileSpan> spans_in(const Segment& file, const std::vector<Removal>& removals) {
  std::vector<output::FileSpan> out;
  for (const auto& one : removals) {
    if (one.on.from >= file.on.to || one.on.to <= file.on.from) continue;
    // after a kill a file may be longer than the ledger knows
    const auto beyond = one.on.to >= file.on.to ? beyond_the_end : Duration{};
    out.push_back({from_ms(std::max<std::int64_t>(0, one.on.from - file.on.from)),
                   from_ms(one.on.to - file.on.from) + beyond});
  }
  return out;
}

std::vector<NoteLine> note_lines(const std::vector<Removal>& removals, std::int64_t wall_ms) {
  std::vector<NoteLine> out;
  for (const auto& one : removals) {
    NoteLine line;
    line.line = new_uuid();
    line.note = new_uuid();
    line.wall_ms = wall_ms;
    line.author = "乡播 Xiangbo";
    line.t = one.on.from;
    line.to = one.on.to;
    const auto span = time_words(one.on.from) + "–" + time_words(one.on.to);
    line.text = "这份拷贝里剪去了 " + span +
                " 的画面、声音和弹幕 / removed from this copy: " + span +
                (one.why.empty() ? "" : "（" + one.why + "）");
    out.push_back(std::move(line));
  }
  return out;
}

class Removing {
 public:
  Removing(const fs::path& session, const Evening& evening, const std::vector<Removal>& removals,
           Clock& clock, const JobProgress& progress)
      : session_(session),
        evening_(evening),
        removals_(removals),
        clock_(clock),
        progress_(progress) {}

  Status run(const fs::path& part) {
    XB_TRY(make_folder(part));
    XB_TRY(tell(0));
    XB_TRY(LedgerWithout(session_, part, removals_).make());
    XB_TRY(tell(until_ledger));
    XB_TRY(blank(part));
    auto files = files_to_copy(session_);
    std::erase_if(files, [&](const fs::path& file) {
      const auto name = file.string();
      // a recording the evening does not list may hold anything
      const bool is_unknown = name.find(".mp4") != name.npos && !is_listed(name);
      if (is_unknown && !blanked_.contains(name)) left_out_.push_back(name);
      return is_unknown || file.has_parent_path() || is_ledger(name) || blanked_.contains(name);
    });
    XB_TRY(copy_files(session_, files, part, [this](double done) {
      return progress_(until_blanked + (1 - until_blanked) * done);
    }));
    const auto now = clock_.wall().time_since_epoch().count();
    return append_notes(part, note_lines(removals_, now));
  }

  // What the copy lacks besides the spans.
  std::vector<Sentence> notes() const {
    std::vector<Sentence> out;
    for (const auto& name : left_out_)
      out.push_back(
          {name + " 没有记在账本里，没有拷", name + " is not in the ledger and was not copied"});
    for (const auto& name : shortened_)
      out.push_back({name + " 后面坏了，只拷了前面能读的",
                     name + " is damaged: only what comes before that was copied"});
    return out;
  }

 private:
  bool is_listed(const std::string& name) const {
    const auto is_it = [&](const Segment& one) { return one.name == name; };
    return std::any_of(evening_.segments.begin(), evening_.segments.end(), is_it) ||
           std::any_of(evening_.clean.begin(), evening_.clean.end(), is_it);
  }
  static bool is_ledger(const std::string& name) { return name.starts_with(session::ledger_file); }

  Status tell(double done) const {
    if (!progress_(done)) return Error(ErrorCode::cancelled, "copy");
    return ok();
  }

  Status blank(const fs::path& part) {
    std::vector<const Segment*> files;
    for (const auto* list : {&evening_.segments, &evening_.clean})
      for (const auto& file : *list)
        if (bytes_of(session_ / file.name) > 0 && !spans_in(file, removals_).empty())
          files.push_back(&file);
    const auto each = (until_blanked - until_ledger) /
                      static_cast<double>(std::max<std::size_t>(1, files.size()));
    for (std::size_t i = 0; i < files.size(); ++i) {
      const auto& file = *files[i];
      const auto made = output::blank_recording(
          session_ / file.name, spans_in(file, removals_), from_ms(file.on.to - file.on.from),
          part / file.name, clock_, [&](double done) {
            return progress_(until_ledger + each * (static_cast<double>(i) + done));
          });
      if (!made) return made.error();
      if (made->length + little < from_ms(file.on.to - file.on.from))
        shortened_.push_back(file.name);
      XB_TRY(sync_file(part / file.name));
      blanked_.insert(file.name);
    }
    return ok();
  }

  const fs::path session_;
  const Evening& evening_;
  const std::vector<Removal>& removals_;
  Clock& clock_;
  const JobProgress& progress_;
  std::set<std::string> blanked_;
  std::vector<std::string> left_out_;
  std::vector<std::string> shortened_;
};

}  // namespace

Result<JobOutcome> copy_without(const fs::path& session, const Evening& evening,
                                const std::vector<Removal>& removals, const fs::path& into,
                                Clock& clock, const JobProgress& progress) {
  Removing removing(session, evening, removals, clock, progress);
  XB_TRY_ASSIGN(auto out,
                make_copy(session, into, [&](const fs::path& part) { return removing.run(part); }));
  out.notes = removing.notes();
  out.notes.push_back(
      {"剪去了 " + std::to_string(removals.size()) + " 段；剪好的片段没有拷，画面也不能再重新合成",
       "removed spans: " + std::to_string(removals.size()) +
           "; clips were not copied, and the picture cannot be composed again"});
  return out;
}

std::vector<Removal> removals_in(std::string_view fact) {
  std::vector<Removal> out;
  const auto list = net::parse_json(fact, {.bytes = 64U << 10U, .depth = 4});
  if (!list || !list->is_array()) return out;
  for (const auto& one : *list) {
    if (!one.is_object() || out.size() >= most_removals) continue;
    const Span on{std::clamp<std::int64_t>(integer_of(one, "from_ms"), 0, longest_ms),
                  std::clamp<std::int64_t>(integer_of(one, "to_ms"), 0, longest_ms)};
    if (on.to > on.from) out.push_back({on, text_of(one, "why", 100)});
  }
  return out;
}

}  // namespace xb::review

// Search, exports and proposals. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/local_time.h"
#include "base/text.h"
#include "net/json.h"
#include "review/archive.h"
#include "review/backroom.h"
#include "review/grams.h"
#include "review/importing.h"
#include "review/json_bits.h"
#include "review/library.h"
#include "review/notes_file.h"
#include "review/peaks.h"
#include "session/session.h"

namespace xb::review {
namespace {

// Notes change at any time and are few: they are looked through, not indexed.
void add_notes(const std::filesystem::path& library, const std::string& id,
               const std::string& wanted, std::vector<Hit>& out) {
  if (bytes_of(library / id / "notes.jsonl") <= 0) return;
  const auto read = read_notes(library / id);
  if (!read) return;
  for (const auto& note : read->notes.all()) {
    if (folded(note.text).find(wanted) == std::string::npos) continue;
    out.push_back({id, note.t, "note", note.author, note.text});
  }
}

}  // namespace

Result<OrderedJson> Reading::sound(const std::string& id) {
  return backroom_.sound(id);
}

Result<OrderedJson> Reading::pictures(const std::string& id) {
  return backroom_.pictures(id);
}

Result<std::filesystem::path> Reading::thumbnail(const std::string& id, const std::string& name) {
  XB_TRY(session_folder(shelf_.library(), id));
  if (name != wall_name && name != cover_name) return Error(ErrorCode::review_unknown, name);
  auto file = backroom_.thumbnail(id, name);
  if (file.empty()) return Error(ErrorCode::review_unknown, name);
  return file;
}

Result<OrderedJson> Reading::search(const SearchQuery& query) {
  XB_TRY_ASSIGN(const auto found, find_sessions(shelf_.library()));
  backroom_.look_again();
  XB_TRY_ASSIGN(auto hits, backroom_.index().find(query));
  if (const auto wanted = folded(query.text); !wanted.empty() && query.offset == 0) {
    std::vector<Hit> notes;
    for (const auto& id : found.ids)
      if (query.session.empty() || query.session == id)
        add_notes(shelf_.library(), id, wanted, notes);
    if (notes.size() > query.limit) notes.resize(query.limit);
    hits.hits.insert(hits.hits.begin(), notes.begin(), notes.end());
  }
  OrderedJson list = OrderedJson::array();
  for (const auto& hit : hits.hits) {
    if (std::find(found.ids.begin(), found.ids.end(), hit.session) == found.ids.end()) continue;
    const auto row = shelf_.known(hit.session).row;
    list.push_back({{"session", hit.session},
                    {"title", row ? row->title : clean_outside_text(hit.session)},
                    {"t", hit.t},
                    {"where", hit.where},
                    {"name", hit.name},
                    {"text", hit.text}});
  }
  const auto of = found.ids.size();
  return OrderedJson{{"hits", std::move(list)},
                     {"more", hits.has_more},
                     {"indexed", backroom_.searched(found.ids)},
                     {"of", of}};
}

Result<OrderedJson> Reading::peaks(const std::string& id) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  OrderedJson list = OrderedJson::array();
  for (const auto& peak : peaks_of(*evening))
    list.push_back({{"from", peak.on.from},
                    {"to", peak.on.to},
                    {"why_zh", peak.why.zh},
                    {"why_en", peak.why.en},
                    {"score", std::round(peak.score * 100) / 100}});
  return OrderedJson{{"peaks", std::move(list)}};
}

Result<ExportFile> Reading::export_file(const std::string& id, const std::string& kind,
                                        ExportWishes wishes) {
  XB_TRY_ASSIGN(const auto evening, shelf_.evening(id));
  XB_TRY_ASSIGN(auto reader, shelf_.reader(id));
  XB_TRY_ASSIGN(const auto notes, read_notes(shelf_.library() / id));
  return export_of({*evening, backroom_.faults(id), reader, notes.notes, id, wishes}, kind);
}

Result<OrderedJson> Reading::import(const Json& said) {
  ImportWishes wishes;
  XB_TRY_ASSIGN(const auto video, net::require_string(said, "video"));
  XB_TRY_ASSIGN(const auto chat, net::optional_string(said, "chat"));
  XB_TRY_ASSIGN(const auto offset, net::optional_integer(said, "offset_ms"));
  XB_TRY_ASSIGN(const auto title, net::optional_string(said, "title"));
  wishes.video = video;
  wishes.chat = chat.value_or("");
  wishes.offset_ms = offset.value_or(0);
  wishes.title = clean_outside_text(title.value_or(""), {.graphemes = 60});
  const bool is_whole =
      wishes.video.is_absolute() && (wishes.chat.empty() || wishes.chat.is_absolute());
  if (!is_whole) return Error(ErrorCode::json_invalid, "video, chat: whole paths");
  if (wishes.offset_ms < -longest_ms || wishes.offset_ms > longest_ms)
    return Error(ErrorCode::json_invalid, "offset_ms");
  XB_TRY_ASSIGN(const auto job, jobs_.start([this, wishes](const JobProgress& progress) {
    auto made = import_session(shelf_.library(), wishes, clock_, progress);
    backroom_.look_again();
    return made;
  }));
  return OrderedJson{{"ok", true}, {"job", job}};
}

Result<OrderedJson> Reading::job(const std::string& id) {
  return jobs_.report(id);
}

Result<OrderedJson> Reading::cancel(const std::string& id) {
  XB_TRY(jobs_.cancel(id));
  return jobs_.report(id);
}

// "2026-11.xlsx".
Result<ExportFile> Reading::month(const std::string& name, ExportWishes wishes) {
  const bool is_month = name.size() == 12 && name[4] == '-' && name.ends_with(".xlsx") &&
                        std::all_of(name.begin(), name.begin() + 7,
                                    [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
  if (!is_month) return Error(ErrorCode::review_unknown, clean_outside_text(name));
  const auto month = name.substr(0, 7);
  XB_TRY_ASSIGN(const auto found, find_sessions(shelf_.library()));
  std::vector<MonthRow> rows;
  for (const auto& id : found.ids) {
    auto known = shelf_.known(id);
    // what cannot be read is named in the list of Sessions
    if ((!known.row || known.is_old) && shelf_.evening(id, {})) known = shelf_.known(id);
    const auto& row = known.row;
    if (!row || !row->has_ledger || row->began_wall_ms <= 0) continue;
    const WallTime began{std::chrono::milliseconds(row->began_wall_ms)};
    if (local_day(began).substr(0, 7) != month) continue;
    rows.push_back(
        {id, row->title, row->station, row->began_wall_ms, row->duration_ms, row->figures});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const MonthRow& a, const MonthRow& b) {
    return a.began_wall_ms < b.began_wall_ms;
  });
  XB_TRY_ASSIGN(auto bytes, month_xlsx(rows, wishes));
  return ExportFile{name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    std::move(bytes)};
}

}  // namespace xb::review

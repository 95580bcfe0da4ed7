// What reviewers write. SPDX-License-Identifier: Apache-2.0
#include <system_error>
#include <utility>

#include "net/json.h"
#include "review/archive.h"
#include "review/backroom.h"
#include "review/json_bits.h"
#include "review/library.h"
#include "review/notes_file.h"

namespace xb::review {
namespace {

OrderedJson signed_json(const Notes& notes) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : notes.signed_by())
    out.push_back({{"author", one.author}, {"wall_ms", one.wall_ms}});
  return out;
}

OrderedJson note_or_none(const Notes& notes, const std::string& id) {
  const auto note = notes.find(id);
  return note ? to_json(*note) : OrderedJson(nullptr);
}

// What was posted, with what is ours to say, read back by the same reader as the file's lines.
Result<NoteLine> line_of(const Json& said, const char* const* keys, std::int64_t wall_ms,
                         Json ours) {
  for (auto key = keys; *key != nullptr; ++key) {
    const auto found = said.find(*key);
    if (found != said.end() && !found->is_null()) ours[*key] = *found;
  }
  ours["v"] = 1;
  ours["line"] = new_uuid();
  ours["wall_ms"] = wall_ms;
  const auto text = net::dump(ours);
  if (text.size() > longest_note_line)
    return Error(ErrorCode::review_note, "text: at most 2000 characters");
  return note_line_of(text);
}

constexpr const char* make_keys[] = {"t", "to", "parent", "kind", "author", "text", nullptr};
constexpr const char* change_keys[] = {"state", "text", "removed", "author", nullptr};
constexpr const char* sign_keys[] = {"author", "removed", nullptr};

}  // namespace

std::int64_t Reading::next_ms(const Notes& notes) const {
  return notes.next_ms(clock_.wall().time_since_epoch().count());
}

Result<OrderedJson> Reading::notes(const std::string& id) {
  XB_TRY_ASSIGN(const auto folder, session_folder(shelf_.library(), id));
  XB_TRY_ASSIGN(const auto read, read_notes(folder));
  OrderedJson list = OrderedJson::array();
  for (const auto& note : read.notes.all()) list.push_back(to_json(note));
  return OrderedJson{
      {"notes", std::move(list)}, {"signed", signed_json(read.notes)}, {"unread", read.unread}};
}

Result<OrderedJson> Reading::write_note(const std::string& id, const Json& said) {
  XB_TRY_ASSIGN(const auto folder, session_folder(shelf_.library(), id));
  XB_TRY_ASSIGN(auto read, read_notes(folder));
  XB_TRY_ASSIGN(const auto note, net::require_string(said, "id"));
  if (!is_uuid(note)) return Error(ErrorCode::review_note, "id: a UUID in lower case");
  if (const auto there = read.notes.find(note))
    return OrderedJson{{"ok", true}, {"note", to_json(*there)}};
  XB_TRY_ASSIGN(auto line, line_of(said, make_keys, next_ms(read.notes), Json{{"note", note}}));
  if (line.does != NoteLine::Does::make) return Error(ErrorCode::review_note, "kind");
  if (!read.notes.add(line)) return Error(ErrorCode::review_notes_full, id);
  XB_TRY(append_notes(folder, {line}));
  backroom_.look_again();
  return OrderedJson{{"ok", true}, {"note", note_or_none(read.notes, note)}};
}

Result<OrderedJson> Reading::change_note(const std::string& id, const std::string& note,
                                         const Json& said) {
  XB_TRY_ASSIGN(const auto folder, session_folder(shelf_.library(), id));
  XB_TRY_ASSIGN(auto read, read_notes(folder));
  if (!is_uuid(note) || !read.notes.find(note)) return Error(ErrorCode::review_unknown, note);
  XB_TRY_ASSIGN(auto line, line_of(said, change_keys, next_ms(read.notes), Json{{"note", note}}));
  if (!read.notes.add(line)) return Error(ErrorCode::review_notes_full, id);
  XB_TRY(append_notes(folder, {line}));
  backroom_.look_again();
  return OrderedJson{{"ok", true}, {"note", note_or_none(read.notes, note)}};
}

Result<OrderedJson> Reading::sign(const std::string& id, const Json& said) {
  XB_TRY_ASSIGN(const auto folder, session_folder(shelf_.library(), id));
  XB_TRY_ASSIGN(auto read, read_notes(folder));
  XB_TRY_ASSIGN(auto line, line_of(said, sign_keys, next_ms(read.notes), Json{{"sign", true}}));
  if (!read.notes.add(line)) return Error(ErrorCode::review_notes_full, id);
  XB_TRY(append_notes(folder, {line}));
  return OrderedJson{{"ok", true}, {"signed", signed_json(read.notes)}};
}

// A Session folder, or a library of them: those that have the name of one here.
Result<OrderedJson> Reading::merge(const std::filesystem::path& from) {
  std::vector<std::pair<std::filesystem::path, std::string>> copies;
  const auto name = from.filename().string();
  if (session_folder(from.parent_path(), name)) {
    copies.emplace_back(from, name);
  } else {
    XB_TRY_ASSIGN(const auto found, find_sessions(from));
    for (const auto& id : found.ids) copies.emplace_back(from / id, id);
  }
  std::int64_t added = 0;
  std::int64_t sessions = 0;
  for (const auto& [copy, id] : copies) {
    const auto folder = session_folder(shelf_.library(), id);
    if (!folder) continue;
    XB_TRY_ASSIGN(const auto news, merge_notes(copy, *folder));
    added += news;
    ++sessions;
  }
  if (sessions == 0) return Error(ErrorCode::review_unknown, from.string());
  backroom_.look_again();
  return OrderedJson{{"ok", true}, {"notes_added", added}, {"sessions", sessions}};
}

}  // namespace xb::review

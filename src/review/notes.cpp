// Lines and what they come to. SPDX-License-Identifier: Apache-2.0
#include "review/notes.h"

#include <algorithm>
#include <array>
#include <random>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "review/json_bits.h"

namespace xb::review {
namespace {

constexpr std::size_t longest_text = 2000;
constexpr std::size_t longest_author = 24;
constexpr std::int64_t latest_wall = 4'102'444'800'000;  // the year 2100

Error wrong(const char* what) {
  return Error(ErrorCode::review_note, what);
}

// A text that is already as it would be shown, so that nothing changes by being merged.
Result<std::string> plain(const Json& json, const char* key, std::size_t most) {
  XB_TRY_ASSIGN(auto text, net::require_string(json, key));
  auto clean = clean_outside_text(text, {.graphemes = most});
  if (clean.empty()) return wrong(key);
  return clean;
}

// The newest of the lines that set something; equal times are told apart by the line's id, so that
// every copy decides alike.
bool is_newer(const NoteLine& a, const NoteLine* b) {
  return b == nullptr || std::tie(a.wall_ms, a.line) > std::tie(b->wall_ms, b->line);
}

}  // namespace

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (is_dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

std::string new_uuid() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string out;
  for (int i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) out += '-';
    const auto value = i == 12 ? 4U : i == 16 ? 8U + random() % 4U : random() % 16U;
    out += digits[value];
  }
  return out;
}

Result<NoteLine> note_line_of(std::string_view text) {
  if (text.size() > longest_note_line) return wrong("line");
  XB_TRY_ASSIGN(const auto json, net::parse_json(text, {.bytes = longest_note_line, .depth = 4}));
  if (!json.is_object() || integer_of(json, "v") != 1) return wrong("v");
  NoteLine out;
  XB_TRY_ASSIGN(out.line, net::require_string(json, "line"));
  if (!is_uuid(out.line)) return wrong("line");
  XB_TRY_ASSIGN(out.wall_ms, net::require_integer(json, "wall_ms"));
  if (out.wall_ms < 0 || out.wall_ms > latest_wall) return wrong("wall_ms");
  XB_TRY_ASSIGN(out.author, plain(json, "author", longest_author));
  out.is_removed = is_true(json, "removed");
  if (is_true(json, "sign")) {
    out.does = NoteLine::Does::sign;
    return out;
  }
  XB_TRY_ASSIGN(out.note, net::require_string(json, "note"));
  if (!is_uuid(out.note)) return wrong("note");
  if (json.contains("text")) {
    XB_TRY_ASSIGN(out.text, plain(json, "text", longest_text));
  }
  if (json.contains("state")) {
    XB_TRY_ASSIGN(const auto state, net::require_string(json, "state"));
    if (state != "open" && state != "done") return wrong("state");
    out.is_done = state == "done";
  }
  out.does = NoteLine::Does::change;
  if (!json.contains("kind")) {
    if (!out.text && !out.is_done && !out.is_removed) return wrong("text, state or removed");
    return out;
  }
  out.does = NoteLine::Does::make;
  XB_TRY_ASSIGN(const auto kind, net::require_string(json, "kind"));
  if (kind != "comment" && kind != "task") return wrong("kind");
  out.is_task = kind == "task";
  XB_TRY_ASSIGN(out.t, net::require_integer(json, "t"));
  XB_TRY_ASSIGN(out.to, net::optional_integer(json, "to"));
  XB_TRY_ASSIGN(out.parent, net::optional_string(json, "parent"));
  if (out.t < 0 || out.t > longest_ms) return wrong("t");
  if (out.to && (*out.to < out.t || *out.to > longest_ms)) return wrong("to");
  if (out.parent && !is_uuid(*out.parent)) return wrong("parent");
  if (!out.text) return wrong("text");
  return out;
}

std::string to_text(const NoteLine& line) {
  OrderedJson json{
      {"v", 1}, {"line", line.line}, {"wall_ms", line.wall_ms}, {"author", line.author}};
  if (line.does == NoteLine::Does::sign) json["sign"] = true;
  if (line.does != NoteLine::Does::sign) json["note"] = line.note;
  if (line.does == NoteLine::Does::make) {
    json["kind"] = line.is_task ? "task" : "comment";
    json["t"] = line.t;
    if (line.to) json["to"] = *line.to;
    if (line.parent) json["parent"] = *line.parent;
  }
  if (line.text) json["text"] = *line.text;
  if (line.is_done) json["state"] = *line.is_done ? "done" : "open";
  if (line.is_removed) json["removed"] = true;
  return net::dump(json);
}

std::int64_t Notes::next_ms(std::int64_t now_ms) const {
  auto next = now_ms;
  for (const auto& [id, line] : lines_) next = std::max(next, line.wall_ms + 1);
  return next;
}

bool Notes::add(NoteLine line) {
  if (lines_.size() >= most_note_lines) return false;
  auto id = line.line;
  return lines_.try_emplace(std::move(id), std::move(line)).second;
}

std::vector<Note> Notes::all() const {
  struct Parts {
    const NoteLine* made = nullptr;
    const NoteLine* text = nullptr;
    const NoteLine* state = nullptr;
    bool is_removed = false;
  };
  std::map<std::string, Parts> notes;
  for (const auto& [id, line] : lines_) {
    if (line.does == NoteLine::Does::sign) continue;
    auto& note = notes[line.note];
    if (line.does == NoteLine::Does::make && (note.made == nullptr || !is_newer(line, note.made)))
      note.made = &line;
    if (line.does == NoteLine::Does::make) continue;
    if (line.text && is_newer(line, note.text)) note.text = &line;
    if (line.is_done && is_newer(line, note.state)) note.state = &line;
    note.is_removed |= line.is_removed;
  }
  std::vector<Note> out;
  for (const auto& [id, note] : notes) {
    if (note.made == nullptr || note.is_removed) continue;
    const auto& made = *note.made;
    out.push_back({id, made.t, made.to, made.parent, made.is_task, made.author,
                   note.text != nullptr ? *note.text->text : made.text.value_or(""),
                   note.state != nullptr && *note.state->is_done, made.wall_ms,
                   note.text != nullptr});
  }
  std::stable_sort(out.begin(), out.end(), [](const Note& a, const Note& b) {
    return std::tie(a.t, a.wall_ms, a.id) < std::tie(b.t, b.wall_ms, b.id);
  });
  return out;
}

std::optional<Note> Notes::find(const std::string& id) const {
  for (auto& note : all()) {
    if (note.id == id) return note;
  }
  return std::nullopt;
}

std::vector<Signature> Notes::signed_by() const {
  std::map<std::string, const NoteLine*> newest;
  for (const auto& [id, line] : lines_) {
    if (line.does != NoteLine::Does::sign) continue;
    auto& last = newest[line.author];
    if (is_newer(line, last)) last = &line;
  }
  std::vector<Signature> out;
  for (const auto& [author, line] : newest)
    if (!line->is_removed) out.push_back({author, line->wall_ms});
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.wall_ms > b.wall_ms; });
  return out;
}

std::int64_t Notes::open() const {
  const auto notes = all();
  return std::count_if(notes.begin(), notes.end(),
                       [](const Note& note) { return !note.parent && !note.is_done; });
}

OrderedJson to_json(const Note& note) {
  return {{"id", note.id},
          {"t", note.t},
          {"to", note.to ? OrderedJson(*note.to) : OrderedJson(nullptr)},
          {"parent", note.parent ? OrderedJson(*note.parent) : OrderedJson(nullptr)},
          {"kind", note.is_task ? "task" : "comment"},
          {"author", note.author},
          {"text", note.text},
          {"state", note.is_done ? "done" : "open"},
          {"wall_ms", note.wall_ms},
          {"edited", note.is_edited}};
}

}  // namespace xb::review

// Notes: what reviewers wrote about a Session, as lines that are only ever added. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::review {

inline constexpr std::size_t most_note_lines = 20'000;
inline constexpr std::size_t longest_note_line = 16'384;

// One line of notes.jsonl (docs/wire.md section 13). What is not set was not changed.
struct NoteLine {
  enum class Does : std::uint8_t { make = 1, change, sign };
  Does does = Does::make;
  std::string line;  // its own UUID: copies merge by it
  std::string note;  // the note's UUID; of `sign` empty
  std::int64_t wall_ms = 0;
  std::string author;
  std::int64_t t = 0;                 // make
  std::optional<std::int64_t> to;     // make
  std::optional<std::string> parent;  // make
  bool is_task = false;               // make
  std::optional<std::string> text;
  std::optional<bool> is_done;
  bool is_removed = false;  // of a note, or of a signature
};

// Errors: review_note (it is none of ours, or beyond its limits).
Result<NoteLine> note_line_of(std::string_view text);
std::string to_text(const NoteLine& line);  // without the line's end

struct Note {
  std::string id;
  std::int64_t t = 0;
  std::optional<std::int64_t> to;
  std::optional<std::string> parent;
  bool is_task = false;
  std::string author;
  std::string text;
  bool is_done = false;
  std::int64_t wall_ms = 0;
  bool is_edited = false;
};

struct Signature {
  std::string author;
  std::int64_t wall_ms = 0;
};

// All lines of one Session taken together, in whatever order they come: of two that change the same
// thing the later counts.
class Notes {
 public:
  // False: the line is known already.
  bool add(NoteLine line);
  std::optional<Note> find(const std::string& id) const;
  std::vector<Note> all() const;             // by time, then by id; without those removed
  std::vector<Signature> signed_by() const;  // the newest first
  std::int64_t open() const;                 // tasks and comments nobody settled, without answers
  // A time for a line that is written now: after all that are there, whatever clock they had.
  std::int64_t next_ms(std::int64_t now_ms) const;
  const std::map<std::string, NoteLine>& lines() const { return lines_; }

 private:
  std::map<std::string, NoteLine> lines_;  // by their own id
};

OrderedJson to_json(const Note& note);
// 8-4-4-4-12 hexadecimal digits, lower case.
bool is_uuid(std::string_view text);
std::string new_uuid();

}  // namespace xb::review

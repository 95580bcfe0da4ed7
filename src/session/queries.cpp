// The statements that read.
// SPDX-License-Identifier: Apache-2.0
#include "session/queries.h"

#include <algorithm>
#include <utility>

#include "session/database.h"
#include "session/schema.h"

namespace xb::session {
namespace {

constexpr std::int64_t rows_a_step = 1000;
constexpr std::string_view columns =
    "SELECT n, kind, time_ns, wall_ms, seq, platform, event_id, user_id, json FROM entries ";

std::int64_t limit_of(std::size_t most) {
  return static_cast<std::int64_t>(std::min<std::size_t>(most, 1'000'000'000));
}

StoredEntry read(const Statement& row) {
  StoredEntry out;
  out.n = row.integer(0);
  out.kind = entry_kind(row.text(1)).value_or(EntryKind::marker);
  out.time = SessionTime(Duration(row.integer(2)));
  out.wall = WallTime(std::chrono::milliseconds(row.integer(3)));
  out.seq = row.maybe_integer(4);
  out.platform = row.text(5);
  out.event_id = row.text(6);
  out.user_id = row.text(7);
  out.json = row.text(8);
  return out;
}

// One text of one row, or empty.
Result<std::string> one_text(Database& database, std::string_view sql, std::string_view value) {
  XB_TRY_ASSIGN(auto statement, database.prepare(sql));
  statement.bind(1, value);
  XB_TRY_ASSIGN(const bool has_row, statement.step());
  return has_row ? statement.text(0) : std::string();
}

}  // namespace

// A folder of our own, gone with its Reader.
class Reader::Copy {
 public:
  explicit Copy(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

 private:
  const std::filesystem::path folder_;
};

Reader::Reader(std::unique_ptr<Database> database) : database_(std::move(database)) {
}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(const std::filesystem::path& folder) {
  XB_TRY_ASSIGN(auto database, read_ledger(folder / ledger_file));
  return Reader(std::make_unique<Database>(std::move(database)));
}

std::int64_t EntryRow::n() const {
  return row_.integer(0);
}
std::optional<EntryKind> EntryRow::kind() const {
  return entry_kind(row_.view(1));
}
SessionTime EntryRow::time() const {
  return SessionTime(Duration(row_.integer(2)));
}
WallTime EntryRow::wall() const {
  return WallTime(std::chrono::milliseconds(row_.integer(3)));
}
std::optional<std::int64_t> EntryRow::seq() const {
  return row_.maybe_integer(4);
}
std::string_view EntryRow::user_id() const {
  return row_.view(5);
}
std::string_view EntryRow::json() const {
  const auto all = row_.view(6);
  return static_cast<std::int64_t>(all.size()) <= Reader::most_at_a_glance ? all
                                                                           : std::string_view();
}

Status Reader::visit(std::int64_t n, const std::function<bool(const EntryRow&)>& seen) {
  const auto step = is_running_ ? rows_a_step : std::int64_t{-1};
  XB_TRY_ASSIGN(auto statement,
                database_->prepare("SELECT n, kind, time_ns, wall_ms, seq, user_id, json "
                                   "FROM entries WHERE n >= ? ORDER BY n LIMIT ?"));
  const EntryRow row(statement);
  while (true) {
    statement.bind(1, n).bind(2, step);
    std::int64_t rows = 0;
    bool is_wanted = true;
    while (is_wanted) {
      XB_TRY_ASSIGN(const bool has_row, statement.step());
      if (!has_row) break;
      ++rows;
      n = row.n() + 1;
      is_wanted = seen(row);
    }
    if (!is_wanted || rows < step || step < 0) return ok();
    statement.reset();
  }
}

Result<Reader> Reader::open_unchanged(const std::filesystem::path& folder, Look look) {
  XB_TRY_ASSIGN(auto ledger, read_ledger_unchanged(folder / ledger_file, look));
  Reader reader(std::make_unique<Database>(std::move(ledger.database)));
  reader.copy_ = std::make_unique<Copy>(std::move(ledger.copy));
  reader.is_running_ = ledger.is_running;
  return reader;
}

Result<std::vector<StoredEntry>> Reader::entries_after(std::int64_t n,
                                                       std::span<const EntryKind> kinds,
                                                       std::size_t most) {
  std::string wanted;
  for (const auto kind : kinds)
    wanted.append(wanted.empty() ? "AND kind IN ('" : ", '").append(name_of(kind)).append("'");
  if (!wanted.empty()) wanted += ") ";
  wanted += "AND length(json) <= " + std::to_string(most_at_a_glance) + " ";
  return entries("WHERE n > ? " + wanted + "ORDER BY n LIMIT ?", n, limit_of(most));
}

Result<std::string> Reader::counter() {
  return one_text(*database_, "SELECT value FROM state WHERE name = ?", "counter");
}

Result<std::string> Reader::fact(std::string_view name) {
  return one_text(*database_, "SELECT value FROM meta WHERE name = ?", name);
}

Result<std::int64_t> Reader::highest_sequence() {
  return database_->integer(
      "SELECT max(ifnull((SELECT CAST(value AS INTEGER) FROM state WHERE name = 'reserved_seq'), "
      "0), ifnull((SELECT max(seq) FROM entries WHERE seq IS NOT NULL), 0))");
}

Result<std::vector<StoredEntry>> Reader::entries(std::string_view sql, std::int64_t first,
                                                 std::int64_t second) {
  XB_TRY_ASSIGN(auto statement, database_->prepare(std::string(columns).append(sql)));
  statement.bind(1, first).bind(2, second);
  std::vector<StoredEntry> out;
  while (true) {
    XB_TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return out;
    out.push_back(read(statement));
  }
}

Result<std::vector<StoredEntry>> Reader::events_after(std::int64_t seq, std::size_t most) {
  return entries("WHERE seq > ? AND seq IS NOT NULL ORDER BY seq LIMIT ?", seq, limit_of(most));
}

Result<std::vector<StoredEntry>> Reader::last_events(std::size_t most, std::int64_t before) {
  XB_TRY_ASSIGN(auto out, entries("WHERE seq < ? AND seq IS NOT NULL ORDER BY seq DESC LIMIT ?",
                                  before, limit_of(most)));
  std::reverse(out.begin(), out.end());
  return out;
}

Result<std::vector<StoredEntry>> Reader::last_of(EntryKind kind, std::size_t most) {
  const auto indexed = kind == EntryKind::chat ? "" : "AND kind <> 'chat' ";
  XB_TRY_ASSIGN(auto out, entries("WHERE kind = '" + std::string(name_of(kind)) + "' " + indexed +
                                      "AND n > ? ORDER BY n DESC LIMIT ?",
                                  0, limit_of(most)));
  std::reverse(out.begin(), out.end());
  return out;
}

Result<std::optional<StoredEntry>> Reader::last_entry() {
  XB_TRY_ASSIGN(auto out, entries("WHERE n > ? ORDER BY n DESC LIMIT ?", 0, 1));
  if (out.empty()) return std::optional<StoredEntry>();
  return std::optional<StoredEntry>(std::move(out.front()));
}

// In the text of an event a quote is escaped, so these words stand only where the kind does:
// looking for them costs a tenth of reading the JSON of a whole evening.
Result<std::vector<EventId>> Reader::recent_event_ids(Sort sort, std::size_t most) {
  const std::string is_said = R"(instr(json, '"kind":"chat"') )";
  XB_TRY_ASSIGN(auto statement,
                database_->prepare("SELECT platform, event_id, json_extract(json, '$.kind') FROM "
                                   "entries WHERE kind = 'chat' AND event_id IS NOT NULL AND " +
                                   is_said + (sort == Sort::said ? "> 0" : "= 0") +
                                   " ORDER BY n DESC LIMIT ?"));
  statement.bind(1, limit_of(most));
  std::vector<EventId> out;
  while (true) {
    XB_TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return out;
    out.push_back({statement.text(0), statement.text(1), statement.text(2)});
  }
}

Result<std::map<std::string, WallTime>> Reader::last_heard() {
  XB_TRY_ASSIGN(auto statement,
                database_->prepare("SELECT platform, max(wall_ms) FROM entries WHERE kind = 'chat' "
                                   "AND platform IS NOT NULL GROUP BY platform"));
  std::map<std::string, WallTime> out;
  while (true) {
    XB_TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return out;
    out.emplace(statement.text(0), WallTime(std::chrono::milliseconds(statement.integer(1))));
  }
}

Result<std::vector<Person>> Reader::people() {
  return people_by("SELECT platform, user_id, following, gained FROM people");
}

Result<std::vector<Person>> Reader::people_at_begin() {
  return people_by("SELECT platform, user_id, began & 1, began & 2 FROM people WHERE began <> 0");
}

Result<std::vector<Person>> Reader::people_by(std::string_view sql) {
  XB_TRY_ASSIGN(auto statement, database_->prepare(sql));
  std::vector<Person> out;
  while (true) {
    XB_TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return out;
    out.push_back({{statement.text(0), statement.text(1)},
                   {statement.integer(2) != 0, statement.integer(3) != 0}});
  }
}

Result<std::vector<UserKey>> Reader::speakers() {
  XB_TRY_ASSIGN(auto statement, database_->prepare("SELECT platform, user_id FROM speakers"));
  std::vector<UserKey> out;
  while (true) {
    XB_TRY_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return out;
    out.push_back({statement.text(0), statement.text(1)});
  }
}

}  // namespace xb::session

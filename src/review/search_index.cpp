// Rows of a Session have numbers of their own range; newer Sessions have lower ones, so that FTS5
// gives the newest first without sorting. SPDX-License-Identifier: Apache-2.0
#include "review/search_index.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "review/chat_window.h"
#include "review/grams.h"

namespace xb::review {
namespace {

constexpr int index_version = 2;
constexpr std::size_t docs_a_step = 1000;
constexpr std::int64_t docs_a_session = std::int64_t{1} << 24U;
constexpr std::int64_t latest_second = std::int64_t{1} << 33U;
constexpr std::size_t most_examined = 20'000;

// With the index of first characters a single one is looked up as a pair is: without it FTS5
// collects every document that has it before it gives the first: 50 ms a million of them.
constexpr const char* schema =
    "CREATE TABLE IF NOT EXISTS sessions (number INTEGER PRIMARY KEY, id TEXT UNIQUE, key TEXT);"
    "CREATE TABLE IF NOT EXISTS docs (n INTEGER PRIMARY KEY, t INTEGER, place TEXT, name TEXT, "
    "text TEXT);"
    "CREATE VIRTUAL TABLE IF NOT EXISTS grams USING fts5(g, content='', detail=none, "
    "columnsize=0, tokenize='ascii', prefix='1');";

// Ends a transaction that was left in the middle; after its COMMIT there is none.
class Undo {
 public:
  explicit Undo(session::Database& database) : database_(database) {}
  ~Undo() { static_cast<void>(database_.run("ROLLBACK")); }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;

 private:
  session::Database& database_;
};

}  // namespace

struct SearchIndex::Doc {
  std::int64_t t = 0;
  std::string_view place;
  std::string name;
  std::string text;
};

class SearchIndex::Lock {
 public:
  explicit Lock(const std::filesystem::path& file)
      : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~Lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  bool take() const { return fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) == 0; }

 private:
  const int fd_;
};

SearchIndex::SearchIndex(std::filesystem::path folder) : folder_(std::move(folder)) {
}

bool SearchIndex::is_open() {
  if (!std::exchange(was_opened_, true)) open();
  return is_open_;
}

void SearchIndex::open() {
  std::filesystem::path file = ":memory:";
  if (!folder_.empty()) {
    lock_ = std::make_unique<Lock>(folder_ / "index.lock");
    if (lock_->take()) file = folder_ / "index.db";
  }
  for (int tries = 0; tries < 2 && !is_open_; ++tries) {
    auto opened = session::Database::open(file, session::OpenMode::read_write);
    if (opened) {
      database_ = std::move(*opened);
      is_open_ = prepare().has_value();
    }
    if (is_open_) break;
    log_warn("review", "the search index is made anew");
    database_ = {};
    std::error_code ignored;
    for (const auto* const end : {"", "-wal", "-shm"})
      std::filesystem::remove(file.string() + end, ignored);
  }
}

SearchIndex::~SearchIndex() = default;

Status SearchIndex::prepare() {
  XB_TRY(database_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"));
  XB_TRY_ASSIGN(const auto version, database_.integer("PRAGMA user_version"));
  if (version != 0 && version != index_version) return Error(ErrorCode::database_newer, "index.db");
  XB_TRY(database_.run(schema));
  XB_TRY(database_.run("PRAGMA user_version = " + std::to_string(index_version)));
  return ok();
}

bool SearchIndex::knows(const std::string& id, std::string_view key) {
  std::lock_guard lock(mutex_);
  if (!is_open()) return true;  // nothing can be done
  auto statement = database_.prepare("SELECT 1 FROM sessions WHERE id = ? AND key = ?");
  if (!statement) return true;
  statement->bind(1, id).bind(2, key);
  const auto row = statement->step();
  return row && *row;
}

std::set<std::string> SearchIndex::sessions() {
  std::lock_guard lock(mutex_);
  std::set<std::string> out;
  if (!is_open()) return out;
  auto statement = database_.prepare("SELECT id FROM sessions WHERE key <> ''");
  while (statement) {
    const auto row = statement->step();
    if (!row || !*row) break;
    out.insert(std::string(statement->text(0)));
  }
  return out;
}

// The number it has, or a free one near that of its second.
Result<std::int64_t> SearchIndex::number_for(const std::string& id, std::int64_t began_wall_ms) {
  XB_TRY_ASSIGN(auto known, database_.prepare("SELECT number FROM sessions WHERE id = ?"));
  known.bind(1, id);
  XB_TRY_ASSIGN(const bool is_known, known.step());
  if (is_known) return known.integer(0);
  auto number =
      latest_second - std::clamp<std::int64_t>(began_wall_ms / 1000, 0, latest_second - 1);
  XB_TRY_ASSIGN(auto taken, database_.prepare("SELECT 1 FROM sessions WHERE number = ?"));
  while (true) {
    taken.bind(1, number);
    XB_TRY_ASSIGN(const bool is_taken, taken.step());
    taken.reset();
    if (!is_taken) break;
    ++number;
  }
  XB_TRY_ASSIGN(auto insert, database_.prepare("INSERT INTO sessions VALUES (?, ?, '')"));
  XB_TRY(insert.bind(1, number).bind(2, id).run());
  return number;
}

// FTS5 has no copy of the texts and must be told what it is to forget.
Status SearchIndex::forget(std::int64_t number) {
  const auto first = number * docs_a_session;
  while (true) {
    std::lock_guard lock(mutex_);
    XB_TRY_ASSIGN(auto some, database_.prepare("SELECT n, text FROM docs WHERE n >= ? AND n < ? "
                                               "LIMIT 1000"));
    some.bind(1, first).bind(2, first + docs_a_session);
    std::vector<std::pair<std::int64_t, std::string>> found;
    while (true) {
      XB_TRY_ASSIGN(const bool has_row, some.step());
      if (!has_row) break;
      found.emplace_back(some.integer(0), some.text(1));
    }
    some.reset();
    if (found.empty()) return ok();
    XB_TRY(database_.run("BEGIN"));
    const Undo undo(database_);
    XB_TRY_ASSIGN(auto gram,
                  database_.prepare("INSERT INTO grams(grams, rowid, g) VALUES ('delete', ?, ?)"));
    XB_TRY_ASSIGN(auto doc, database_.prepare("DELETE FROM docs WHERE n = ?"));
    for (const auto& [n, text] : found) {
      XB_TRY(gram.bind(1, n).bind(2, grams_of(text)).run());
      XB_TRY(doc.bind(1, n).run());
    }
    XB_TRY(database_.run("COMMIT"));
  }
}

Status SearchIndex::write(std::int64_t first, const std::vector<Doc>& docs) {
  std::lock_guard lock(mutex_);
  XB_TRY(database_.run("BEGIN"));
  const Undo undo(database_);
  XB_TRY_ASSIGN(auto doc, database_.prepare("INSERT OR REPLACE INTO docs VALUES (?, ?, ?, ?, ?)"));
  XB_TRY_ASSIGN(auto gram, database_.prepare("INSERT INTO grams(rowid, g) VALUES (?, ?)"));
  auto n = first;
  for (const auto& one : docs) {
    XB_TRY(
        doc.bind(1, n).bind(2, one.t).bind(3, one.place).bind(4, one.name).bind(5, one.text).run());
    XB_TRY(gram.bind(1, n++).bind(2, grams_of(one.text)).run());
  }
  return database_.run("COMMIT");
}

Status SearchIndex::add(const std::string& id, std::string_view key, const Evening& evening,
                        session::Reader& reader, std::stop_token stop) {
  std::int64_t number = 0;
  std::lock_guard changing(changing_);
  {
    std::lock_guard lock(mutex_);
    if (!is_open()) return Error(ErrorCode::database_failed, "index.db");
    XB_TRY_ASSIGN(number, number_for(id, evening.began_wall_ms));
  }
  XB_TRY(forget(number));
  std::vector<Doc> docs;
  for (const auto& one : evening.products) docs.push_back({one.on.from, "card", {}, one.title});
  for (const auto& one : evening.captions) docs.push_back({one.on.from, "caption", {}, one.text});
  auto next = number * docs_a_session;
  Status written = ok();
  const auto flush = [&](std::size_t at_least) {
    if (!written || docs.size() < at_least) return;
    written = write(next, docs);
    next += static_cast<std::int64_t>(docs.size());
    docs.clear();
  };
  ChatQuery said;
  said.kinds = {chat::Kind::chat, chat::Kind::paid};
  XB_TRY(each_line(reader, evening, said, [&](ChatLine&& line) {
    if (!line.is_hidden && !line.text.empty())
      docs.push_back({line.t, "chat", std::move(line.name), std::move(line.text)});
    flush(docs_a_step);
    return written && !stop.stop_requested() &&
           next < (number + 1) * docs_a_session - static_cast<std::int64_t>(docs_a_step) * 12;
  }));
  flush(1);
  if (!written) return written;
  if (stop.stop_requested()) return Error(ErrorCode::cancelled);
  std::lock_guard lock(mutex_);
  XB_TRY_ASSIGN(auto done, database_.prepare("UPDATE sessions SET key = ? WHERE number = ?"));
  return done.bind(1, key).bind(2, number).run();
}

Status SearchIndex::remove(const std::string& id) {
  std::lock_guard changing(changing_);
  std::int64_t number = 0;
  {
    std::lock_guard lock(mutex_);
    if (!is_open()) return ok();
    XB_TRY_ASSIGN(auto known, database_.prepare("SELECT number FROM sessions WHERE id = ?"));
    known.bind(1, id);
    XB_TRY_ASSIGN(const bool is_known, known.step());
    if (!is_known) return ok();
    number = known.integer(0);
    known.reset();
    XB_TRY(database_.run("PRAGMA secure_delete = ON"));  // the words are overwritten
  }
  auto forgotten = forget(number);
  std::lock_guard lock(mutex_);
  XB_TRY_ASSIGN(auto row, database_.prepare("DELETE FROM sessions WHERE number = ?"));
  if (forgotten) forgotten = row.bind(1, number).run();
  row.reset();
  XB_TRY(database_.run("PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE)"));
  return forgotten;
}

Result<Hits> SearchIndex::find(const SearchQuery& query) {
  Hits out;
  const auto grams = gram_query(query.text);
  if (grams.empty()) return out;
  const auto wanted = folded(query.text);
  std::lock_guard lock(mutex_);
  if (!is_open()) return out;
  std::int64_t from = 0;
  std::int64_t to = INT64_MAX;
  if (!query.session.empty()) {
    XB_TRY_ASSIGN(auto known, database_.prepare("SELECT number FROM sessions WHERE id = ?"));
    known.bind(1, query.session);
    XB_TRY_ASSIGN(const bool is_known, known.step());
    if (!is_known) return out;
    from = known.integer(0) * docs_a_session;
    to = from + docs_a_session - 1;
  }
  XB_TRY_ASSIGN(auto found, database_.prepare("SELECT rowid FROM grams WHERE grams MATCH ? AND "
                                              "rowid BETWEEN ? AND ? ORDER BY rowid"));
  XB_TRY_ASSIGN(auto doc,
                database_.prepare("SELECT d.t, d.place, d.name, d.text, s.id FROM docs d "
                                  "JOIN sessions s ON s.number = d.n / ?2 WHERE d.n = ?1"));
  found.bind(1, grams).bind(2, from).bind(3, to);
  std::size_t skipped = 0;
  for (std::size_t examined = 0; examined < most_examined; ++examined) {
    XB_TRY_ASSIGN(const bool has_row, found.step());
    if (!has_row) return out;
    doc.reset();
    doc.bind(1, found.integer(0)).bind(2, docs_a_session);
    XB_TRY_ASSIGN(const bool is_there, doc.step());
    // that all pairs are there does not mean that they follow each other
    if (!is_there || folded(doc.view(3)).find(wanted) == std::string::npos) continue;
    if (skipped++ < query.offset) continue;
    if (out.hits.size() >= query.limit) {
      out.has_more = true;
      return out;
    }
    out.hits.push_back({doc.text(4), doc.integer(0), doc.text(1), doc.text(2), doc.text(3)});
  }
  out.has_more = true;
  return out;
}

}  // namespace xb::review

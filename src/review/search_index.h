// SearchIndex: chat, captions and cards of all Sessions in one table of grams.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "review/evening.h"
#include "session/database.h"
#include "session/queries.h"

namespace xb::review {

struct SearchQuery {
  std::string text;
  std::string session = {};  // empty: all
  std::size_t limit = 50;
  std::size_t offset = 0;
};

struct Hit {
  std::string session;
  std::int64_t t = 0;
  std::string where;  // chat caption card note
  std::string name;
  std::string text;
};

struct Hits {
  std::vector<Hit> hits;
  bool has_more = false;
};

// A cache: what is damaged is made anew. Of two processes one has the file, the other keeps its
// index in memory.
//
// Thread: any; held for some milliseconds a step, so that a search never waits for an indexing.
class SearchIndex {
 public:
  // An empty folder: in memory. Opened when it is asked for the first time: a live has nothing to
  // do with it.
  explicit SearchIndex(std::filesystem::path folder);
  ~SearchIndex();
  SearchIndex(const SearchIndex&) = delete;
  SearchIndex& operator=(const SearchIndex&) = delete;

  bool knows(const std::string& id, std::string_view key);
  // Replaces what was known of the Session. Errors: of reader and database, cancelled.
  Status add(const std::string& id, std::string_view key, const Evening& evening,
             session::Reader& reader, std::stop_token stop);
  // Errors: of the database.
  Status remove(const std::string& id);
  std::set<std::string> sessions();  // that are in it
  // The newest Session first, then by time. Errors: of the database.
  Result<Hits> find(const SearchQuery& query);

 private:
  struct Doc;
  class Lock;
  bool is_open();  // with the lock held, as what follows
  void open();
  Status prepare();
  Status forget(std::int64_t number);
  Status write(std::int64_t first, const std::vector<Doc>& docs);
  Result<std::int64_t> number_for(const std::string& id, std::int64_t began_wall_ms);

  const std::filesystem::path folder_;
  std::mutex changing_;  // one Session is changed at a time; before mutex_
  std::mutex mutex_;     // guards what follows
  std::unique_ptr<Lock> lock_;
  session::Database database_;
  bool was_opened_ = false;
  bool is_open_ = false;
};

}  // namespace xb::review

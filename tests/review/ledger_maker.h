// A ledger as a test wants it, written row by row.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "net/json.h"
#include "session/database.h"
#include "session/schema.h"

namespace xb::test {

// 2026-05-01T12:00:00Z
inline constexpr std::int64_t noon_ms = 1'777'636'800'000;

class LedgerMaker {
 public:
  // Makes LIBRARY/ID with a ledger that has begun.
  LedgerMaker(const std::filesystem::path& library, const std::string& id,
              std::int64_t began_wall_ms = noon_ms)
      : folder_(library / id), began_(began_wall_ms) {
    std::filesystem::create_directories(folder_);
    auto opened = session::open_ledger(folder_ / session::ledger_file);
    EXPECT_TRUE(opened) << opened.error().log_line();
    database_ = std::move(*opened);
    run("BEGIN");
    fact("began_wall_ms", std::to_string(began_wall_ms));
    fact("station", "望溪村");
  }
  ~LedgerMaker() { close(); }

  void run(const std::string& sql) {
    const auto done = database_.run(sql);
    EXPECT_TRUE(done) << done.error().log_line();
  }
  void fact(const std::string& name, const std::string& value) {
    auto statement = database_.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
    EXPECT_TRUE(statement->bind(1, name).bind(2, value).run());
  }
  void state(const std::string& name, const std::string& value) {
    auto statement = database_.prepare("INSERT OR REPLACE INTO state VALUES (?, ?)");
    EXPECT_TRUE(statement->bind(1, name).bind(2, value).run());
  }
  void add(const std::string& kind, std::int64_t t_ms, const std::string& json,
           std::optional<std::int64_t> seq = {}, const std::string& user = {}) {
    if (!insert_) {
      auto prepared = database_.prepare(
          "INSERT INTO entries (kind, time_ns, wall_ms, seq, platform, user_id, json) "
          "VALUES (?, ?, ?, ?, 'test', ?, ?)");
      EXPECT_TRUE(prepared);
      insert_ = std::move(*prepared);
    }
    insert_->bind(1, kind).bind(2, t_ms * 1'000'000).bind(3, began_ + t_ms).bind(4, seq);
    const auto done = insert_->bind(5, user).bind(6, json).run();
    EXPECT_TRUE(done) << done.error().log_line();
  }
  void begin(std::int64_t baseline = 100) {
    add("begin", 0,
        R"({"station":{"name":"望溪村"},"video":{"rate":[30,1],"bitrate_kbps":2500},"counter":{"baseline":)" +
            std::to_string(baseline) +
            R"(},"publish":["抖音"],"products":[{"id":"mushroom","number":3,"name":"干香菇"},{"id":"rice","number":4,"name":"新米"}],"captions":[{"id":"c1","text":"竹编从清代传下来","kind":"heritage"}]})");
  }
  void scene(std::int64_t t_ms, const std::string& product, const std::string& caption,
             const std::string& slate = "none") {
    const auto id = [](const std::string& one) { return one.empty() ? "null" : '"' + one + '"'; };
    add("scene", t_ms,
        R"({"product":)" + id(product) + R"(,"caption":)" + id(caption) + R"(,"slate":")" + slate +
            R"("})");
  }
  // A message, follow ... of the platform `test`; returns its number.
  std::int64_t event(std::int64_t t_ms, const std::string& kind, const std::string& user,
                     const std::string& text = {}, const std::string& more = {}) {
    OrderedJson json{{"seq", ++seq_}, {"kind", kind}, {"platform", "test"}};
    if (!user.empty()) json["user"] = {{"id", "id-" + user}, {"name", user}};
    if (!text.empty()) json["text"] = text;
    auto stored = net::dump(json);
    if (!more.empty()) stored.insert(stored.size() - 1, "," + more);
    add("chat", t_ms, stored, seq_, user.empty() ? "" : "id-" + user);
    return seq_;
  }
  // Everything is on the disk; the file is as after a clean end.
  void close() {
    insert_.reset();
    if (is_closed_) return;
    is_closed_ = true;
    run("COMMIT");
    database_ = {};
  }
  // What a writer that is still there, or was killed, leaves beside the file.
  void commit() { run("COMMIT; BEGIN"); }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  const std::filesystem::path folder_;
  const std::int64_t began_;
  session::Database database_;
  std::optional<session::Statement> insert_;
  std::int64_t seq_ = 0;
  bool is_closed_ = false;
};

}  // namespace xb::test

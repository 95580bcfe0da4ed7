// How long it takes to open an evening, to read what came before a "+1", and to search a library:
// beside the plain way, one SQL scan and one JSON.
// review_bench [--quick] [--search SESSIONS EVENTS], or --make FOLDER HOURS EVENTS for review.mjs.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/json.h"
#include "review/chat_window.h"
#include "review/evening_json.h"
#include "review/search_index.h"
#include "review/shelf.h"
#include "session/database.h"
#include "session/schema.h"

namespace {

using namespace xb;
namespace fs = std::filesystem;

constexpr std::int64_t began_ms = 1'777'636'800'000;

[[noreturn]] void give_up(const Error& error) {
  std::fprintf(stderr, "%s\n", error.log_line().c_str());
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) give_up(status.error());
}

// On a busy machine the time of the processor tells more than that of the wall.
struct Took {
  double ms = 0;
  double cpu_ms = 0;
};
Took ms_of(SystemClock& clock, const std::function<void()>& work) {
  const auto began = clock.now();
  const auto cpu = std::clock();
  work();
  return {in_ms(clock.now() - began),
          static_cast<double>(std::clock() - cpu) * 1000 / CLOCKS_PER_SEC};
}

// What people write in a live of a village: mostly short, some ask, many repeat.
std::string words(std::int64_t n) {
  static const std::vector<std::string> said{
      "这个多少钱一斤", "好吃吗",       "来了来了",     "支持家乡",   "蘑菇怎么卖", "主播好",
      "下单了",         "什么时候发货", "干香菇看着好", "包邮吗",     "老乡好",     "去年买过很好",
      "有没有小份的",   "给个链接",     "666",          "笋干还有吗", "看看竹编",   "手艺真好"};
  auto text = said[static_cast<std::size_t>(n * 7 + n / 13) % said.size()];
  if (n % 3 == 0) text += std::to_string(n % 977);
  return text;
}

void add_entry(session::Statement& insert, const char* kind, std::int64_t ms, std::int64_t seq,
               const std::string& user, const std::string& json) {
  insert.bind(1, kind).bind(2, ms * 1'000'000).bind(3, began_ms + ms);
  insert.bind(4, seq > 0 ? std::optional(seq) : std::nullopt).bind(5, user).bind(6, json);
  must(insert.run());
}

// Events as they come: 3 of 4 are said, a follow among 50, viewers now and then; a card each three
// minutes, a paint Entry each second.
void make_session(const fs::path& folder, std::int64_t hours, std::int64_t events,
                  std::int64_t began) {
  fs::create_directories(folder);
  auto database = must(session::open_ledger(folder / session::ledger_file));
  must(database.run("PRAGMA synchronous = OFF; BEGIN; INSERT INTO meta VALUES ('began_wall_ms', '" +
                    std::to_string(began) + "')"));
  auto insert =
      must(database.prepare("INSERT INTO entries (kind, time_ns, wall_ms, seq, platform, user_id, "
                            "json) VALUES (?, ?, ?, ?, 'douyin', ?, ?)"));
  add_entry(
      insert, "begin", 0, 0, "",
      R"({"station":{"name":"望溪村"},"video":{"rate":[30,1],"bitrate_kbps":2500},"counter":{"baseline":1286},"publish":["抖音"],"products":[{"id":"mushroom","number":3,"name":"干香菇"}],"captions":[]})");
  const auto length = hours * 3'600'000;
  const std::string patch(600, 'x');
  std::int64_t next_second = 0;
  for (std::int64_t n = 1; n <= events; ++n) {
    const auto t = length * n / events;
    for (; next_second <= t; next_second += 1000) {
      add_entry(insert, "paint", next_second, 0, "",
                R"({"first":1,"paints":[[1,[{"op":"add","path":"/x","value":")" + patch +
                    R"("}]]],"aired":[[1,2]]})");
      if (next_second % 180'000 == 0)
        add_entry(insert, "scene", next_second, 0, "",
                  next_second % 360'000 == 0
                      ? R"({"product":"mushroom","caption":null,"slate":"none"})"
                      : R"({"product":null,"caption":null,"slate":"none"})");
      if (next_second % (length / 5) != 0) continue;
      const auto part = next_second * 5 / length;
      const auto named = [](std::int64_t which) {
        return R"({"name":"program-00)" + std::to_string(which) + R"(.mp4",)";
      };
      if (part > 0)
        add_entry(insert, "file", next_second, 0, "", named(part - 1) + R"("end_frame":2})");
      if (part < 5)
        add_entry(insert, "file", next_second, 0, "", named(part) + R"("first_frame":1})");
    }
    const auto user = "u" + std::to_string(n % 50 == 0 ? n : n % 20'000);  // each follows once
    const char* kind = n % 50 == 0   ? "follow"
                       : n % 97 == 0 ? "viewers"
                       : n % 4 == 0  ? "enter"
                                     : "chat";
    OrderedJson json{
        {"seq", n}, {"kind", kind}, {"platform", "douyin"}, {"id", "e" + std::to_string(n)}};
    json["user"] = {{"id", user}, {"name", "乡亲" + user}};
    if (kind == std::string("chat")) json["text"] = words(n);
    if (kind == std::string("viewers")) json["total"] = n % 300;
    add_entry(insert, "chat", t, n, user, net::dump(json));
  }
  add_entry(insert, "end", length, 0, "", R"({"reason":"command"})");
  must(database.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)"));
  for (int i = 0; i < 5; ++i)
    std::ofstream(folder / ("program-00" + std::to_string(i) + ".mp4")) << "x";
}

// The plain way: all there is, as one JSON.
std::size_t plain_way(const fs::path& folder) {
  auto database =
      must(session::Database::open(folder / session::ledger_file, session::OpenMode::read_only));
  auto all = must(database.prepare("SELECT time_ns, json FROM entries ORDER BY n"));
  OrderedJson out = OrderedJson::array();
  while (must(all.step())) {
    auto json = net::parse_json(all.text(1));
    if (json) out.push_back({{"t", all.integer(0) / 1'000'000}, {"entry", OrderedJson(*json)}});
  }
  return net::dump(out).size();
}

// What lies on the disk is read from there again.
void leave_memory(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  ::close(fd);
}

struct Claim {
  std::string what;
  double ms;
  double most;
};
void say(std::vector<Claim>& claims, std::string what, Took took, double most) {
  std::printf("%-56s %9.1f ms, processor %9.1f ms\n", what.c_str(), took.ms, took.cpu_ms);
  std::fflush(stdout);
  if (most > 0) claims.push_back({std::move(what), took.ms, most});
}

void bench_evening(const fs::path& library, const std::string& id, double most_open, bool has_plain,
                   SystemClock& clock, std::vector<Claim>& claims) {
  const auto cache = library.parent_path() / "cache";
  std::size_t bytes = 0;
  const auto open = [&](review::Shelf& shelf) {
    const auto evening = must(shelf.evening(id));
    bytes = net::dump(review::evening_json(*evening, {id, "ended", {}}, library / id)).size();
  };
  leave_memory(library / id / session::ledger_file);
  review::Shelf first(library, cache, clock);
  say(claims, id + ": opened for the first time, from the disk", ms_of(clock, [&] { open(first); }),
      most_open);
  review::Shelf warm(library, {}, clock);
  say(claims, id + ": opened for the first time, ledger in memory",
      ms_of(clock, [&] { open(warm); }), most_open);
  review::Shelf again(library, cache, clock);
  say(claims, id + ": opened by a program that begins", ms_of(clock, [&] { open(again); }),
      most_open);
  say(claims, id + ": asked again", ms_of(clock, [&] { open(again); }), 0);
  const auto evening = must(again.evening(id));
  const auto& plus = evening->pluses.at(evening->pluses.size() / 2);
  say(claims, id + ": what came before a +1",
      ms_of(clock,
            [&] {
              auto reader = must(again.reader(id));
              must(
                  review::read_chat(reader, *evening, {.from = plus.t - 30'000, .to = plus.t + 1}));
            }),
      1000);
  std::printf("%-56s %9.0f KB\n", (id + ": its answer").c_str(), static_cast<double>(bytes) / 1000);
  if (!has_plain) return;
  std::size_t plain_bytes = 0;
  leave_memory(library / id / session::ledger_file);
  say(claims, id + ": the plain way from the disk, one scan and one JSON",
      ms_of(clock, [&] { plain_bytes = plain_way(library / id); }), 0);
  say(claims, id + ": the plain way, ledger in memory",
      ms_of(clock, [&] { plain_bytes = plain_way(library / id); }), 0);
  std::printf("%-56s %9.0f KB\n", (id + ": its answer the plain way").c_str(),
              static_cast<double>(plain_bytes) / 1000);
}

// The plain way to search: one SQL scan of a ledger.
std::size_t plain_search(const fs::path& folder, const std::string& text) {
  auto database =
      must(session::Database::open(folder / session::ledger_file, session::OpenMode::read_only));
  auto all = must(database.prepare(
      "SELECT time_ns, json FROM entries WHERE kind = 'chat' AND json LIKE '%' || ? || '%'"));
  all.bind(1, text);
  std::size_t hits = 0;
  while (must(all.step())) ++hits;
  return hits;
}

void bench_search(const fs::path& library, int sessions, std::int64_t events, SystemClock& clock,
                  std::vector<Claim>& claims) {
  review::SearchIndex index(library.parent_path());
  review::Shelf shelf(library, {}, clock);
  double indexing = 0;
  double plain = 0;
  for (int i = 0; i < sessions; ++i) {
    const auto id = "s" + std::to_string(i);
    make_session(library / id, 2, events, began_ms + std::int64_t{i} * 86'400'000);
    const auto took = ms_of(clock, [&] {
      auto reader = must(shelf.reader(id));
      must(index.add(id, "1", *must(shelf.evening(id)), reader, {}));
    });
    indexing += took.ms;
    if (i == 0) plain = ms_of(clock, [&] { plain_search(library / id, "蘑菇"); }).ms;
    if (i % 10 == 9) {
      std::printf("  %d of %d sessions are in the index\n", i + 1, sessions);
      std::fflush(stdout);
    }
    fs::remove_all(library / id);
  }
  std::printf("%d sessions of %lld events are in the index: %.1f s\n", sessions,
              static_cast<long long>(events), indexing / 1000);
  for (const auto* text : {"蘑菇", "干香菇", "怎么卖", "没有这个词", "竹"}) {
    std::size_t hits = 0;
    const auto ms = ms_of(clock, [&] { hits = must(index.find({.text = text})).hits.size(); });
    say(claims, "search " + std::string(text) + ": " + std::to_string(hits) + " hits", ms, 300);
  }
  std::printf("%-56s %9.1f ms (%.1f ms a ledger)\n", "search the plain way: a scan of each ledger",
              plain * sessions, plain);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  const bool is_quick = std::find(args.begin(), args.end(), "--quick") != args.end();
  int sessions = is_quick ? 10 : 100;
  std::int64_t events = is_quick ? 1000 : 100'000;
  if (args.size() == 4 && args[0] == "--make") {
    make_session(args[1], std::atoll(args[2].c_str()), std::atoll(args[3].c_str()), began_ms);
    return 0;
  }
  if (const auto at = std::find(args.begin(), args.end(), "--search"); args.end() - at > 2) {
    sessions = std::atoi(at[1].c_str());
    events = std::atoll(at[2].c_str());
  }
  auto name = (fs::temp_directory_path() / "xiangbo-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return 1;
  const fs::path folder = name;
  const auto library = folder / "sessions";
  SystemClock clock;
  std::vector<Claim> claims;
  make_session(library / "2h-100k", 2, 100'000, began_ms);
  bench_evening(library, "2h-100k", 2000, true, clock, claims);
  if (!is_quick) {
    make_session(library / "8h-1M", 8, 1'000'000, began_ms);
    bench_evening(library, "8h-1M", 3000, true, clock, claims);
  }
  fs::remove_all(library);
  bench_search(library, sessions, events, clock, claims);
  fs::remove_all(folder);
  std::printf("\n");
  for (const auto& claim : claims)
    std::printf("%-6s %s: %.1f ms of %.0f\n", claim.ms <= claim.most ? "PASS" : "SHORT",
                claim.what.c_str(), claim.ms, claim.most);
}

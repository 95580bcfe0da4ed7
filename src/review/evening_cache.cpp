// One JSON file a Session; whatever is wrong with it, it is made anew.
// SPDX-License-Identifier: Apache-2.0
#include "review/evening_cache.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "net/json.h"
#include "session/schema.h"

namespace xb::review {
namespace {

constexpr int stored_version = 4;
constexpr std::size_t most_stored = 64U << 20U;

std::uint64_t fnv(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

std::string file_key(const std::filesystem::path& file) {
  struct stat facts {};
  if (::lstat(file.c_str(), &facts) != 0) return "none ";
  return fmt::format("{}-{}.{:09} ", facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
}

template <class T>
void put(Json& json, const char* key, const std::optional<T>& value) {
  json[key] = value ? Json(*value) : Json(nullptr);
}

template <class T>
void get(const Json& json, const char* key, std::optional<T>& value) {
  if (const auto& kept = json.at(key); !kept.is_null()) value = kept.get<T>();
}

}  // namespace

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Point, t, value)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Span, from, to)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Sentence, zh, en)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Plus, t, seq, name, platform, by, gains)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ProductSpan, id, number, title, on, questions, gained, seen_ms)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CaptionSpan, id, text, kind, on)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Mark, t, note, by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NamedSpan, name, on)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Problem, kind, lane, on, said)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Segment, name, on)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Waymark, n, t)

void to_json(Json& json, const Figures& f) {
  json = {{"gained", f.gained},       {"comments", f.comments}, {"questions", f.questions},
          {"answered", f.answered},   {"gifts", f.gifts},       {"likes", f.likes},
          {"cards_ms", f.cards_ms},   {"drops", f.drops},       {"drops_ms", f.drops_ms},
          {"missed", f.missed_frames}};
  put(json, "total", f.total);
  put(json, "peak", f.peak_watching);
}

void from_json(const Json& json, Figures& f) {
  const auto read = [&](const char* key, std::int64_t& value) { json.at(key).get_to(value); };
  read("gained", f.gained);
  read("comments", f.comments);
  read("questions", f.questions);
  read("answered", f.answered);
  read("gifts", f.gifts);
  read("likes", f.likes);
  read("cards_ms", f.cards_ms);
  read("drops", f.drops);
  read("drops_ms", f.drops_ms);
  read("missed", f.missed_frames);
  get(json, "total", f.total);
  get(json, "peak", f.peak_watching);
}

std::string stored_form(const Evening& e, std::string_view key) {
  Json json{{"v", stored_version},
            {"key", key},
            {"title", e.title},
            {"station", e.station},
            {"began", e.began_wall_ms},
            {"duration", e.duration_ms},
            {"ended", e.ending == Ending::ended},
            {"bitrate", e.bitrate_kbps},
            {"segments", e.segments},
            {"clean", e.clean},
            {"figures", e.figures},
            {"gained", e.gained},
            {"total", e.total},
            {"watching", e.watching},
            {"comments", e.comments},
            {"pluses", e.pluses},
            {"products", e.products},
            {"captions", e.captions},
            {"markers", e.markers},
            {"slates", e.slates},
            {"live", e.live},
            {"problems", e.problems},
            {"missing", e.missing},
            {"waymarks", e.waymarks},
            {"away", e.taken_away}};
  put(json, "live_from", e.live_from);
  put(json, "cut", e.cut);
  return net::dump(json);
}

std::optional<Evening> evening_of(std::string_view stored, std::string_view key) {
  const auto parsed = net::parse_json(stored, {.bytes = most_stored, .depth = 8});
  if (!parsed) return std::nullopt;
  const auto& json = *parsed;
  try {
    if (json.at("v") != stored_version || json.at("key") != key) return std::nullopt;
    Evening e;
    json.at("title").get_to(e.title);
    json.at("station").get_to(e.station);
    json.at("began").get_to(e.began_wall_ms);
    json.at("duration").get_to(e.duration_ms);
    e.ending = json.at("ended").get<bool>() ? Ending::ended : Ending::interrupted;
    json.at("bitrate").get_to(e.bitrate_kbps);
    json.at("segments").get_to(e.segments);
    json.at("clean").get_to(e.clean);
    json.at("figures").get_to(e.figures);
    json.at("gained").get_to(e.gained);
    json.at("total").get_to(e.total);
    json.at("watching").get_to(e.watching);
    json.at("comments").get_to(e.comments);
    json.at("pluses").get_to(e.pluses);
    json.at("products").get_to(e.products);
    json.at("captions").get_to(e.captions);
    json.at("markers").get_to(e.markers);
    json.at("slates").get_to(e.slates);
    json.at("live").get_to(e.live);
    json.at("problems").get_to(e.problems);
    json.at("missing").get_to(e.missing);
    json.at("waymarks").get_to(e.waymarks);
    json.at("away").get_to(e.taken_away);
    get(json, "live_from", e.live_from);
    get(json, "cut", e.cut);
    return e;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string ledger_key(const std::filesystem::path& folder) {
  const auto ledger = (folder / session::ledger_file).string();
  return file_key(ledger) + file_key(ledger + "-wal");
}

std::string files_key(const Evening& evening, const std::filesystem::path& folder) {
  auto key = ledger_key(folder);
  for (const auto& one : evening.segments) key += one.name + ' ' + file_key(folder / one.name);
  return key;
}

std::filesystem::path cache_for(const std::filesystem::path& cache,
                                const std::filesystem::path& library) {
  if (cache.empty()) return {};
  return cache / fmt::format("{:016x}", fnv(library.string()));
}

EveningCache::EveningCache(std::filesystem::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  if (const auto made = make_folder(folder_); !made || ::access(folder_.c_str(), W_OK) != 0) {
    log_warn("review", "no cache at {}: kept in memory", folder_.string());
    folder_.clear();
  }
}

std::filesystem::path EveningCache::file_for(const std::filesystem::path& session,
                                             std::string_view what) const {
  if (folder_.empty()) return {};
  return folder_ / fmt::format("{:016x}.{}", fnv(session.string()), what);
}

std::optional<Evening> EveningCache::load(const std::filesystem::path& session,
                                          std::string_view key) const {
  const auto file = file_for(session, "evening");
  if (file.empty()) return std::nullopt;
  const auto stored = read_file(file, most_stored);
  return stored ? evening_of(*stored, key) : std::nullopt;
}

void EveningCache::save(const std::filesystem::path& session, std::string_view key,
                        const Evening& evening) const {
  const auto file = file_for(session, "evening");
  if (file.empty()) return;
  if (const auto saved = write_file_atomically(file, stored_form(evening, key), 0600); !saved)
    log_debug("review", "not kept: {}", saved.error().log_line());
}

}  // namespace xb::review

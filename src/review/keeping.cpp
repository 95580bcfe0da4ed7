// SPDX-License-Identifier: Apache-2.0
#include "review/keeping.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/log.h"
#include "review/append.h"
#include "review/json_bits.h"
#include "review/library.h"
#include "review/notes.h"
#include "session/schema.h"

namespace xb::review {
namespace {

namespace fs = std::filesystem;

constexpr const char* deletions_file = "deletions.jsonl";
constexpr const char* deleted_prefix = ".deleted-";
constexpr std::size_t most_deletion_bytes = 32U << 20U;
constexpr std::int64_t day_ms = std::int64_t{24} * 3600 * 1000;

constexpr std::string_view word_of(Consent::Does does) {
  switch (does) {
    case Consent::Does::agree: return "agree";
    case Consent::Does::withdraw: return "withdraw";
    case Consent::Does::deleted: return "deleted";
    case Consent::Does::kept: return "kept";
  }
  return "";
}

std::optional<Consent> consent_of(std::string_view line) {
  const auto json = net::parse_json(line, {.bytes = longest_note_line, .depth = 4});
  if (!json || !json->is_object() || integer_of(*json, "v") != 1) return std::nullopt;
  Consent out;
  const auto does = text_of(*json, "does");
  bool is_known = false;
  for (const auto each :
       {Consent::Does::agree, Consent::Does::withdraw, Consent::Does::deleted, Consent::Does::kept})
    if (does == word_of(each)) {
      out.does = each;
      is_known = true;
    }
  const auto session = json->find("session");
  if (!is_known || session == json->end() || !session->is_string()) return std::nullopt;
  out.session = session->get<std::string>();
  out.wall_ms = integer_of(*json, "wall_ms");
  out.role = text_of(*json, "role");
  out.who = text_of(*json, "who");
  out.author = text_of(*json, "author");
  return out;
}

Status each_consent(const fs::path& library, const std::function<void(Consent&&)>& sink) {
  const auto file = library / deletions_file;
  if (bytes_of(file) < 0) return ok();
  XB_TRY_ASSIGN(const auto all, read_file(file, most_deletion_bytes));
  std::string_view rest = all;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    auto line = consent_of(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line) sink(std::move(*line));
  }
  return ok();
}

}  // namespace

Result<std::vector<Consent>> consents(const fs::path& library, std::string_view session,
                                      std::optional<std::int64_t> ended_wall_ms) {
  std::vector<Consent> out;
  std::vector<Consent> before;  // it was said to be deleted
  XB_TRY(each_consent(library, [&](Consent&& line) {
    if (line.session != session) return;
    if (line.does == Consent::Does::deleted) {
      before = std::exchange(out, {});
    } else if (line.does == Consent::Does::kept) {
      if (out.empty()) out = std::exchange(before, {});
    } else {
      std::erase_if(out, [&](const Consent& one) { return one.role == line.role; });
      if (line.does == Consent::Does::agree) out.push_back(std::move(line));
    }
  }));
  std::erase_if(out,
                [&](const Consent& one) { return ended_wall_ms && one.wall_ms < *ended_wall_ms; });
  return out;
}

Result<std::set<std::string>> deleted_sessions(const fs::path& library) {
  std::set<std::string> out;
  XB_TRY(each_consent(library, [&](Consent&& line) {
    if (line.does == Consent::Does::deleted)
      out.insert(std::move(line.session));
    else if (line.does == Consent::Does::kept)
      out.erase(line.session);
  }));
  return out;
}

Status append_consent(const fs::path& library, const Consent& consent) {
  auto json = to_json(consent);
  json["v"] = 1;
  json["session"] = consent.session;
  json["does"] = word_of(consent.does);
  json["title"] = consent.title;
  json["began_wall_ms"] = consent.began_wall_ms;
  return append_lines(library / deletions_file, net::dump(json) + "\n");
}

std::vector<std::string_view> roles_needed(std::optional<std::int64_t> ended_wall_ms,
                                           std::int64_t now_ms) {
  const bool is_old =
      ended_wall_ms && *ended_wall_ms > 0 && now_ms - *ended_wall_ms > kept_days * day_ms;
  if (is_old) return {"operator"};
  return {"operator", "reviewer"};
}

std::vector<std::string_view> roles_missing(const std::vector<std::string_view>& needed,
                                            const std::vector<Consent>& given) {
  auto out = needed;
  std::erase_if(out, [&](std::string_view role) {
    return std::any_of(given.begin(), given.end(),
                       [&](const Consent& one) { return one.role == role; });
  });
  return out;
}

OrderedJson to_json(const Consent& consent) {
  return {{"role", consent.role},
          {"who", consent.who},
          {"author", consent.author},
          {"wall_ms", consent.wall_ms}};
}

Result<fs::path> take_away(const fs::path& library, const std::string& session) {
  XB_TRY_ASSIGN(const auto folder, session_folder(library, session));
  const auto gone = library / (deleted_prefix + new_uuid());
  if (session::is_running_ledger(folder / session::ledger_file))
    return Error(ErrorCode::review_kept, "还在直播", "it is being recorded");
  std::error_code code;
  fs::rename(folder, gone, code);
  if (code) return Error(ErrorCode::file_unwritable, session + ": " + code.message());
  // it has its new name now, whatever a power cut makes of it
  if (const auto synced = sync_folder(library); !synced)
    log_warn("review", "{}", synced.error().log_line());
  return gone;
}

void delete_taken(const fs::path& folder) {
  std::error_code code;
  fs::remove_all(folder, code);
  if (code) log_warn("review", "not all of {} is deleted: {}", folder.string(), code.message());
}

void sweep_deleted(const fs::path& library) {
  std::vector<fs::path> found;
  std::error_code code;
  for (fs::directory_iterator at(library, code), end; !code && at != end; at.increment(code)) {
    const auto name = at->path().filename().string();
    if (name.starts_with(deleted_prefix) && is_uuid(name.substr(std::strlen(deleted_prefix))) &&
        fs::is_directory(fs::symlink_status(at->path(), code)))
      found.push_back(at->path());
  }
  for (const auto& folder : found) delete_taken(folder);
}

}  // namespace xb::review

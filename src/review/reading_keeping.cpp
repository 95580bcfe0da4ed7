// Deleting an evening, when those who have to agree do. SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "net/json.h"
#include "review/archive.h"
#include "review/backroom.h"
#include "review/keeping.h"
#include "review/library.h"
#include "session/schema.h"
#include "session/sessions.h"

namespace xb::review {
namespace {

constexpr std::size_t longest_author = 24;

OrderedJson words_json(const std::vector<std::string_view>& words) {
  OrderedJson out = OrderedJson::array();
  for (const auto word : words) out.push_back(word);
  return out;
}

// Nothing where it is not known for sure: when a video from elsewhere was made is a guess. A clock
// that was behind when it began was right when the ledger was last written, or nobody knows better.
std::optional<std::int64_t> sure_end(const std::filesystem::path& folder, const Row& row,
                                     std::int64_t now_ms) {
  std::error_code unknown;
  if (std::filesystem::exists(folder / session::imported_mark, unknown) || unknown)
    return std::nullopt;
  struct stat facts {};
  if (::lstat((folder / session::ledger_file).c_str(), &facts) != 0) return std::nullopt;
  const auto written = std::int64_t{facts.st_mtim.tv_sec} * 1000 + facts.st_mtim.tv_nsec / 1000000;
  const auto ended = std::max(row.began_wall_ms + row.duration_ms, written);
  return ended > now_ms ? std::nullopt : std::optional(ended);
}

}  // namespace

Reading::Kept Reading::kept(const std::string& id) {
  Kept out;
  const auto folder = shelf_.library() / id;
  const auto known = shelf_.known(id);
  if (known.row && known.row->began_wall_ms > 0) {
    out.title = known.row->title;
    out.began_wall_ms = known.row->began_wall_ms;
    if (known.row->has_ledger)  // a folder's name alone makes nothing old
      out.ended_wall_ms = sure_end(folder, *known.row, clock_.wall().time_since_epoch().count());
  }
  const auto ending = known.row && !known.is_old ? known.row->ending : Ending::interrupted;
  out.is_live = shelf_.state_of(id, ending) == "live" ||
                session::is_running_ledger(folder / session::ledger_file);
  return out;
}

Result<OrderedJson> Reading::keeping(const std::string& id) {
  XB_TRY(session_folder(shelf_.library(), id));
  const auto facts = kept(id);
  XB_TRY_ASSIGN(const auto given, consents(shelf_.library(), id, facts.ended_wall_ms));
  const auto now_ms = clock_.wall().time_since_epoch().count();
  const auto needed = roles_needed(facts.ended_wall_ms, now_ms);
  OrderedJson agreed = OrderedJson::array();
  for (const auto& one : given) agreed.push_back(to_json(one));
  return OrderedJson{{"needed", words_json(needed)},
                     {"missing", words_json(roles_missing(needed, given))},
                     {"agreed", std::move(agreed)}};
}

Result<OrderedJson> Reading::agree_to_delete(const std::string& id, const Json& said,
                                             const std::string& role, const std::string& who) {
  XB_TRY(session_folder(shelf_.library(), id));
  XB_TRY_ASSIGN(const auto author, net::require_string(said, "author"));
  XB_TRY_ASSIGN(const auto agrees, net::optional_bool(said, "agree"));
  Consent consent;
  consent.does = agrees.value_or(false) ? Consent::Does::agree : Consent::Does::withdraw;
  consent.session = id;
  consent.wall_ms = clock_.wall().time_since_epoch().count();
  consent.role = role;
  consent.who = who;
  consent.author = clean_outside_text(author, {.graphemes = longest_author});
  if (consent.author.empty()) return Error(ErrorCode::review_note, "author");
  const auto facts = kept(id);
  if (facts.is_live && consent.does == Consent::Does::agree)
    return Error(ErrorCode::review_kept, "还在直播", "it is being recorded");
  consent.title = facts.title;
  consent.began_wall_ms = facts.began_wall_ms;
  XB_TRY(append_consent(shelf_.library(), consent));
  XB_TRY_ASSIGN(auto out, keeping(id));
  out["ok"] = true;
  out["deleted"] = false;
  if (consent.does != Consent::Does::agree || !out["missing"].empty()) return out;
  consent.does = Consent::Does::deleted;
  // written down before it is done: of two programs that crash in between, none may say nothing
  XB_TRY(append_consent(shelf_.library(), consent));
  const auto gone = take_away(shelf_.library(), id);
  if (!gone) {
    consent.does = Consent::Does::kept;
    if (const auto written = append_consent(shelf_.library(), consent); !written)
      log_warn("review", "{}", written.error().log_line());
    return gone.error();
  }
  const auto job = jobs_.start([this, gone = *gone, id](const JobProgress&) -> Result<JobOutcome> {
    backroom_.forget(id);
    delete_taken(gone);
    return JobOutcome{id, {}, 0};
  });
  out["deleted"] = true;
  // where too many jobs wait, the next start of the program deletes it
  out["job"] = job ? OrderedJson(*job) : OrderedJson(nullptr);
  return out;
}

}  // namespace xb::review

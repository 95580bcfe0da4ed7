// Deleting an evening, when those who have to agree do. SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "base/text.h"
#include "net/json.h"
#include "review/archive.h"
#include "review/backroom.h"
#include "review/keeping.h"
#include "review/library.h"

namespace xb::review {
namespace {

constexpr std::size_t longest_author = 24;

OrderedJson words_json(const std::vector<std::string_view>& words) {
  OrderedJson out = OrderedJson::array();
  for (const auto word : words) out.push_back(word);
  return out;
}

}  // namespace

Reading::Kept Reading::kept(const std::string& id) {
  Kept out;
  const auto known = shelf_.known(id);
  if (known.row && known.row->began_wall_ms > 0) {
    out.title = known.row->title;
    out.began_wall_ms = known.row->began_wall_ms;
    out.ended_wall_ms = known.row->began_wall_ms + known.row->duration_ms;
  }
  out.is_live = shelf_.state_of(id, known.row ? known.row->ending : Ending::interrupted) == "live";
  return out;
}

Result<OrderedJson> Reading::keeping(const std::string& id) {
  XB_TRY(session_folder(shelf_.library(), id));
  XB_TRY_ASSIGN(const auto given, consents(shelf_.library(), id));
  const auto now_ms = clock_.wall().time_since_epoch().count();
  const auto needed = roles_needed(kept(id).ended_wall_ms, now_ms);
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
  if (facts.is_live) return Error(ErrorCode::review_kept, "还在直播", "it is being recorded");
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
  XB_TRY_ASSIGN(const auto job, jobs_.start([library = shelf_.library(),
                                             id](const JobProgress&) -> Result<JobOutcome> {
    XB_TRY(delete_session(library, id));
    return JobOutcome{id, {}, 0};
  }));
  out["deleted"] = true;
  out["job"] = job;
  return out;
}

}  // namespace xb::review

// Which evenings may be deleted, and who agreed to it: nothing younger than three years without the
// operator and a reviewer. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/json_fwd.h"

namespace xb::review {

inline constexpr std::int64_t kept_days = 3 * 365 + 1;

// A line of `deletions.jsonl` in the library, only ever added, synced before it is answered: what
// was said about a Session outlives it.
struct Consent {
  // `kept`: it could not be deleted after all, and what was said before still counts.
  enum class Does : std::uint8_t { agree = 1, withdraw, deleted, kept };
  Does does = Does::agree;
  std::string session;
  std::int64_t wall_ms = 0;
  std::string role;    // operator, reviewer
  std::string who;     // as the Ledger would have it: "reviewer 王老师"
  std::string author;  // the name that was given
  std::string title = {};
  std::int64_t began_wall_ms = 0;
};

// All that is said about `session` and still counts: nobody's who took it back, nothing from before
// it was deleted (a copy may have been brought in again) or from before `ended_wall_ms` (it went on
// after a crash), the newest of each role. Lines that are none of ours are passed over. Errors:
// file_unreadable, file_too_large.
Result<std::vector<Consent>> consents(const std::filesystem::path& library,
                                      std::string_view session,
                                      std::optional<std::int64_t> ended_wall_ms = {});
// Those that were deleted, and may be there again. Errors: as consents().
Result<std::set<std::string>> deleted_sessions(const std::filesystem::path& library);
// Errors: file_unwritable, disk_full.
Status append_consent(const std::filesystem::path& library, const Consent& consent);

// The roles without whom it may not be deleted. `ended_wall_ms`: nothing where it is not known, or
// where the clock says that it is still to come.
std::vector<std::string_view> roles_needed(std::optional<std::int64_t> ended_wall_ms,
                                           std::int64_t now_ms);
std::vector<std::string_view> roles_missing(const std::vector<std::string_view>& needed,
                                            const std::vector<Consent>& given);
OrderedJson to_json(const Consent& consent);

// Takes the folder out of the library in one step: where it is then, to be deleted at leisure.
// Errors: review_unknown, review_kept (a program is writing its ledger), file_unwritable.
Result<std::filesystem::path> take_away(const std::filesystem::path& library,
                                        const std::string& session);
// Deletes what take_away() left. Blocks.
void delete_taken(const std::filesystem::path& folder);
// Goes on with what a crash left half deleted.
void sweep_deleted(const std::filesystem::path& library);

}  // namespace xb::review

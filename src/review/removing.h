// A copy of an evening to be given away, from which spans are taken out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "review/evening.h"
#include "review/jobs.h"

namespace xb::review {

struct Removal {
  Span on;
  std::string why;  // cleaned; may be empty
};

inline constexpr std::size_t most_removals = 50;

// As copy_session, but in the copy neither picture nor sound nor message of the spans is left:
// black pictures with words and silence in the recordings, no messages and none pinned, nothing to
// compose the picture from again, no clips, no recording the Evening does not list. Captions,
// markers and who followed stay. The copy's ledger (`removed` in meta) and its notes say what was
// taken out. The Session itself stays as it is. Files without a span in them are compared byte by
// byte. Blocks for minutes. Errors: as copy_session.
Result<JobOutcome> copy_without(const std::filesystem::path& session, const Evening& evening,
                                const std::vector<Removal>& removals,
                                const std::filesystem::path& into, Clock& clock,
                                const JobProgress& progress);

// What a ledger says was taken out of it; nothing for what it does not say in our words.
std::vector<Removal> removals_in(std::string_view fact);

}  // namespace xb::review

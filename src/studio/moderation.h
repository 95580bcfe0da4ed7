// Moderation of a Show: its rules, with the words of its list and ours.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "chat/moderation.h"
#include "studio/show.h"

namespace xb::studio {

// Reads `assets`/wordlists/*.txt. What cannot be read is logged and left out: an evening without a
// list is better than none.
chat::ModerationRules moderation_of(const ModerationShow& show,
                                    const std::filesystem::path& assets);

}  // namespace xb::studio

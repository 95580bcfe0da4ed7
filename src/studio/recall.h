// Recall: what former Sessions left that the next one goes on with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chat/restore.h"
#include "overlay/scene.h"
#include "session/data_folder.h"
#include "session/queries.h"
#include "studio/studio.h"

namespace xb::studio {

// Whose answers the floor knows, and so how many are read back: docs/wire.md, the command's `id`.
inline constexpr std::size_t remembered_commands = 4096;

struct Recall {
  chat::Restored chat;  // the counter is the one a Session beginning (or going on) now starts with
  bool is_interrupted = false;              // the newest Session broke off and may be gone on with
  std::optional<WallTime> resumable_until;  // until then
  std::optional<overlay::Scene> scene;      // what was on air when it broke off
  bool is_muted = false;                    // by a command; the microphone, then
  // Commands of former Sessions and what they were answered, oldest first.
  std::vector<std::pair<std::string, Answer>> answers;
  // past_unreadable: a newer ledger than the one the count goes on from cannot be read.
  std::optional<Error> problem;
};

// Reads the newest readable Session, and as many before it as it takes to fill the memory of
// events and commands. Touches the disk; never fails: what cannot be read is logged
// and left out, and told in `problem` where today's gain may go with it.
Recall recall(const session::DataFolder& data, std::int64_t baseline, WallTime now);
// Whom a Counter knows, for the ledger of a Session that begins with it.
std::vector<session::Person> people_of(const chat::CounterState& counter);
// What a first Session begins with.
Recall recall_nothing(std::int64_t baseline, WallTime now);

}  // namespace xb::studio

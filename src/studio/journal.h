// The chat room's Journal, kept in the Session's Ledger; and the one for a Session that cannot keep
// anything. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/clock.h"
#include "chat/journal.h"
#include "session/ledger.h"

namespace xb::studio {

// `ledger` null: everything is relayed and counted, and its sender is told that it was not kept.
std::shared_ptr<chat::Journal> make_journal(std::shared_ptr<session::Ledger> ledger,
                                            MonoTime program_start, Clock& clock);

}  // namespace xb::studio

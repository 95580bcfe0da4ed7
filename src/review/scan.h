// One pass over a ledger makes an Evening of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include "base/result.h"
#include "review/evening.h"
#include "session/queries.h"

namespace xb::review {

// One pass over a ledger, which goes on where it was when more has been written. Reads every Entry
// once, in their order. Thread: one at a time. Touches the disk, changes nothing there.
class Pass {
 public:
  explicit Pass(std::filesystem::path folder);
  ~Pass();
  Pass(Pass&&) noexcept;
  Pass& operator=(Pass&&) noexcept;

  // Takes what is new. Errors: cancelled.
  Status read_on(session::Reader& reader, std::stop_token stop);
  // All that was taken, as if the evening ended with it. What a damaged file did not give is named
  // in `missing`. A file whose end the ledger does not know ends where its pictures do. Errors:
  // session_unreadable (nothing could be read), cancelled.
  Result<Evening> evening(session::Reader& reader, const std::stop_token& stop = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// All of it at once. Errors: as both.
Result<Evening> scan(session::Reader& reader, const std::filesystem::path& folder,
                     std::stop_token stop);

}  // namespace xb::review

// Session: one run from "go live" to "end", a folder on disk that survives a crash.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/result.h"
#include "session/data_folder.h"
#include "session/ledger.h"
#include "session/queries.h"

namespace xb::session {

// A Session without an end whose last Entry is at most this old goes on instead of a new one.
inline constexpr std::chrono::minutes resumable_for{30};

struct SessionStart {
  std::string station;       // for the folder's name
  MonoTime program_start{};  // the zero of the program's SessionTime
  std::string json = "{}";   // payload of the begin (or resume) Entry: canvas, rate, Show, version
  // For a new Session: the Counter at the beginning as JSON, and whom it knows.
  std::string counter = {};
  std::vector<Person> people = {};
};

struct Interrupted {
  std::filesystem::path folder;
  SessionTime last_time{};  // of its last Entry, since the Session began
  WallTime last_wall{};
};

// The newest Session, when it has no end and is fresh enough to go on. A wall clock set back by
// less than a day makes nothing too old. Errors: none that matter; unreadable folders are passed
// over and logged.
std::optional<Interrupted> find_interrupted(const DataFolder& data, WallTime now);

// What the newest readable Session left: basis of a new one, and of what is shown before going
// live. Read more from it with Reader::open(folder).
struct Previous {
  std::filesystem::path folder;
  std::string day;  // the local day it began on, "2026-05-01": 今日 counts Sessions of one day
  std::string counter;           // the Counter's last checkpoint as JSON; empty: none
  std::int64_t highest_seq = 0;  // of its ledger: see highest_sequence()
  bool has_ended = false;
};
// A Session whose ledger there is and cannot be read: damaged, or written by a newer Xiangbo.
struct Unreadable {
  std::filesystem::path ledger;
  Error why;
};
// `newer` is told of the first one passed over, if it is not null.
std::optional<Previous> previous_session(const DataFolder& data,
                                         std::optional<Unreadable>* newer = nullptr);
// No Feed number above it was given away by any Session of the folder, readable or not.
std::int64_t highest_sequence(const DataFolder& data);

// Thread: the owner's; ledger() may be used from any. Dropping a Session without end() leaves it
// interrupted, as a crash would, but with every Entry written.
class Session {
 public:
  // Goes on with the interrupted Session, or begins a new one: DATA/sessions/2026-05-01T1930-SLUG
  // with its own ledger.db. Other Sessions
  // without an end get an end Entry saying `interrupted`; a damaged ledger.db is kept aside as
  // ledger.db.damaged. Touches the disk: not for a live thread.
  // Errors: file_unwritable, disk_full, database_failed.
  static Result<std::unique_ptr<Session>> open(const DataFolder& data, Clock& clock, Health& health,
                                               SessionStart start);

  bool is_resumed() const { return is_resumed_; }
  const std::filesystem::path& folder() const { return folder_; }
  // May be kept longer than the Session: once that is over, whatever is appended is refused.
  const std::shared_ptr<Ledger>& ledger() const { return ledger_; }
  const Timeline& timeline() const { return timeline_; }

  // NAME-000.mp4, then the number after the highest there; makes no file. `program` is what was on
  // air, `clean` the same without Layers.
  std::filesystem::path next_file(std::string_view name) const;

  // What its files NAME-000.mp4 and on hold now, those of runs before a crash too.
  std::uint64_t bytes_of(std::string_view name) const;

  // Writes the end Entry (`reason`: `command`, `signal`, `duration`) with the last Counter, gives
  // back the Feed numbers above `last_seq`, and closes the Ledger.
  Status end(std::string_view reason, Duration deadline, std::string counter = {},
             std::optional<std::int64_t> last_seq = std::nullopt);

 private:
  struct Private {
    explicit Private() = default;
  };

 public:
  Session(Private /*by open alone*/, std::filesystem::path folder, Timeline timeline,
          bool is_resumed, Clock& clock)
      : folder_(std::move(folder)), timeline_(timeline), is_resumed_(is_resumed), clock_(clock) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();  // closes the Ledger, for at most 2 s

 private:
  std::filesystem::path folder_;
  Timeline timeline_;
  bool is_resumed_;
  Clock& clock_;
  std::shared_ptr<Ledger> ledger_;
};

}  // namespace xb::session

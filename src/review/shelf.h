// Shelf: the Evenings of a library, each read once and kept while its ledger stays what it was.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "review/evening.h"
#include "review/evening_cache.h"
#include "review/notes_file.h"
#include "review/scan.h"
#include "session/queries.h"

namespace xb::review {

// What the list shows of an Evening.
struct Row {
  std::string title;
  std::string station;
  std::int64_t began_wall_ms = 0;
  std::int64_t duration_ms = 0;
  Ending ending = Ending::interrupted;
  Figures figures;
  bool has_video = false;
  bool has_ledger = true;
  std::int64_t recorded_ms = 0;  // without breaks between recordings
};
Row row_of(const Evening& evening);

// A live in the same program goes first, on a busy machine by seconds.
enum class BesideLive : std::uint8_t { no = 1, yes };

// Who wants an Evening: somebody who waits for it, or a thread of low priority that reads ahead.
enum class Wanted : std::uint8_t { now = 1, some_time };

// Thread: any. Touches the disk.
class Shelf {
 public:
  Shelf(std::filesystem::path library, const std::filesystem::path& cache, Clock& clock);

  const std::filesystem::path& library() const { return library_; }
  const EveningCache& cache() const { return cache_; }

  // Reads the ledger where it is another one than before; of two who ask for the same one waits for
  // the other, but `now` does not wait for `some_time`: it takes what was read until then and goes
  // on from there. Where a ledger cannot be read and recordings lie beside it, the Evening is of
  // them alone, and the ledger is tried again each minute. One that is being written is read again
  // at most each 5 s. Errors: review_unknown, session_unreadable, database_newer, cancelled.
  Result<std::shared_ptr<const Evening>> evening(const std::string& id, std::stop_token stop = {},
                                                 Wanted wanted = Wanted::now);
  // A ledger to be read in; as Evening. Where Entries wait beside it and nobody writes it, a copy.
  Result<session::Reader> reader(const std::string& id) const;

  // What is known without reading a ledger: its row, why the ledger cannot be read, or both where
  // there is something to show all the same.
  struct Known {
    std::optional<Row> row;
    std::optional<Error> why_not;
    bool is_old = false;  // of an earlier state of the ledger
  };
  enum class From : std::uint8_t { memory = 1, cache };
  Known known(const std::string& id, From from = From::cache);
  // `ended interrupted live unreadable`.
  std::string_view state_of(const std::string& id, Ending ending) const;
  // Nothing of it stays in memory.
  void forget(const std::string& id);

 private:
  class BeingRead;
  struct Place {
    std::string key;
    MonoTime read{};
    std::shared_ptr<const Evening> evening;  // null: dropped to save memory
    std::optional<Row> row;
    std::optional<Error> why_not;
  };
  std::optional<Result<std::shared_ptr<const Evening>>> fresh(const std::string& id,
                                                              const std::string& key);
  // What is known, else nothing: then it is this thread's turn to read.
  std::optional<Result<std::shared_ptr<const Evening>>> wait_for_turn(const std::string& id,
                                                                      const std::string& key,
                                                                      const std::stop_token& stop,
                                                                      Wanted wanted,
                                                                      const std::stop_source& turn);
  Result<std::shared_ptr<const Evening>> load_or_read(const std::string& id,
                                                      const std::filesystem::path& folder,
                                                      const std::string& key, std::stop_token stop);
  Result<std::shared_ptr<const Evening>> read(const std::string& id,
                                              const std::filesystem::path& folder,
                                              const std::string& key, std::stop_token stop);
  // Goes on where another was stopped.
  Result<Evening> read_whole(const std::string& id, const std::filesystem::path& folder,
                             const std::string& key, session::Reader& reader, std::stop_token stop);
  // What is being written is read on from where the reading ended.
  struct Running {
    std::string id;
    std::uint64_t file = 0;  // another one when the ledger was put aside and begun anew
    std::optional<Pass> pass;
  };
  Result<Evening> read_on(const std::string& id, const std::filesystem::path& folder,
                          session::Reader& reader, std::stop_token stop);
  std::shared_ptr<const Evening> keep(const std::string& id, const std::string& key,
                                      Evening&& evening, std::optional<Error> why_not = {});
  void keep_error(const std::string& id, const std::string& key, const Error& error);

  const std::filesystem::path library_;
  const EveningCache cache_;
  Clock& clock_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Place> places_;
  struct Turn {
    Wanted wanted = Wanted::now;
    std::stop_source stop;
  };
  std::map<std::string, Turn> being_read_;
  std::multiset<std::string> wanted_now_;  // by who waits for one of those
  std::condition_variable_any read_;       // one of those is done
  struct Half {
    std::string id, key;
    Pass pass;
  };
  std::optional<Half> half_;       // what was stopped in the middle
  std::list<std::string> recent_;  // whose Evenings are in memory, the newest first
  std::mutex running_mutex_;       // guards running_; taken while a ledger is read
  Running running_;
};

}  // namespace xb::review

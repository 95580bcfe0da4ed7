// Archive: a library that answers, on threads of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "base/result.h"
#include "base/worker.h"
#include "net/json_fwd.h"
#include "review/chat_window.h"
#include "review/clips.h"
#include "review/exports.h"
#include "review/jobs.h"
#include "review/notes.h"
#include "review/search_index.h"
#include "review/shelf.h"

namespace xb::review {

struct ArchiveSettings {
  std::filesystem::path library;  // may not be there yet
  std::filesystem::path cache;    // empty: memory only
  TallFilm tall = {};             // none: tall clips are the middle of the recording
  BesideLive beside_live = BesideLive::no;
};

class Backroom;

// What the library answers: docs/wire.md section 13. Thread: one at a time; two of them may be at
// work on one Shelf, Backroom and Jobs.
class Reading {
 public:
  Reading(Shelf& shelf, Backroom& backroom, Jobs& jobs, Clock& clock, TallFilm tall)
      : shelf_(shelf), backroom_(backroom), jobs_(jobs), clock_(clock), tall_(std::move(tall)) {}

  // Errors of all: as Shelf::evening and session::Reader.
  Result<OrderedJson> sessions();
  Result<OrderedJson> evening(const std::string& id);
  Result<OrderedJson> chat(const std::string& id, const ChatQuery& query);
  Result<OrderedJson> before(const std::string& id, std::int64_t t);
  Result<OrderedJson> compare(const std::vector<std::string>& ids);
  Result<OrderedJson> sound(const std::string& id);
  // The picture lane, and one of the small pictures: where it lies.
  Result<OrderedJson> pictures(const std::string& id);
  Result<std::filesystem::path> thumbnail(const std::string& id, const std::string& name);
  Result<OrderedJson> search(const SearchQuery& query);
  Result<OrderedJson> peaks(const std::string& id);
  Result<ExportFile> export_file(const std::string& id, const std::string& kind,
                                 ExportWishes wishes);
  Result<ExportFile> month(const std::string& name, ExportWishes wishes);
  Result<OrderedJson> notes(const std::string& id);
  // A note, a change of one or a signature, as posted. Errors: review_note, review_notes_full,
  // review_unknown, file_unwritable, disk_full.
  Result<OrderedJson> write_note(const std::string& id, const Json& said);
  Result<OrderedJson> change_note(const std::string& id, const std::string& note, const Json& said);
  Result<OrderedJson> sign(const std::string& id, const Json& said);
  // Who agreed that it is deleted, and who has to. `role` and `who` of the one who says so. Once
  // all agree it is out of the library, and a job deletes what it held. Errors: review_unknown,
  // review_kept, json_invalid, file_unwritable.
  Result<OrderedJson> keeping(const std::string& id);
  Result<OrderedJson> agree_to_delete(const std::string& id, const Json& said,
                                      const std::string& role, const std::string& who);
  // Begins a job. Errors: json_invalid, busy, review_copy (it is being recorded).
  Result<OrderedJson> copy(const std::string& id, const Json& said);
  Result<OrderedJson> clip(const std::string& id, const Json& said);
  Result<OrderedJson> import(const Json& said);
  Result<OrderedJson> job(const std::string& id);
  Result<OrderedJson> cancel(const std::string& id);
  Result<OrderedJson> merge(const std::filesystem::path& from);

 private:
  std::int64_t next_ms(const Notes& notes) const;  // for a line that is written now
  std::optional<std::int64_t> gained_before(const std::string& id);
  OrderedJson row(const std::string& id, Shelf::From from);
  struct Kept {
    std::string title;
    std::int64_t began_wall_ms = 0;
    std::optional<std::int64_t> ended_wall_ms;
    bool is_live = false;
  };
  Kept kept(const std::string& id);

  Shelf& shelf_;
  Backroom& backroom_;
  Jobs& jobs_;
  Clock& clock_;
  const TallFilm tall_;
};

// Thread: construct and destroy on the owner's thread; post() from any.
class Archive {
 public:
  using Job = std::function<void(Reading&)>;
  Archive(ArchiveSettings settings, Clock& clock, Health& health);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  // Runs on `review`, one after the other. False when 64 wait: the caller says `busy`.
  bool post(Job job);
  // The same for what reads a whole ledger, on `review-export`: of a great evening it takes twenty
  // seconds, and nobody who looks waits for it.
  bool post_export(Job job);
  const std::filesystem::path& library() const { return shelf_.library(); }

 private:
  Shelf shelf_;
  std::unique_ptr<Backroom> backroom_;
  Jobs works_;  // use all of the above
  Reading reading_, exporting_;
  Queue<Job> jobs_, exports_;
  Worker worker_, export_worker_;  // last: stop before what they use goes
};

}  // namespace xb::review

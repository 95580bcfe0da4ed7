// Replay: from the Entries of a Session to what was painted before each frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/json.h"
#include "overlay/scene.h"
#include "overlay/values.h"
#include "session/entry.h"
#include "studio/show.h"

namespace xb::studio {

// What is shown in place of what was shown then.
struct Corrections {
  std::optional<Show> show;                       // its tables, station, screen and attire
  std::shared_ptr<const overlay::Attire> attire;  // null: as it was, or that of `show`
};

// One look of an Artist.
struct Look {
  SessionTime now;
  overlay::Scene scene;
  std::shared_ptr<const overlay::LiveValues> values;
};

// What is missing in a Ledger, and what was wrong in it.
struct ReplayFaults {
  std::uint64_t looks = 0;                 // that were painted and are not known
  std::uint64_t entries = 0;               // that are not what they should be
  std::uint64_t late = 0;                  // that tell of a frame which may not be the first
  std::optional<std::string> first;        // what and where, for people who look into the Ledger
  std::vector<std::string> rows_left_off;  // ids the corrected Show takes off by its own law
  bool any() const { return looks > 0 || entries > 0 || late > 0; }
};

// One run of the program: from a `begin` or `resume` to the next. The Entries are added in their
// order as they are needed, so that memory holds some seconds of an evening and not all of it. They
// come from a file that anybody may have written.
//
// Thread: one at a time. Pure: touches no file and no clock.
class Replay {
 public:
  explicit Replay(Corrections corrections) : corrections_(std::move(corrections)) {}

  // Others than `show`, `paint` and `gap` change nothing.
  void add(const session::StoredEntry& entry);
  // No Entry comes after those added.
  void end() { has_ended_ = true; }

  // False: an Entry that tells of this frame may still come.
  bool knows(FrameNumber frame) const;
  // The looks that were taken before `frame`, whose number must rise from call to call, was
  // composed: all are to be painted, in order, and the last one is what it shows. Those after the
  // last news are taken by their own time, `due` of the frame.
  std::vector<Look> looks_before(FrameNumber frame, SessionTime due);
  // The frame that was composed and shown: an earlier one where the program repeated it.
  FrameNumber composed(FrameNumber frame);
  // What follows is not known: until it is, time alone goes on.
  bool is_guessing() const { return is_lost_ || (has_ended_ && looks_.empty()); }
  const ReplayFaults& faults() const { return faults_; }

 private:
  struct Stored {
    std::uint64_t number = 0;
    SessionTime now;
    std::optional<Json> whole;
    Json patch;  // null for none
    std::uint64_t lost = 0;
    bool is_after_loss = false;  // Entries are missing before it
  };
  struct News {
    std::uint64_t number = 0;
    FrameNumber frame;
  };
  struct Repeat {
    FrameNumber from, to;
  };

  Status add_show(const Json& json);
  Status add_paint(const Json& json);
  Status add_news(const Json& json);
  bool step(Stored& stored);
  std::optional<Look> take_look();
  std::shared_ptr<const overlay::LiveValues> values_of(overlay::LiveValues values);
  std::shared_ptr<const overlay::Attire> worn_instead(
      const std::shared_ptr<const overlay::Attire>& then);
  void obey_law(overlay::Scene& scene, const overlay::LiveValues& values);
  void note(const session::StoredEntry& entry, const Error& error);

  const Corrections corrections_;
  std::map<std::uint64_t, overlay::LiveValues> shows_;  // by version; only what a Show brings
  std::map<std::shared_ptr<const overlay::Attire>, std::shared_ptr<const overlay::Attire>> dressed_;
  std::deque<Stored> looks_;
  std::deque<News> news_;
  std::deque<Repeat> repeats_;
  std::optional<FrameNumber> newest_news_;
  Json state_;           // after the last look taken
  bool is_lost_ = true;  // nothing is known until there is a whole one
  bool is_after_loss_ = false;
  bool has_ended_ = false;
  ReplayFaults faults_;
};

}  // namespace xb::studio

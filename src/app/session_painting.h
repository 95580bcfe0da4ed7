// Painting: the picture of one run of a Session, frame by frame, from its Ledger.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "app/verbs.h"
#include "overlay/compositor.h"
#include "overlay/picture_shelf.h"
#include "studio/replay.h"
#include "studio/session_film.h"
#include "studio/stage.h"

namespace xb::app {

// What is told once, however often it is met.
class Told {
 public:
  void say_once(const Error& error) {
    if (told_.insert(error.log_line()).second) say(error);
  }
  // A product's photo that is no more: its card is drawn as live draws one without.
  void look_for_pictures(const std::shared_ptr<const overlay::Tables>& tables) {
    if (tables == looked_at_) return;
    looked_at_ = tables;
    for (const auto& one : tables->products) {
      std::error_code code;
      if (!one.picture.empty() && !std::filesystem::is_regular_file(one.picture, code))
        say_once(Error(ErrorCode::file_missing, one.picture));
    }
  }

 private:
  std::set<std::string> told_;
  std::shared_ptr<const overlay::Tables> looked_at_;
};

// The picture of one run, frame by frame.
class Painting {
 public:
  static constexpr Duration remembered = std::chrono::seconds(31);
  Painting(session::Reader& reader, const studio::FilmRun& run, studio::Corrections corrections,
           std::unique_ptr<overlay::Artist> artist, Told& told)
      : reader_(reader),
        run_(run),
        next_(run.from),
        replay_(std::move(corrections)),
        artist_(std::move(artist)),
        told_(told) {}

  // What was painted longer ago is not remembered by any Layer: frames from `first` on alone are
  // composed.
  void begin_at(FrameNumber first) {
    const auto due = time_of(first, run_.video.rate);
    begins_ = due.time_since_epoch() > remembered ? SessionTime(due - remembered) : SessionTime{};
  }
  // Composes what `frame` of the run showed onto the camera's picture.
  Status compose(media::Picture& picture, FrameNumber frame) {
    XB_TRY(read_until_known(frame));
    const auto due = time_of(frame, run_.video.rate);
    for (auto& look : replay_.looks_before(frame, due)) {
      if (look.now >= begins_) {
        if (before_) paint(*std::exchange(before_, std::nullopt));
        paint(std::move(look));
      } else {
        before_ = std::move(look);
      }
    }
    if (before_) paint(*std::exchange(before_, std::nullopt));
    if (replay_.is_guessing() && last_ && artist_->next_change() <= due) {
      last_->now = due;
      paint(studio::Look(*last_));
    }
    if (set_) overlay::compose(picture, *set_, time_of(replay_.composed(frame), run_.video.rate));
    return ok();
  }

  const studio::ReplayFaults& faults() const { return replay_.faults(); }

 private:
  Status read_until_known(FrameNumber frame) {
    using enum session::EntryKind;
    constexpr std::array kinds{show, paint, gap};
    while (!replay_.knows(frame)) {
      XB_TRY_ASSIGN(const auto entries, reader_.entries_after(next_, kinds, 32));
      for (const auto& entry : entries) {
        if (entry.n < run_.until) replay_.add(entry);
      }
      if (!entries.empty()) next_ = entries.back().n;
      if (entries.empty() || next_ >= run_.until) replay_.end();
    }
    return ok();
  }

  void paint(studio::Look look) {
    told_.look_for_pictures(look.values->tables);
    if (!last_) {
      overlay::LiveValues before = *look.values;
      before.chat.clear();
      before.badges = {};
      studio::warm_up(*artist_, std::move(before));
    }
    set_ = artist_->paint(look.scene, *look.values, look.now);
    last_ = std::move(look);
  }

  session::Reader& reader_;
  const studio::FilmRun& run_;
  std::int64_t next_;  // Entries up to it were added
  studio::Replay replay_;
  std::unique_ptr<overlay::Artist> artist_;
  Told& told_;
  std::shared_ptr<const overlay::Bitmaps> set_;
  std::optional<studio::Look> last_;
  std::optional<studio::Look> before_;  // the last one nobody remembers
  SessionTime begins_{};
};

}  // namespace xb::app

// An evening in small: what is painted, aired and written down, as live does it, without threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "overlay/artist.h"
#include "overlay/compositor.h"
#include "overlay/picture_shelf.h"
#include "overlay/theme.h"
#include "studio/assets.h"
#include "studio/director.h"
#include "studio/paint_journal.h"
#include "studio/present.h"
#include "studio/replay.h"

namespace xb::studio {

inline constexpr Rate film_rate{30, 1};
inline constexpr overlay::CanvasSize film_size{320, 180};

inline overlay::Product product(std::string id, std::string price, std::int64_t stock) {
  overlay::Product out;
  out.id = std::move(id);
  out.number = 3;
  out.name = "山泉脐橙";
  out.price = std::move(price);
  out.unit = "5 斤装";
  out.stock = stock;
  return out;
}

inline overlay::Caption caption(std::string id, overlay::CaptionKind kind) {
  overlay::Caption out;
  out.id = std::move(id);
  out.title = "老井";
  out.text = "村里人都从这口井打水。";
  out.source = "口述（示例）";
  out.kind = kind;
  return out;
}

inline Show show_of(std::vector<overlay::Product> products,
                    std::vector<overlay::Caption> captions = {},
                    std::vector<std::string> notices = {}) {
  Show show;
  show.station.name = "测试村";
  auto tables = std::make_shared<overlay::Tables>();
  tables->products = std::move(products);
  tables->captions = std::move(captions);
  tables->notices = notices;
  show.screen.notices = std::move(notices);
  show.tables = std::move(tables);
  show.attire = std::make_shared<const overlay::Attire>(
      *overlay::load_attire(assets_folder()->string(), "red"));
  return show;
}

inline std::unique_ptr<overlay::Artist> film_artist() {
  return std::move(
      *overlay::Artist::make(film_size, *overlay::load_attire(assets_folder()->string(), "red"),
                             assets_folder()->string(), std::make_shared<overlay::PictureShelf>()));
}

// The bytes of a composed picture.
using Bytes = std::vector<std::uint8_t>;
inline Bytes bytes_of(const overlay::Bitmaps& set, SessionTime time) {
  media::Picture picture(film_size.width, film_size.height);
  picture.fill(90, 120, 140);
  overlay::compose(picture, set, time);
  Bytes out;
  for (int plane = 0; plane < 3; ++plane) {
    const int w = plane == 0 ? film_size.width : film_size.width / 2;
    const int h = plane == 0 ? film_size.height : film_size.height / 2;
    for (int y = 0; y < h; ++y) {
      const auto* row =
          picture.plane(plane) + static_cast<std::ptrdiff_t>(y) * picture.stride(plane);
      out.insert(out.end(), row, row + w);
    }
  }
  return out;
}

// Plays live: paints when something rings, shows the newest set each tick, repeats late ticks, and
// hands all of it to the journal as the floor does.
class Evening {
 public:
  explicit Evening(Show show) : show_(std::move(show)), director_(show_.tables) {
    put_show(values_, show_, 1);
    values_.counter.total = 98;
  }

  SessionTime now() const { return time_of(frame_, film_rate); }

  void look(Duration after = {}) {
    auto scene = std::make_shared<const overlay::Scene>(director_.scene());
    auto values = std::make_shared<const overlay::LiveValues>(values_);
    const auto at = now() + after;
    overlay::Painted painted{++number_, at, scene, values, {}};
    const auto set = artist_->paint(*scene, *values, at);
    if (!set_ || set != set_->canvases.front())
      painted.set = std::make_shared<const overlay::BitmapSet>(overlay::BitmapSet{{set}});
    journal_.painted(painted);
    if (painted.set) set_ = painted.set;
  }
  // One tick: what is due by time alone is painted, the newest set is shown.
  void tick() {
    ++frame_.value;
    director_.tick(now());
    if (artist_->next_change() <= now() || seen_scene_ != director_.scene().version) {
      seen_scene_ = director_.scene().version;
      look();
    }
    if (set_ && (set_ != told_ || repeated_from_)) {
      journal_.aired({frame_, now(), MonoTime{}, set_->canvases.front(), set_,
                      std::exchange(repeated_from_, std::nullopt), false});
      told_ = set_;
    }
    keep_frame(frame_, now());
    if (frame_.value % 2 == 0) write();
  }
  // A tick that came late shows the picture before it again.
  void repeat() {
    const auto shown = pictures_.find(frame_.value);
    ++frame_.value;
    if (!repeated_from_) repeated_from_ = frame_;
    if (shown != pictures_.end()) pictures_[frame_.value] = Bytes(shown->second);
  }
  void run(int ticks) {
    for (int i = 0; i < ticks; ++i) tick();
  }

  void command(const Deed& deed) { ASSERT_TRUE(director_.apply(deed, now())); }
  void follow(const std::string& name, int merged = 1) {
    values_.counter.total += merged;
    values_.counter.gained += merged;
    add_followers(values_.counter, name, merged, now());
  }
  void say(const std::string& text) {
    overlay::ChatLine line;
    line.sequence = ++sequence_;
    line.name = "李大爷";
    line.text = text;
    line.arrived = now();
    add_line(values_, std::move(line));
  }
  void reload(Show show) {
    show_ = std::move(show);
    director_.use(show_.tables, now());
    put_show(values_, show_, values_.show_version + 1);
    look();
  }

  void begin() {
    journal_.begin();
    first_ = FrameNumber{frame_.value + 3};
    pictures_.clear();
    is_on_ = true;
    write();
  }
  void end() {
    write();
    journal_.end();
    is_on_ = false;
  }
  // As the Ledger would after it lost Entries: from the outside, they are not there.
  void lose_entries(std::size_t from) {
    entries_.resize(from);
    session::StoredEntry gap;
    gap.kind = session::EntryKind::gap;
    entries_.push_back(gap);
    journal_.lost();
  }
  void write() {
    for (auto& kept : journal_.take()) {
      session::StoredEntry entry;
      entry.n = static_cast<std::int64_t>(entries_.size()) + 1;
      entry.kind = kept.kind;
      entry.json = net::dump(kept.json);
      entries_.push_back(std::move(entry));
    }
  }

  overlay::LiveValues& values() { return values_; }
  FrameNumber first() const { return first_; }
  std::vector<session::StoredEntry>& entries() { return entries_; }
  // By number, as they were seen.
  const std::map<std::int64_t, Bytes>& pictures() const { return pictures_; }

 private:
  void keep_frame(FrameNumber frame, SessionTime time) {
    if (is_on_ && set_) pictures_[frame.value] = bytes_of(set_->on(0), time);
  }

  Show show_;
  Director director_;
  overlay::LiveValues values_;
  std::unique_ptr<overlay::Artist> artist_ = film_artist();
  PaintJournal journal_;
  FrameNumber frame_{0};
  FrameNumber first_{0};
  std::uint64_t number_ = 0, sequence_ = 0;
  std::uint64_t seen_scene_ = 0;
  std::optional<FrameNumber> repeated_from_;
  std::shared_ptr<const overlay::BitmapSet> set_, told_;
  std::vector<session::StoredEntry> entries_;
  std::map<std::int64_t, Bytes> pictures_;
  bool is_on_ = false;
};

// Composes the frames of an evening again, as `render` does.
class Again {
 public:
  explicit Again(const std::vector<session::StoredEntry>& entries, Corrections corrections = {})
      : entries_(entries), replay_(std::move(corrections)) {}

  Bytes picture(FrameNumber frame) {
    while (!replay_.knows(frame)) {
      if (next_ < entries_.size()) replay_.add(entries_[next_++]);
      if (next_ >= entries_.size()) replay_.end();
    }
    const auto due = time_of(frame, film_rate);
    for (auto& look : replay_.looks_before(frame, due)) paint(std::move(look));
    if (replay_.is_guessing() && last_ && artist_->next_change() <= due) {
      last_->now = due;
      paint(Look(*last_));
    }
    return set_ ? bytes_of(*set_, time_of(replay_.composed(frame), film_rate)) : Bytes();
  }
  const Replay& replay() const { return replay_; }
  const std::optional<Look>& last() const { return last_; }

 private:
  void paint(Look look) {
    set_ = artist_->paint(look.scene, *look.values, look.now);
    last_ = std::move(look);
  }

  const std::vector<session::StoredEntry>& entries_;
  std::size_t next_ = 0;
  Replay replay_;
  std::unique_ptr<overlay::Artist> artist_ = film_artist();
  std::shared_ptr<const overlay::Bitmaps> set_;
  std::optional<Look> last_;
};

// How many frames of the evening look other than they did, from its first recorded one on.
inline int differing(const Evening& evening, Again& again, std::int64_t from = 0) {
  int count = 0;
  for (const auto& [number, seen] : evening.pictures()) {
    if (number < evening.first().value) continue;
    const auto made = again.picture(FrameNumber{number});
    if (number >= from && made != seen) ++count;
  }
  return count;
}

}  // namespace xb::studio

// Evening: one Session as lanes on one time axis.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xb::review {

// All times are milliseconds since the Session began.
struct Point {
  std::int64_t t = 0;
  std::int64_t value = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Span {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

struct Sentence {
  std::string zh, en;
};

struct Plus {  // somebody follows
  std::int64_t t = 0;
  std::int64_t seq = 0;
  std::string name;
  std::string platform;
  std::string by;  // `feed`, or who typed it
  std::int64_t gains = 1;
};

struct ProductSpan {
  std::string id;
  std::int64_t number = 0;
  std::string title;
  Span on;
  std::int64_t questions = 0;
  std::int64_t gained = 0;
  std::int64_t seen_ms = 0;  // not behind a slate
};

struct CaptionSpan {
  std::string id;
  std::string text;
  std::string kind;
  Span on;
};

struct Mark {
  std::int64_t t = 0;
  std::string note;
  std::string by;
};

struct NamedSpan {
  std::string name;
  Span on;
};

struct Problem {
  std::string kind;  // silence outage dark frozen missed gap interrupted trouble
  std::string lane;  // sound live picture chat
  Span on;
  Sentence said;
};

// What is wrong with the recordings, as far as they were heard and looked through.
struct Faults {
  std::vector<Problem> problems = {};
  std::vector<Sentence> missing = {};
  std::optional<std::int64_t> silence_ms = {}, dark_ms = {};  // nothing: not known
};

struct Segment {
  std::string name;
  Span on;
};

// Where in the ledger a time is: no Entry from number `n` on that is a chat Entry has come before
// `t`. Every 512th chat Entry has one.
struct Waymark {
  std::int64_t n = 0;
  std::int64_t t = 0;
};

struct Figures {
  std::int64_t gained = 0;
  std::optional<std::int64_t> total;
  std::optional<Point> peak_watching;
  std::int64_t comments = 0;
  std::int64_t questions = 0;
  std::int64_t answered = 0;
  std::int64_t gifts = 0;
  std::int64_t likes = 0;
  std::int64_t cards_ms = 0;
  std::int64_t drops = 0;
  std::int64_t drops_ms = 0;
  std::int64_t missed_frames = 0;
};

enum class Ending : std::uint8_t { ended = 1, interrupted };

// At most so many of each kind of thing in a lane.
inline constexpr std::size_t most_in_lane = 5000;
inline constexpr std::size_t most_points = 2000;

struct Evening {
  std::string title;
  std::string station;
  std::int64_t began_wall_ms = 0;  // 0: not known
  bool is_begin_guessed = false;   // by the time of a file
  std::optional<std::int64_t> live_from;
  std::int64_t duration_ms = 0;
  Ending ending = Ending::interrupted;
  bool has_ledger = true;         // false: it cannot be read, the recordings are all there is
  std::int64_t bitrate_kbps = 0;  // of the recording, as it was asked for
  std::vector<Segment> segments, clean;
  Figures figures;
  std::vector<Point> gained, total, watching, comments;
  std::vector<Plus> pluses;
  std::vector<ProductSpan> products;
  std::vector<CaptionSpan> captions;
  std::vector<Mark> markers;
  std::vector<NamedSpan> slates, live;
  std::vector<Problem> problems;
  std::vector<Sentence> missing;
  std::optional<Sentence> cut;  // the ledger is damaged: where it ends; also the first of `missing`
  std::vector<Waymark> waymarks;
  std::vector<std::int64_t> taken_away;  // Feed numbers a hand hid, rising
};

}  // namespace xb::review

// file: a recording as a camera. Picture and sound are read through a demuxer each, so that their
// pieces come in the order of their times however the file is interleaved.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <vector>

#include "capture/decoded_track.h"

namespace xb::capture {
namespace {

// A step beyond these is a jump of the file's own timestamps, not its rhythm.
constexpr Duration jump_forward = std::chrono::seconds(3);
constexpr Duration jump_back = std::chrono::milliseconds(500);
// Sound ends a little before or after its picture, as its packets are cut: by this, or by the whole
// of its last piece (96 ms of FLAC).
constexpr Duration least_at_seam = std::chrono::milliseconds(30);

struct Lane {
  explicit Lane(const SourceSetup& setup) : track(setup) {}
  DecodedTrack track;
  bool is_used = false;
  bool has_ended = false;
  std::optional<Due> waiting;
  Duration shift{};         // added to the file's times, so that they go on over jumps
  Duration expected{};      // where what comes after the pieces given belongs
  std::uint64_t given = 0;  // pieces of this round
  bool is_ready() const { return has_ended || waiting; }
};

class FileSource final : public Source {
 public:
  FileSource(const SourceSpec& spec, const SourceSetup& setup)
      : spec_(spec), wanted_(setup.wanted), picture_(setup), sound_(setup) {}

  Status open(std::stop_token stop) override {
    base_ = {};
    heard_until_.reset();
    is_at_seam_ = false;
    picture_.is_used = wanted_ != Wanted::sound;
    sound_.is_used = wanted_ != Wanted::picture;
    XB_TRY(open_lane(picture_, stop));
    const auto sound = open_lane(sound_, stop);
    if (!sound) {
      if (wanted_ == Wanted::sound) return sound;
      sound_.is_used = false;  // a silent film
      sound_.has_ended = true;
    }
    return ok();
  }

  Result<Due> next(std::stop_token stop) override {
    while (true) {
      XB_TRY(fill(picture_, sound_, stop));
      XB_TRY(fill(sound_, picture_, stop));
      if (!picture_.is_ready() || !sound_.is_ready()) return Due{};
      close_up();
      if (auto* lane = earlier(); lane != nullptr && !is_over()) {
        if (const auto due = give(*lane)) return *due;
        continue;
      }
      const auto length = round_length();
      if (!spec_.loops) return Due{Next::end, base_ + length};
      if (length <= Duration::zero()) return Error(ErrorCode::source_no_video, spec_.rest);
      base_ += length;
      XB_TRY(open_lane(picture_, stop));
      XB_TRY(open_lane(sound_, stop));
    }
  }

  Status read_picture(media::Picture& into, std::size_t canvas) override {
    return picture_.track.read_picture(into, canvas);
  }
  std::span<const float> sound() const override { return heard_; }
  void close() override {
    picture_.track.close();
    sound_.track.close();
  }
  Pace pace() const override { return Pace::paced; }
  bool has_sound() const override { return sound_.is_used; }
  std::string about() const override {
    return picture_.is_used ? picture_.track.about() + (sound_.is_used ? ", sound" : "")
                            : sound_.track.about();
  }
  std::uint64_t decode_errors() const override {
    return picture_.track.decode_errors() + sound_.track.decode_errors();
  }

 private:
  Status open_lane(Lane& lane, const std::stop_token& stop) {
    lane.waiting.reset();
    lane.has_ended = !lane.is_used;
    lane.shift = lane.expected = {};
    lane.given = 0;
    if (!lane.is_used) return ok();
    media::InputSpec input;
    input.kind = media::InputKind::file;
    input.url = spec_.rest;
    input.wants_video = &lane == &picture_;
    input.wants_audio = &lane == &sound_;
    input.read_deadline = std::chrono::seconds(10);  // a disk that has to spin up
    return lane.track.open(input, stop);
  }

  static Status fill(Lane& lane, const Lane& other, const std::stop_token& stop) {
    if (lane.has_ended || lane.waiting) return ok();
    XB_TRY_ASSIGN(auto due, lane.track.next(stop));
    if (due.what == Next::end) {
      lane.has_ended = true;
      return ok();
    }
    if (due.what == Next::nothing) return ok();
    const auto is_back = [&](Duration shift) {
      return due.time + shift - lane.expected < -jump_back;
    };
    // both tracks usually jump by the same; then they stay together to the sample
    if (is_back(lane.shift))
      lane.shift = is_back(other.shift) ? lane.expected - due.time : other.shift;
    due.time += lane.shift;
    lane.waiting = due;
    return ok();
  }

  // A jump forward is where the whole film has nothing for long. Where one track runs on, it is a
  // hole in the other, and stays one: picture and sound belong together.
  void close_up() {
    const auto* first = earlier();
    if (first == nullptr) return;
    const auto jump = first->waiting->time - std::max(picture_.expected, sound_.expected);
    if (jump <= jump_forward) return;
    for (auto* lane : {&picture_, &sound_}) {
      lane->shift -= jump;
      if (lane->waiting) lane->waiting->time -= jump;
    }
  }

  // The film is as long as its picture: sound that goes on after it would leave a dead picture. A
  // single picture is there for the sound.
  bool is_still() const { return picture_.given == 1 && sound_.is_used; }
  bool is_over() const {
    if (!picture_.is_used) return false;
    return picture_.has_ended && !picture_.waiting && !is_still() && sound_.waiting &&
           sound_.waiting->time >= picture_.expected;
  }
  Duration round_length() const {
    if (!picture_.is_used) return sound_.expected;
    return is_still() ? std::max(picture_.expected, sound_.expected) : picture_.expected;
  }

  // Nothing: what waited has been heard already.
  std::optional<Due> give(Lane& lane) {
    auto due = *lane.waiting;
    lane.waiting.reset();
    lane.expected = due.time + lane.track.length();
    due.time += base_;
    const bool begins = lane.given++ == 0;
    if (due.what != Next::sound) return due;
    heard_ = lane.track.sound();
    if (heard_until_ && (begins || is_at_seam_)) join(due);
    if (is_at_seam_) return std::nullopt;
    last_heard_ = time_of(SampleCount{samples_of(heard_)}).time_since_epoch();
    heard_until_ = due.time + last_heard_;
    return due;
  }

  // Lets the sound of a new round go on where that of the one before ended, to the sample.
  void join(Due& due) {
    const auto apart = due.time - *heard_until_;
    is_at_seam_ = false;
    const auto most = std::max(least_at_seam, last_heard_);
    if (apart > most || apart < -most) return;
    const auto samples = sample_at(SessionTime(apart < Duration::zero() ? -apart : apart)).value;
    due.time = *heard_until_;
    if (apart < Duration::zero()) {
      is_at_seam_ = samples >= samples_of(heard_);  // all of it: the next piece is to be joined
      if (!is_at_seam_) heard_ = heard_.subspan(static_cast<std::size_t>(samples) * 2);
    } else if (samples > 0) {
      joined_.assign(static_cast<std::size_t>(samples) * 2, 0.0F);
      joined_.insert(joined_.end(), heard_.begin(), heard_.end());
      heard_ = joined_;
    }
  }

  static std::int64_t samples_of(std::span<const float> stereo) {
    return static_cast<std::int64_t>(stereo.size() / 2);
  }

  Lane* earlier() {
    if (!picture_.waiting) return sound_.waiting ? &sound_ : nullptr;
    if (!sound_.waiting) return &picture_;
    return picture_.waiting->time <= sound_.waiting->time ? &picture_ : &sound_;
  }

  const SourceSpec spec_;
  const Wanted wanted_;
  Lane picture_;
  Lane sound_;
  Duration base_{};  // where this round began
  std::span<const float> heard_;
  std::optional<Duration> heard_until_;
  Duration last_heard_{};      // length of the last piece of sound
  bool is_at_seam_ = false;    // the round's first sound was all heard already
  std::vector<float> joined_;  // silence and the sound after it
};

}  // namespace

std::unique_ptr<Source> make_file_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<FileSource>(spec, setup);
}

}  // namespace xb::capture

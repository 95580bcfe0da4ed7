// file: a recording as a camera. Picture and sound are read through a demuxer each, so that their
// pieces come in the order of their times however the file is interleaved.
// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "capture/decoded_track.h"

namespace xb::capture {
namespace {

// A step beyond these is a jump of the file's own timestamps, not its rhythm.
constexpr Duration jump_forward = std::chrono::seconds(3);
constexpr Duration jump_back = std::chrono::milliseconds(500);

struct Lane {
  explicit Lane(const SourceSetup& setup) : track(setup) {}
  DecodedTrack track;
  bool is_used = false;
  bool has_ended = false;
  std::optional<Due> waiting;
  Duration shift{};     // added to the file's times, so that they go on over jumps
  Duration expected{};  // where the next piece belongs
};

class FileSource final : public Source {
 public:
  FileSource(const SourceSpec& spec, const SourceSetup& setup)
      : spec_(spec), wanted_(setup.wanted), picture_(setup), sound_(setup) {}

  Status open(std::stop_token stop) override {
    base_ = {};
    picture_.is_used = wanted_ != Wanted::sound;
    sound_.is_used = wanted_ != Wanted::picture;
    XB_TRY(open_lane(picture_, stop));
    const auto sound = open_lane(sound_, stop);
    if (!sound) {
      if (wanted_ == Wanted::sound) return sound;
      sound_.is_used = false;  // a silent film
    }
    return ok();
  }

  Result<Due> next(std::stop_token stop) override {
    while (true) {
      XB_TRY(fill(picture_, sound_, stop));
      XB_TRY(fill(sound_, picture_, stop));
      auto* lane = earlier();
      // the film is as long as its picture; sound that goes on after it would leave a dead picture
      const bool is_over = picture_.is_used ? picture_.has_ended : sound_.has_ended;
      if (!is_over && lane != nullptr) {
        auto due = *lane->waiting;
        lane->waiting.reset();
        due.time += base_;
        return due;
      }
      if (!spec_.loops) return Due{Next::end, {}};
      const auto length = picture_.is_used ? picture_.expected : sound_.expected;
      if (length <= Duration::zero()) return Error(ErrorCode::source_no_video, spec_.rest);
      base_ += length;
      XB_TRY(open_lane(picture_, stop));
      XB_TRY(open_lane(sound_, stop));
    }
  }

  Status read_picture(media::Picture& into) override { return picture_.track.read_picture(into); }
  std::span<const float> sound() const override { return sound_.track.sound(); }
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
    const auto is_jump = [&](Duration shift) {
      const auto step = due.time + shift - lane.expected;
      return step > jump_forward || step < -jump_back;
    };
    if (is_jump(lane.shift)) {
      // both tracks usually jump by the same; then they stay together to the sample
      lane.shift = is_jump(other.shift) ? lane.expected - due.time : other.shift;
    }
    due.time += lane.shift;
    lane.expected = due.time + lane.track.length();
    lane.waiting = due;
    return ok();
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
};

}  // namespace

std::unique_ptr<Source> make_file_source(const SourceSpec& spec, const SourceSetup& setup) {
  return std::make_unique<FileSource>(spec, setup);
}

}  // namespace xb::capture

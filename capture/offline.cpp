// One file source without its clock, pulled by program time.
// SPDX-License-Identifier: Apache-2.0
#include "capture/offline.h"

#include <algorithm>
#include <deque>
#include <vector>

namespace xb::capture {
namespace {

constexpr Duration near_enough = std::chrono::milliseconds(20);

class FileByTime final : public OfflineSource {
 public:
  FileByTime(const media::Canvas& canvas, Rate rate, std::unique_ptr<Source> source)
      : rate_(rate),
        half_period_(time_of(FrameNumber{1}, rate).time_since_epoch() / 2),
        // one shown, some ahead, and what the caller still holds of the frames before
        pool_("offline", 16, [&] { return media::Picture(canvas.width, canvas.height); }),
        source_(std::move(source)) {}

  Result<media::Ref<const media::Picture>> next_frame(std::stop_token stop) override {
    const auto until = due_until();
    XB_TRY(take_in(until, stop));
    while (!has_ended_ && !shown_ && ahead_.empty()) XB_TRY(take_in(reached_, stop));
    while (!ahead_.empty() && (!shown_ || ahead_.front().time <= until)) {
      shown_ = std::move(ahead_.front().picture);
      ahead_.pop_front();
    }
    if (has_ended_ && until >= reached_) return media::Ref<const media::Picture>();
    ++frame_;
    return shown_;
  }

  Status next_block(media::Samples& out, std::stop_token stop) override {
    block_end_ += media::Samples::count;
    const auto until = time_of(SampleCount{block_end_}).time_since_epoch();
    XB_TRY(take_in(until + near_enough, stop));
    if (heard_ < block_end_) append_silence(block_end_ - heard_);
    const auto values = waiting_.begin() + static_cast<std::ptrdiff_t>(out.values.size());
    std::copy(waiting_.begin(), values, out.values.begin());
    waiting_.erase(waiting_.begin(), values);
    return ok();
  }

  std::string about() const override { return source_->about(); }

 private:
  struct Ahead {
    Duration time;
    media::Ref<const media::Picture> picture;
  };

  // Of the pictures until here the newest belongs to the frame asked for next.
  Duration due_until() const {
    return time_of(FrameNumber{frame_}, rate_).time_since_epoch() + half_period_;
  }

  // All pieces that begin until then: they come in the order of their times.
  Status take_in(Duration until, const std::stop_token& stop) {
    while (!has_ended_ && reached_ <= until) {
      XB_TRY_ASSIGN(const auto due, source_->next(stop));
      if (due.what != Next::nothing) reached_ = due.time;
      has_ended_ = due.what == Next::end;
      if (due.what == Next::picture) XB_TRY(keep_picture(due.time));
      if (due.what == Next::sound) append(source_->sound(), due.time);
    }
    return ok();
  }

  Status keep_picture(Duration time) {
    auto made = pool_.take();
    if (!made) return Error(ErrorCode::busy, "offline pictures all in use");
    const auto read = source_->read_picture(*made, 0);
    if (!read && read.error().code() == ErrorCode::decode_failed) return ok();
    XB_TRY(read);
    if (time <= due_until()) ahead_.clear();
    ahead_.push_back({time, std::move(made)});
    return ok();
  }

  // Puts sound at its time: silence where there is a hole, nothing twice. What goes on is not torn
  // for times that are rounded.
  void append(std::span<const float> stereo, Duration time) {
    const auto apart = time - time_of(SampleCount{heard_}).time_since_epoch();
    if (apart > (heard_ == 0 ? Duration{} : near_enough)) {
      append_silence(sample_at(SessionTime(apart)).value);
    } else if (apart < -near_enough) {
      const auto twice = static_cast<std::size_t>(sample_at(SessionTime(-apart)).value) * 2;
      stereo = stereo.subspan(std::min(twice, stereo.size()));
    }
    waiting_.insert(waiting_.end(), stereo.begin(), stereo.end());
    heard_ += static_cast<std::int64_t>(stereo.size() / 2);
  }
  void append_silence(std::int64_t samples) {
    waiting_.insert(waiting_.end(), static_cast<std::size_t>(samples) * 2, 0.0F);
    heard_ += samples;
  }

  const Rate rate_;
  const Duration half_period_;
  media::PicturePool pool_;
  const std::unique_ptr<Source> source_;
  bool has_ended_ = false;
  Duration reached_{};  // where the newest piece begins, or all ends
  std::int64_t frame_ = 0;
  std::deque<Ahead> ahead_;  // not shown yet
  media::Ref<const media::Picture> shown_;
  std::int64_t block_end_ = 0;
  std::vector<float> waiting_;  // sound not asked for yet
  std::int64_t heard_ = 0;      // samples taken from the file or filled in so far
};

}  // namespace

Result<std::unique_ptr<OfflineSource>> OfflineSource::open(const SourceSpec& spec,
                                                           const media::Canvas& canvas, Rate rate,
                                                           Clock& clock) {
  if (spec.scheme != "file") return Error(ErrorCode::source_unsupported, spec.shown());
  auto once = spec;
  once.loops = false;
  XB_TRY_ASSIGN(auto source, make_source(once, {canvas, rate, Wanted::picture_and_sound, &clock}));
  XB_TRY(source->open({}));
  return std::unique_ptr<OfflineSource>(
      std::make_unique<FileByTime>(canvas, rate, std::move(source)));
}

}  // namespace xb::capture

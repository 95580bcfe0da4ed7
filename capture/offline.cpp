// Two independent readers of one file, one for pictures and one for sound, pulled by program time.
// SPDX-License-Identifier: Apache-2.0
#include "capture/offline.h"

#include <algorithm>
#include <vector>

namespace xb::capture {
namespace {

constexpr Duration near_enough = std::chrono::milliseconds(20);

SourceSetup setup_for(const media::Canvas& canvas, Rate rate, Wanted wanted, Clock& clock) {
  return {canvas, rate, wanted, &clock};
}

class FileByTime final : public OfflineSource {
 public:
  FileByTime(const media::Canvas& canvas, Rate rate, std::unique_ptr<Source> pictures,
             std::unique_ptr<Source> sounds)
      : rate_(rate),
        half_period_(time_of(FrameNumber{1}, rate).time_since_epoch() / 2),
        // one shown, one being made, and what the caller still holds of the frames before
        pool_("offline", 12, [&] { return media::Picture(canvas.width, canvas.height); }),
        pictures_(std::move(pictures)),
        sounds_(std::move(sounds)) {}

  Result<media::Ref<const media::Picture>> next_frame(std::stop_token stop) override {
    const auto wanted = time_of(FrameNumber{frame_++}, rate_).time_since_epoch();
    while (!has_ended_ && (!ahead_ || !shown_ || *ahead_ <= wanted + half_period_)) {
      if (ahead_) {
        auto made = pool_.take();
        if (!made) return Error(ErrorCode::busy, "offline pictures all in use");
        XB_TRY(pictures_->read_picture(*made));
        shown_ = std::move(made);
        if (last_) step_ = std::max(Duration::zero(), *ahead_ - *last_);
        last_ = ahead_;
        ahead_.reset();
      }
      XB_TRY_ASSIGN(const auto due, pictures_->next(stop));
      if (due.what == Next::end) has_ended_ = true;
      if (due.what == Next::picture) ahead_ = due.time;
    }
    const auto last_length = step_ > Duration::zero() ? step_ : 2 * half_period_;
    if (has_ended_ && (!last_ || wanted + half_period_ >= *last_ + last_length))
      return media::Ref<const media::Picture>();
    return shown_;
  }

  Status next_block(media::Samples& out, std::stop_token stop) override {
    const auto needed = static_cast<std::size_t>(media::Samples::count) * 2;
    while (sounds_ && waiting_.size() < needed) {
      XB_TRY_ASSIGN(const auto due, sounds_->next(stop));
      if (due.what == Next::end) {
        sounds_.reset();
      } else if (due.what == Next::sound) {
        append(sounds_->sound(), due.time);
      }
    }
    const auto count = std::min(needed, waiting_.size());
    std::copy_n(waiting_.begin(), count, out.values.begin());
    std::fill(out.values.begin() + static_cast<std::ptrdiff_t>(count), out.values.end(), 0.0F);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return ok();
  }

  std::string about() const override { return pictures_->about(); }

 private:
  // Puts sound at its time: silence where there is a hole, nothing twice.
  void append(std::span<const float> stereo, Duration time) {
    const auto apart = time - time_of(SampleCount{read_}).time_since_epoch();
    if (apart > near_enough) {
      // FileSource has closed up jumps of more than 3 s
      const auto hole = sample_at(SessionTime(apart)).value;
      waiting_.insert(waiting_.end(), static_cast<std::size_t>(hole) * 2, 0.0F);
      read_ += hole;
    } else if (apart < -near_enough) {
      const auto twice = static_cast<std::size_t>(sample_at(SessionTime(-apart)).value) * 2;
      stereo = stereo.subspan(std::min(twice, stereo.size()));
    }
    waiting_.insert(waiting_.end(), stereo.begin(), stereo.end());
    read_ += static_cast<std::int64_t>(stereo.size() / 2);
  }

  const Rate rate_;
  const Duration half_period_;
  media::PicturePool pool_;
  std::unique_ptr<Source> pictures_;
  std::unique_ptr<Source> sounds_;
  std::int64_t frame_ = 0;
  media::Ref<const media::Picture> shown_;
  std::optional<Duration> ahead_;  // the time of the picture next in line, not yet converted
  std::optional<Duration> last_;   // of the one shown
  Duration step_{};
  bool has_ended_ = false;
  std::vector<float> waiting_;
  std::int64_t read_ = 0;  // samples taken from the file so far
};

}  // namespace

Result<std::unique_ptr<OfflineSource>> OfflineSource::open(const SourceSpec& spec,
                                                           const media::Canvas& canvas, Rate rate,
                                                           Clock& clock) {
  if (spec.scheme != "file") return Error(ErrorCode::source_unsupported, spec.shown());
  auto once = spec;
  once.loops = false;
  XB_TRY_ASSIGN(auto pictures, make_source(once, setup_for(canvas, rate, Wanted::picture, clock)));
  XB_TRY(pictures->open({}));
  XB_TRY_ASSIGN(auto sounds, make_source(once, setup_for(canvas, rate, Wanted::sound, clock)));
  if (!sounds->open({})) sounds.reset();  // a silent film
  return std::unique_ptr<OfflineSource>(
      std::make_unique<FileByTime>(canvas, rate, std::move(pictures), std::move(sounds)));
}

}  // namespace xb::capture

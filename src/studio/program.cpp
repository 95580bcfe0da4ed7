// The program thread's loop: tick, pick, compose, send.
// SPDX-License-Identifier: Apache-2.0
#include "studio/program.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "capture/sync.h"
#include "output/preview.h"
#include "overlay/compositor.h"
#include "vision/face_finder.h"

namespace xb::studio {
namespace {

// 6 in the encoder's queue, 1 in each of encoder, preview box and preview, 1 being composed, 1
// repeated, and some air.
constexpr std::size_t pool_size = 14;
// 64 in the encoder's queue, 1 being encoded, 1 being filled.
constexpr std::size_t sounds_pool_size = 68;
// After a longer standstill (lid closed) time goes on without a burst of repeated frames.
constexpr Duration most_catch_up = std::chrono::seconds(1);

}  // namespace

Program::Program(ProgramPipes pipes, media::Ref<const media::Picture> holding, Rate rate,
                 MonoTime start, Clock& clock, Health& health)
    : pipes_(pipes),
      holding_(std::move(holding)),
      ticker_(start, rate),
      clock_(clock),
      pool_("program", pool_size,
            [&] { return media::Picture(holding_->width(), holding_->height()); }),
      sounds_("program sound", sounds_pool_size, [] { return media::Samples(); }),
      signal_(capture::Signal::none),
      av_offset_ms_(std::nan("")),
      worker_("program", health, [this](std::stop_token stop) { run(std::move(stop)); }) {
}

RunBegin Program::start_feeding() {
  // a tenth of a second for the encoders to open; the queue to them holds another fifth
  const auto rate = ticker_.rate();
  const FrameNumber first{next_frame_.load() + rate.num / (10 * rate.den) + 1};
  feed_from_.store(first.value);
  return {first, sample_of(first, rate)};
}

void Program::stop_feeding() {
  feed_from_.store(INT64_MAX);
}

SessionTime Program::now() const {
  return SessionTime(clock_.now() - ticker_.start());
}

ProgramCounters Program::counters() const {
  return {program_.load(),
          missed_.load(),
          stood_still_.load(),
          skipped_.load(),
          starved_.load(),
          skipped_audio_.load(),
          repeated_.load(),
          std::isnan(av_offset_ms_.load()) ? std::nullopt : std::optional(av_offset_ms_.load()),
          compose_ms_.load()};
}

void Program::run(std::stop_token stop) {
  FrameNumber frame{0};
  while (clock_.wait_until(ticker_.due(frame), stop) == Waited::reached) {
    auto late = ticker_.late_by(frame, clock_.now());
    if (time_of(FrameNumber{late}, ticker_.rate()).time_since_epoch() > most_catch_up) {
      missed_ += static_cast<std::uint64_t>(late);
      stood_still_ += static_cast<std::uint64_t>(late);
      frame.value += late;
      late = 0;
      next_frame_.store(frame.value);
      next_sample_ = SampleCount{sample_of(frame, ticker_.rate()).value / media::Samples::count *
                                 media::Samples::count};
    }
    for (; late > 0; --late, ++frame.value) {
      ++missed_;
      repeat(frame);
      next_frame_.store(frame.value + 1);
    }
    tick(frame);
    ++frame.value;
    next_frame_.store(frame.value);
  }
}

void Program::tick(FrameNumber frame) {
  const auto time = time_of(frame, ticker_.rate());
  auto picked = pipes_.sync.pick(time);
  const bool has_picture =
      picked.signal == capture::Signal::fresh || picked.signal == capture::Signal::frozen;
  signal_.store(picked.signal);
  if (has_picture && pipes_.faces != nullptr && pipes_.faces->claim())
    pipes_.to_faces.put({picked.picture, time, frame});
  auto picture = pool_.take();
  if (!picture) {
    ++starved_;
    repeat(frame);
    return;
  }
  const auto began = clock_.now();
  picture->copy_from(has_picture ? *picked.picture : *holding_);
  const auto bitmaps = pipes_.bitmaps.read();
  overlay::compose(*picture, *bitmaps, time);
  compose_ns_ += (static_cast<double>((clock_.now() - began).count()) - compose_ns_) / 30;
  compose_ms_.store(compose_ns_ / 1e6);
  last_ = media::Frame{std::move(picture), time, frame};
  send(last_);
  tell(last_, bitmaps);
  sound_until(frame);
  const auto stats = pipes_.sync.stats();
  repeated_.store(stats.repeated);
  av_offset_ms_.store(stats.av_offset_ms.value_or(std::nan("")));
}

void Program::repeat(FrameNumber frame) {
  if (last_.picture) {
    last_.time = time_of(frame, ticker_.rate());
    last_.number = frame;
    send(last_);
  }
  sound_until(frame);
}

void Program::send(const media::Frame& frame) {
  ++program_;
  if (pipes_.preview.is_watched()) pipes_.to_preview.put(media::Frame(frame));
  if (frame.number.value < feed_from_.load()) return;
  if (pipes_.to_video.push(media::Frame(frame)) == Pushed::refused) ++skipped_;
}

void Program::sound_until(FrameNumber frame) {
  const auto end = sample_of(FrameNumber{frame.value + 1}, ticker_.rate());
  const auto feed_from = feed_from_.load();
  for (; next_sample_.value + media::Samples::count <= end.value;
       next_sample_.value += media::Samples::count) {
    auto samples = sounds_.take();
    if (!samples) {
      ++skipped_audio_;  // the encoder puts silence in its place
      continue;
    }
    pipes_.sync.pick_audio(next_sample_, *samples);
    if (feed_from == INT64_MAX || next_sample_ < sample_of(FrameNumber{feed_from}, ticker_.rate()))
      continue;
    media::AudioBlock block{std::move(samples), time_of(next_sample_), next_sample_, false};
    if (pipes_.to_audio.push(std::move(block)) == Pushed::refused) ++skipped_audio_;
  }
}

void Program::tell(const media::Frame& frame,
                   const std::shared_ptr<const overlay::Bitmaps>& bitmaps) {
  if (bitmaps->scene.version == told_scene_ && bitmaps->counter_total == told_total_ &&
      bitmaps->counter_gained == told_gained_ && bitmaps->show_version == told_show_) {
    return;
  }
  // a full queue keeps the news for the next tick
  if (pipes_.aired.push(Aired{frame.number, frame.time, clock_.now(), bitmaps}) == Pushed::refused)
    return;
  told_scene_ = bitmaps->scene.version;
  told_total_ = bitmaps->counter_total;
  told_gained_ = bitmaps->counter_gained;
  told_show_ = bitmaps->show_version;
}

}  // namespace xb::studio

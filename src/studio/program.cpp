// The program thread's loop: tick, pick, compose, send.
// SPDX-License-Identifier: Apache-2.0
#include "studio/program.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/haste.h"
#include "capture/sync.h"
#include "output/onward.h"
#include "output/preview.h"
#include "overlay/compositor.h"
#include "vision/face_finder.h"

namespace xb::studio {
namespace {

// 6 in the encoder's queue and that of the recording's own, 1 in each of both encoders,
// preview box and preview, 1 being composed, 1 repeated, and some air.
constexpr std::size_t pool_size = 21;
// 64 in the encoder's queue, 1 being encoded, 1 being filled.
constexpr std::size_t sounds_pool_size = 68;
// After a longer standstill (lid closed) time goes on without a burst of repeated frames.
constexpr Duration most_catch_up = std::chrono::seconds(1);

bool has_picture(const capture::PickedPicture& picked) {
  return picked.signal == capture::Signal::fresh || picked.signal == capture::Signal::frozen;
}

// Still the right one, and given away at a tick before.
bool is_given_away(const capture::PickedPicture& picked) {
  return has_picture(picked) && !picked.picture;
}

}  // namespace

std::size_t most_drawn_on(std::size_t onward) {
  return pool_size + onward * output::onward_holds;
}

Program::Lane::Lane(StrandPipe its_pipe, media::Ref<const media::Picture> its_holding,
                    std::size_t most_drawn)
    : pipe(its_pipe), holding(std::move(its_holding)) {
  if (pipe.dress == Dress::none) return;
  // the system gives a page when it is first written: not on air, and not hours later in a busy
  // moment
  pool.emplace("program", most_drawn, [&] {
    media::Picture picture(holding->width(), holding->height());
    picture.copy_from(*holding);
    return picture;
  });
}

Program::Program(ProgramPipes pipes, const std::vector<media::Ref<const media::Picture>>& holding,
                 Rate rate, MonoTime start, Clock& clock, Health& health)
    : pipes_(std::move(pipes)),
      ticker_(start, rate),
      clock_(clock),
      sounds_("program sound", sounds_pool_size, [] { return media::Samples(); }),
      signal_(capture::Signal::none),
      av_offset_ms_(std::nan("")) {
  XB_CHECK(!pipes_.strands.empty() && pipes_.strands.size() <= most_strands);
  XB_CHECK(pipes_.strands.front().canvas == 0 && pipes_.strands.front().dress == Dress::layers);
  for (const auto& strand : pipes_.strands) {
    const auto most = most_drawn_on(lanes_.empty() ? pipes_.onward.size() : 0);
    auto& lane = lanes_.emplace_back(strand, holding[strand.canvas], most);
    lane.is_shared =
        std::count_if(pipes_.strands.begin(), pipes_.strands.end(),
                      [&](const auto& one) { return one.canvas == strand.canvas; }) > 1;
  }
  worker_ = Worker("program", health, [this](std::stop_token stop) {
    hasten_this_thread();
    run(std::move(stop));
  });
}

RunBegin Program::start_feeding(StrandSet fed) {
  fed_.store(fed.to_ulong());
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
  ProgramCounters out;
  out.program = program_.load();
  out.missed = missed_.load();
  out.stood_still = stood_still_.load();
  out.skipped = lanes_.front().skipped.load();
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    out.skipped_by_strand[i] = lanes_[i].skipped.load();
  out.starved = starved_.load();
  out.skipped_audio = skipped_audio_.load();
  out.repeated = repeated_.load();
  if (!std::isnan(av_offset_ms_.load())) out.av_offset_ms = av_offset_ms_.load();
  out.compose_ms = compose_ms_.load();
  return out;
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
  signal_.store(picked.signal);
  if (is_given_away(picked)) {
    ++starved_;
    return repeat(frame);
  }
  if (has_picture(picked) && pipes_.faces != nullptr && pipes_.faces->claim())
    pipes_.to_faces.put({picked.on(pipes_.looked_at), time, frame});
  const auto began = clock_.now();
  const auto set = pipes_.bitmaps.read();
  if (!draw(lanes_.front(), picked, *set, frame)) {
    ++starved_;
    repeat(frame);
    return;
  }
  send_first();
  tell(lanes_.front().last, set);
  draw_further(picked, *set, frame);
  compose_ns_ += (static_cast<double>((clock_.now() - began).count()) - compose_ns_) / 30;
  compose_ms_.store(compose_ns_ / 1e6);
  sound_until(frame);
  const auto stats = pipes_.sync.stats();
  repeated_.store(stats.repeated);
  av_offset_ms_.store(stats.av_offset_ms.value_or(std::nan("")));
}

// What the Layers are drawn on. The camera's own picture where it is nobody else's: a copy of it
// costs as much as all the drawing. Null when there is no free one.
media::Ref<media::Picture> Program::ground_of(Lane& lane, capture::PickedPicture& picked,
                                              bool is_covered) const {
  const bool is_camera = has_picture(picked) && !is_covered;
  auto& own = picked.on(lane.pipe.canvas);
  if (is_camera && !lane.is_shared) {
    if (auto whole = media::Ref<media::Picture>::take_over(own)) return whole;
  }
  auto copy = lane.pool->take();
  if (copy) copy->copy_from(is_camera ? *own : *lane.holding);
  return copy;
}

// False when there is no free picture: `last` is as it was.
bool Program::draw(Lane& lane, capture::PickedPicture& picked, const overlay::BitmapSet& set,
                   FrameNumber frame) {
  const auto time = time_of(frame, ticker_.rate());
  const auto canvas = lane.pipe.canvas;
  if (!lane.pool) {
    const bool is_camera = has_picture(picked);
    lane.last = media::Frame{is_camera ? picked.on(canvas) : lane.holding, time, frame};
    if (is_camera) lane.last.coded = picked.coded;
    return true;
  }
  const bool is_covered = is_covered_.load(std::memory_order_relaxed);
  auto picture = ground_of(lane, picked, is_covered);
  if (!picture) return false;
  const auto& layers = set.on(canvas);
  if (!is_covered || layers.scene.slate != overlay::SlateKind::none)
    overlay::compose(*picture, layers, time);
  lane.last = media::Frame{std::move(picture), time, frame};
  return true;
}

void Program::draw_further(capture::PickedPicture& picked, const overlay::BitmapSet& set,
                           FrameNumber frame) {
  for (std::size_t i = 1; i < lanes_.size(); ++i) {
    auto& lane = lanes_[i];
    // what is not drawn is not repeated either: it would be older than what the others repeat
    if (!is_fed(i) || !draw(lane, picked, set, frame)) lane.last = {};
    if (is_fed(i)) send(lane);
  }
}

void Program::repeat(FrameNumber frame) {
  const bool is_covered = is_covered_.load(std::memory_order_relaxed);
  for (auto& lane : lanes_) {
    if (!lane.last.picture) continue;
    if (is_covered && lane.pool) lane.last.picture = lane.holding;
    lane.last.time = time_of(frame, ticker_.rate());
    lane.last.number = frame;
  }
  if (lanes_.front().last.picture) {
    if (!repeated_from_) repeated_from_ = frame;
    send_first();
    for (std::size_t i = 1; i < lanes_.size(); ++i) {
      if (is_fed(i)) send(lanes_[i]);
    }
  }
  sound_until(frame);
}

bool Program::is_fed(std::size_t strand) const {
  return feed_from_.load() != INT64_MAX && StrandSet(fed_.load()).test(strand);
}

void Program::send_first() {
  const auto& frame = lanes_.front().last;
  ++program_;
  if (pipes_.preview.is_watched()) pipes_.to_preview.put(media::Frame(frame));
  for (auto* one : pipes_.onward) one->offer(frame);
  if (is_fed(0)) send(lanes_.front());
}

// Gives the last Frame of the strand to its encoder, or counts that it gets none.
void Program::send(Lane& lane) {
  if (lanes_.front().last.number.value < feed_from_.load()) return;
  if (!lane.last.picture || lane.pipe.to_encoder.push(media::Frame(lane.last)) == Pushed::refused)
    ++lane.skipped;
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
                   const std::shared_ptr<const overlay::BitmapSet>& set) {
  if (set == told_set_ && !repeated_from_) return;
  // shares the count of the set, which only the paint thread frees
  const std::shared_ptr<const overlay::Bitmaps> bitmaps(set, set->canvases.front().get());
  // a full queue keeps the news for the next tick
  is_news_late_ = pipes_.aired.push(Aired{frame.number, frame.time, clock_.now(), bitmaps, set,
                                          repeated_from_, is_news_late_}) == Pushed::refused;
  if (is_news_late_) return;
  told_set_ = set;
  repeated_from_.reset();
}

}  // namespace xb::studio

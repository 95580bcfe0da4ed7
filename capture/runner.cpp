// The capture thread: open, pace or stamp, convert into pooled pictures, cut the sound, try again.
// SPDX-License-Identifier: Apache-2.0
#include "capture/runner.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/worker.h"
#include "capture/block_cutter.h"
#include "capture/device_clock.h"
#include "capture/sound_level.h"

namespace xb::capture {
namespace {

// A paced piece is made this much before it is due: the time to decode and convert it.
constexpr Duration lead = std::chrono::milliseconds(40);
// A paced source that is later than this has lost its place in time (a suspended machine).
constexpr Duration out_of_step = std::chrono::milliseconds(500);
// A late picture is not worth converting: sync would pass it over.
constexpr Duration too_late = std::chrono::milliseconds(200);
constexpr Duration stall_after = std::chrono::seconds(2);
// A stream joined in its middle shows nothing until its next key picture, some every 10 s.
constexpr Duration first_picture_within = std::chrono::seconds(12);
// It is told when it takes longer than with a camera or a new stream.
constexpr Duration first_picture_usual = std::chrono::seconds(1);
// While the next piece of a paced source is not due, its last picture is sent again this often: a
// still is no loss, and Sync calls a source frozen after 250 ms.
constexpr Duration hold_every = std::chrono::milliseconds(100);
constexpr Duration ask_again = std::chrono::milliseconds(5);
constexpr std::array<Duration, 3> waits{std::chrono::milliseconds(500), std::chrono::seconds(1),
                                        std::chrono::seconds(2)};
constexpr float silence_dbfs = -90.0F;
constexpr float quiet = 0.001F;  // -60 dBFS
constexpr Duration silence_alarm = std::chrono::seconds(10);
constexpr const char* sound_component = "capture.sound";
constexpr const char* level_component = "sound.level";

// In use at most: what waits in Sync, a full queue, the one shown, the one held, the one being
// made. The pool hands out the last returned first, so that memory never needed is never touched.
constexpr std::size_t pictures_in_pool = picture_room + picture_queue_size + 3;
// After a moment in which the machine did something else a full queue is looked through while the
// next ones come, so that many are out: they have their memory from the start.
constexpr std::size_t pictures_soon_out = 2 * picture_queue_size + 4;
// Behind the program: in the encoder's queue, in its hands, shown.
constexpr std::size_t kept_soon = 9;
// 64 in Sync, 64 in the queue, one being filled.
constexpr std::size_t blocks_in_pool = 130;

}  // namespace

struct Runner::Impl {
  Impl(RunnerSetup s, Clock& c, Health& h)
      : setup(std::move(s)),
        clock(c),
        health(h),
        source_setup{setup.canvas,
                     setup.rate,
                     wanted(),
                     &clock,
                     setup.assets,
                     [this](const std::string& at) {
                       health.set(setup.component, Condition::starting,
                                  Error(ErrorCode::source_waiting, at));
                     },
                     [this](int port) {
                       std::lock_guard lock(mutex);
                       stats.listens_at = port;
                     },
                     setup.further,
                     setup.coded},
        blocks(setup.thread + " blocks", setup.sounds != nullptr ? blocks_in_pool : 0,
               [] { return media::Samples(); }) {
    stats.source = shown();
    if (setup.sounds != nullptr) cutter.emplace(blocks, *setup.sounds);
    XB_CHECK(setup.further.size() <= media::most_further_canvases);
    if (setup.pictures == nullptr) return;
    for (std::size_t i = 0; i < source_setup.canvases(); ++i) {
      const auto& canvas = source_setup.on(i);
      auto& pool = *pictures.emplace_back(std::make_unique<media::PicturePool>(
          setup.thread + " pictures", pictures_in_pool + setup.kept_beyond,
          [&] { return media::Picture(canvas.width, canvas.height, media::Pages::small); }));
      std::vector<media::Ref<media::Picture>> soon(pictures_soon_out +
                                                   std::min(kept_soon, setup.kept_beyond));
      for (auto& one : soon) {
        one = pool.take();
        one->fill(16, 128, 128);
      }
    }
  }

  Wanted wanted() const {
    if (setup.pictures == nullptr) return Wanted::sound;
    return setup.sounds == nullptr ? Wanted::picture : Wanted::picture_and_sound;
  }

  SessionTime session_now() const { return SessionTime(clock.now() - setup.session_start); }

  void run(const std::stop_token& stop) {
    keep_open(stop);
    if (cutter) health.set(sound_component, Condition::stopped);
    if (level_fault) health.set(level_component, Condition::stopped);
  }

  void keep_open(const std::stop_token& stop) {
    std::size_t tries = 0;
    health.set(setup.component, Condition::starting);
    while (!stop.stop_requested()) {
      auto ended = once(stop);
      if (stop.stop_requested()) break;
      if (ended) {  // a paced source that does not loop
        health.set(setup.component, Condition::stopped, Error(ErrorCode::source_ended, shown()));
        return;
      }
      health.set(setup.component, has_run ? Condition::degraded : Condition::failed,
                 std::move(ended).error().during("source " + shown()));
      if (has_run) tries = 0;
      has_run = false;
      clock.wait_until(clock.now() + waits[std::min(tries, waits.size() - 1)], stop);
      ++tries;
    }
    health.set(setup.component, Condition::stopped);
  }

  // Opens and feeds until an error, or ok() at the end of a paced source.
  Status once(const std::stop_token& stop) {
    try {
      // kept whatever happens: it remembers which device it was
      if (!source) {
        XB_TRY_ASSIGN(source, setup.make(setup.source, source_setup));
      }
      auto outcome = source->open(stop);
      if (outcome) {
        note_opened();
        outcome = feed(stop);
        note_errors();
      }
      source->close();
      return outcome;
    } catch (const std::exception& thrown) {
      if (source) source->close();
      return Error(ErrorCode::internal, thrown.what());
    }
  }

  void note_opened() {
    log_info(setup.component, "{}: {}", shown(), source->about());
    std::lock_guard lock(mutex);
    ++stats.openings;
    stats.has_sound = source->has_sound();
    stats.about = source->about();
  }

  Status feed(const std::stop_token& stop) {
    device_clock = DeviceClock();
    anchor.reset();
    last_kept.reset();
    held = {};
    level.reset();  // of another device, perhaps
    if (std::exchange(level_fault, std::nullopt)) health.set(level_component, Condition::running);
    const auto opened = clock.now();
    auto last_piece = opened;
    if (!is_alarmed) loud_at = last_piece;
    auto picture_by = opened + first_picture_within;
    const bool is_live = source->pace() == Pace::live;
    while (!stop.stop_requested()) {
      XB_TRY_ASSIGN(const auto due, source->next(stop));
      if (due.what == Next::end) {
        if (is_live) return Error(ErrorCode::source_stalled, "closed");
        paced(due.time, stop);
        return ok();
      }
      const auto now = clock.now();
      watch_silence(now);
      if (due.what == Next::nothing) {
        if (now - last_piece > stall_after) return Error(ErrorCode::source_stalled);
        clock.wait_until(now + ask_again, stop);
        continue;
      }
      last_piece = now;
      const auto time = is_live ? stamp(due.time) : paced(due.time, stop);
      if (stop.stop_requested()) break;
      const bool has_picture = due.what == Next::picture && take_picture(due, time, is_live);
      if (due.what == Next::sound && cutter) take_sound(source->sound(), time);
      note_errors();
      if (has_picture) picture_by = now + stall_after;
      // neither sound nor what cannot be decoded makes up for a picture that stands still
      if (is_live && setup.pictures != nullptr && now > picture_by)
        return Error(ErrorCode::source_stalled, "no picture");
      if (has_run) continue;
      has_run = has_picture || setup.pictures == nullptr;
      if (has_run) {
        health.set(setup.component, Condition::running);
      } else if (now - opened > first_picture_usual) {
        health.set(setup.component, Condition::starting, Error(ErrorCode::source_joining));
      }
    }
    return Error(ErrorCode::cancelled);
  }

  SessionTime stamp(Duration device_time) {
    const auto stamped = device_clock.stamp(device_time, session_now());
    std::lock_guard lock(mutex);
    stats.jitter = device_clock.jitter();
    stats.resyncs += stamped.is_after_jump ? 1U : 0U;
    return stamped.time;
  }

  // Waits until the piece is nearly due.
  SessionTime paced(Duration time, const std::stop_token& stop) {
    const auto now = clock.now();
    if (!anchor || now - (*anchor + time) > out_of_step) {
      if (anchor) {
        std::lock_guard lock(mutex);
        ++stats.resyncs;
      }
      anchor = now + lead - time;
    }
    const auto due = *anchor + time;
    while (due - lead > clock.now() && !stop.stop_requested()) {
      clock.wait_until(std::min(due - lead, clock.now() + hold_every), stop);
      hold();
      watch_silence(clock.now());
    }
    return SessionTime(due - setup.session_start);
  }

  void hold() {
    if (!held.picture || session_now() - held.time < hold_every) return;
    held.time = session_now();
    setup.pictures->push(media::Frame(held));
  }

  void watch_silence(MonoTime now) {
    if (!cutter) return;
    // what has no sound track has not lost its sound; the meter says that there is none
    const bool is_silent = source->has_sound() && now - loud_at > silence_alarm;
    if (is_silent == is_alarmed) return;
    is_alarmed = is_silent;
    if (is_silent) {
      health.set(sound_component, Condition::degraded, Error(ErrorCode::sound_missing));
    } else {
      health.set(sound_component, Condition::running);
    }
  }

  // The picture the source is at, in every size. Errors: busy when a pool is empty, and those of
  // read_picture().
  Result<media::Frame> read_frame(SessionTime time) {
    media::Frame frame{{}, time, {}};
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      auto picture = pictures[i]->take();
      if (!picture) return Error(ErrorCode::busy, "pictures all in use");
      XB_TRY(source->read_picture(*picture, i));
      (i == 0 ? frame.picture : frame.further[i - 1]) = std::move(picture);
    }
    return frame;
  }

  // False: it is damaged, as if it had not come; the Source counts it.
  bool take_picture(const Due& due, SessionTime time, bool is_live) {
    const auto period = time_of(FrameNumber{1}, setup.rate).time_since_epoch();
    enum class Fate : std::uint8_t { shown = 1, surplus, lost } fate = Fate::shown;
    const auto step = last_kept ? due.time - *last_kept : period;
    // 60 pictures a second for a program of 30: every other one
    if (step >= Duration::zero() && step * 100 < period * 55) fate = Fate::surplus;
    if (!is_live && session_now() - time > too_late) fate = Fate::lost;
    if (fate == Fate::shown && setup.pictures != nullptr) {
      fate = Fate::lost;
      if (auto frame = read_frame(time)) {
        frame->coded = due.coded;
        if (!is_live) held = *frame;
        // a full queue gives up another one for it
        if (setup.pictures->push(std::move(*frame)) == Pushed::taken) fate = Fate::shown;
        last_kept = due.time;
      } else if (frame.error().code() == ErrorCode::decode_failed) {
        return false;
      } else if (frame.error().code() != ErrorCode::busy) {
        log_warn(setup.component, "{}", frame.error().log_line());
      }
    }
    std::lock_guard lock(mutex);
    ++stats.frames_captured;
    stats.frames_lost += fate == Fate::lost ? 1U : 0U;
    stats.frames_surplus += fate == Fate::surplus ? 1U : 0U;
    last_picture_at = clock.now();
    return true;
  }

  void watch_level(std::span<const float> stereo) {
    level.add(stereo);
    const auto fault = level.fault();
    if (std::exchange(level_fault, fault) == fault) return;
    if (!fault) return health.set(level_component, Condition::running);
    const auto code = *fault == LevelFault::silent    ? ErrorCode::sound_silent
                      : *fault == LevelFault::clipped ? ErrorCode::sound_clipped
                                                      : ErrorCode::sound_low;
    health.set(level_component, Condition::degraded, Error(code));
  }

  void take_sound(std::span<const float> stereo, SessionTime time) {
    cutter->add(stereo, time);
    // of a film the sound is as it was made
    if (source->pace() == Pace::live) watch_level(stereo);
    float peak = 0;
    for (const float value : stereo) peak = std::max(peak, std::abs(value));
    const auto now = clock.now();
    std::lock_guard lock(mutex);
    stats.blocks_lost = cutter->lost();
    if (peak >= quiet) loud_at = now;
    if (peak >= quiet || !last_loud_at) last_loud_at = now;
    const float fallen = fallen_peak(now);
    peak_dbfs = std::max(fallen, peak > 0 ? 20 * std::log10(peak) : silence_dbfs);
    peak_at = now;
  }

  float fallen_peak(MonoTime now) const {
    const auto seconds = static_cast<float>(to_ms(now - peak_at)) / 1000;
    return std::max(silence_dbfs, peak_dbfs - 20 * seconds);
  }

  void note_errors() {
    std::lock_guard lock(mutex);
    stats.decode_errors = source->decode_errors();
  }

  std::string shown() const { return setup.source.shown(); }

  const RunnerSetup setup;
  Clock& clock;
  Health& health;
  const SourceSetup source_setup;
  std::vector<std::unique_ptr<media::PicturePool>> pictures;  // one for each Canvas
  media::SamplesPool blocks;
  std::optional<BlockCutter> cutter;

  // the worker's alone
  std::unique_ptr<Source> source;
  DeviceClock device_clock;
  std::optional<MonoTime> anchor;     // where a paced source's zero is
  std::optional<Duration> last_kept;  // source time of the last picture sent
  media::Frame held;                  // the last picture of a paced source
  bool has_run = false;               // what was wanted came, since it was opened
  MonoTime loud_at{};                 // when there was sound last
  bool is_alarmed = false;            // that it is long ago
  SoundLevel level;
  std::optional<LevelFault> level_fault;

  mutable std::mutex mutex;  // guards what follows
  RunnerStats stats;
  std::optional<MonoTime> last_picture_at;
  std::optional<MonoTime> last_loud_at;
  float peak_dbfs = silence_dbfs;
  MonoTime peak_at{};

  Worker worker;  // last: its thread uses all of the above
};

Runner::Runner(RunnerSetup setup, Clock& clock, Health& health)
    : impl_(std::make_unique<Impl>(std::move(setup), clock, health)) {
  impl_->worker = Worker(impl_->setup.thread, health,
                         [impl = impl_.get()](std::stop_token stop) { impl->run(stop); });
}

Runner::~Runner() = default;

RunnerStats Runner::stats() const {
  const auto now = impl_->clock.now();
  const auto& setup = impl_->setup;
  std::vector<PipeCounters> pipes;
  if (setup.pictures != nullptr) pipes.push_back(setup.pictures->counters());
  if (setup.sounds != nullptr) pipes.push_back(setup.sounds->counters());
  std::lock_guard lock(impl_->mutex);
  auto out = impl_->stats;
  out.pipes = std::move(pipes);
  if (impl_->last_picture_at) out.last_frame_age = now - *impl_->last_picture_at;
  if (impl_->last_loud_at) {
    out.silent_for = now - *impl_->last_loud_at;
    out.peak_dbfs = impl_->fallen_peak(now);
  }
  return out;
}

}  // namespace xb::capture

// The threads out-rec and rec-sync. SPDX-License-Identifier: Apache-2.0
#include "output/recorder.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "media/av.h"
#include "output/bitrate.h"
#include "output/fragment_file.h"
#include "output/muxer.h"

namespace xb::output {
namespace {

constexpr Duration low_no_more = std::chrono::minutes(1);  // so much more than the warning's limit
using FilePtr = std::shared_ptr<FragmentFile>;
struct PacketCount {
  std::uint64_t video = 0;
  std::uint64_t audio = 0;
  void add(const media::Packet& packet) { ++(packet.kind == media::Kind::video ? video : audio); }
};

class Mp4Recorder final : public Recorder {
 public:
  Mp4Recorder(RecorderSettings settings, OutputParts parts)
      : settings_(std::move(settings)),
        parts_(std::move(parts)),
        queue_(QueueLimits{WhenFull::stop_taking, Duration{}, settings_.queue_bytes,
                           parts_.video.bits_per_second + parts_.audio.bits_per_second}),
        component_("output." + settings_.name),
        to_sync_("out-" + settings_.thread + " -> " + settings_.thread + "-sync") {
    stats_.name = settings_.name;
    stats_.state = OutputState::connecting;
    sync_worker_ = Worker(settings_.thread + "-sync", parts_.health, [this](std::stop_token stop) {
      while (auto file = to_sync_.take(stop)) {
        if (auto done = (*file)->sync(); !done) report_sync(std::move(done).error());
      }
    });
    writer_ = Worker("out-" + settings_.thread, parts_.health,
                     [this](std::stop_token stop) { run(stop); });
  }
  ~Mp4Recorder() override {
    request_stop();
    join();
  }

  const std::string& name() const override { return stats_.name; }
  PacketQueue& queue() override { return queue_; }
  void request_stop() override { writer_.request_stop(); }
  void join() override {
    writer_.join();
    sync_worker_.request_stop();
    sync_worker_.join();
  }

  OutputStats stats() const override {
    const auto counters = queue_.counters();
    std::lock_guard lock(mutex_);
    auto out = stats_;
    out.dropped = counters.dropped_video + lost_.video;
    out.dropped_audio = counters.dropped_audio + lost_.audio;
    out.queue_ms = counters.queue_ms;
    out.bytes = closed_bytes_ + (file_ ? file_->bytes() : 0);
    out.bitrate_kbps = bitrate_.kbps(parts_.clock.now());
    if (counters.has_overflowed) {  // said here: out-rec may hang in the disk
      out.state = OutputState::reconnecting;
      out.error = Error(ErrorCode::disk_slow);
    }
    return out;
  }

  RecorderStats recorder_stats() const override {
    std::lock_guard lock(mutex_);
    RecorderStats out;
    out.bytes = closed_bytes_ + (file_ ? file_->bytes() : 0);
    out.files = files_;
    out.file = path_;
    out.seconds_left = seconds_left_;
    if (file_ && file_->bytes() > 0) {
      const auto oldest = file_->oldest_unsynced();
      out.sync_age_ms = oldest ? to_ms(parts_.clock.now() - *oldest) : 0;
    }
    return out;
  }

 private:
  void run(const std::stop_token& stop) {
    tell();
    next_check_ = parts_.clock.now();
    while (true) {
      if (auto packet = queue_.pop_for(from_ms(200), stop)) {
        take(**packet);
      } else {
        const auto counters = queue_.counters();
        if (counters.has_overflowed) begin_after_gap();
        if (stop.stop_requested() || counters.is_ended) break;
      }
      if (parts_.clock.now() >= next_check_) each_second();
    }
    end_file();
    // what went wrong last stays to be read; a warning has no meaning any more
    if (!is_waiting_) parts_.health.set(component_, Condition::stopped);
    set_state(OutputState::ended);
  }

  void take(const media::Packet& packet) {
    const bool is_video = packet.kind == media::Kind::video;
    const bool is_key = is_video && packet.is_key;
    const bool is_of_another_encoder = is_video && packet.codec != parts_.video.codec;
    if (muxer_ && (is_of_another_encoder || (is_key && is_long_enough(packet))))
      end_file(packet.dts);
    if (is_of_another_encoder) parts_.video.codec = packet.codec;
    // Only a key frame begins a file, and sound from before it has no place in it.
    if (!muxer_ && (is_waiting_ || !is_key)) return lose(packet);
    if (!muxer_ && !begin_file(time_us(packet))) return lose(packet);
    if (time_us(packet) < start_us_) return lose(packet);
    if (!is_video) return put(packet, packet.duration);
    // libav lets a fragment begin where the last packet before it ends, whatever its own time is: a
    // picture waits until the next one tells how long it really lasts.
    if (held_) put_held(packet.dts - held_->dts);
    if (!muxer_) return lose(packet);
    held_ = packet;
  }

  bool is_long_enough(const media::Packet& packet) const {
    const auto limit = settings_.longest_file.count() / 1000;
    return file_->bytes() >= settings_.largest_file ||
           (limit > 0 && time_us(packet) - start_us_ >= limit);
  }

  void put_held(std::int64_t until_next) {
    const auto now = *std::exchange(held_, std::nullopt);
    const auto shown = now.pts - now.dts + std::max(now.duration, until_next);
    put(now, until_next);
    filled_us_ = std::max(filled_us_, time_us(now) + shown * 100 / 9);
  }

  void put(media::Packet packet, std::int64_t lasts) {
    packet.duration = lasts;
    const auto base = packet.kind == media::Kind::video ? media::video_time_base : sample_rate;
    const auto end = time_us(packet) + lasts * 1'000'000 / base;
    if (end - fragment_start_us_ > settings_.fragment.count() / 1000) {
      if (!end_fragment()) return lose(packet);
      fragment_start_us_ = time_us(packet);
    }
    unwritten_.add(packet);
    if (auto written = muxer_->write(packet, start_us_); !written) fail(written.error());
  }

  void lose(const media::Packet& packet) {
    std::lock_guard lock(mutex_);
    lost_.add(packet);
  }

  bool begin_file(std::int64_t start_us) {
    const auto path = settings_.path_of(next_index_);
    const auto space = settings_.free_in(path.parent_path());
    if (space && *space < settings_.least_free)
      return fail(Error(ErrorCode::disk_full, path.parent_path().string()));
    auto file = FragmentFile::create(path, parts_.clock);
    if (!file) return fail(file.error());
    ++next_index_;
    piece_.clear();
    // Fragments are ended by us at counted times; the index of fragments at the very end lets
    // players of a finished file jump.
    auto muxer =
        Muxer::open("mp4", parts_.video, parts_.audio, Muxer::fragmented_mp4("frag_custom"),
                    [this](std::span<const std::uint8_t> bytes) {
                      piece_.insert(piece_.end(), bytes.begin(), bytes.end());
                    });
    if (!muxer) return fail(muxer.error());
    muxer_ = std::move(*muxer);
    start_us_ = fragment_start_us_ = filled_us_ = kept_us_ = start_us;
    {
      std::lock_guard lock(mutex_);
      file_ = *file;
      path_ = path;
      ++files_;
      stats_.state = OutputState::live;
      stats_.error.reset();
    }
    log_info(component_, "recording to {}", path.string());
    parts_.health.set(component_, Condition::running);
    is_low_ = false;
    tell();
    if (!write_piece()) return false;
    tell_file(std::nullopt);
    return true;
  }

  bool end_fragment() {
    if (auto flushed = muxer_->flush(); !flushed) return fail(flushed.error());
    const auto now = parts_.clock.now();
    if (next_check_ - now < settings_.fragment / 2) next_check_ = now;  // and syncs it at once
    return write_piece();
  }

  bool write_piece() {
    auto written = file_->append(piece_);
    const auto size = piece_.size();
    piece_.clear();
    if (!written) return fail(written.error());
    unwritten_ = {};
    kept_us_ = filled_us_;
    std::lock_guard lock(mutex_);
    bitrate_.add(size, parts_.clock.now());
    return true;
  }

  // The clean end, synced here and now. `next_dts`: of the picture the next file begins with.
  void end_file(std::optional<std::int64_t> next_dts = std::nullopt) {
    if (held_) put_held(next_dts.value_or(held_->dts + held_->duration) - held_->dts);
    if (!muxer_) return;
    auto finished = muxer_->finish();
    if (finished) finished = file_->append(piece_);
    if (finished) {
      unwritten_ = {};
      kept_us_ = filled_us_;
    } else {
      note(finished.error());
    }
    close_file();
  }

  void close_file() {
    if (held_) lose(*std::exchange(held_, std::nullopt));
    muxer_.reset();
    piece_.clear();
    if (!file_) return;
    if (auto synced = file_->sync(); !synced) note(synced.error());
    if (file_->bytes() == 0) {  // nothing fitted: leave no empty file behind, use its name again
      std::error_code error;
      std::filesystem::remove(file_->path(), error);
      --next_index_;
    } else {
      tell_file(kept_us_);
    }
    std::lock_guard lock(mutex_);
    lost_.video += unwritten_.video;
    lost_.audio += unwritten_.audio;
    unwritten_ = {};
    closed_bytes_ += file_->bytes();
    file_.reset();
  }

  // The disk said no: the file ends at its last whole fragment and the recording waits for a better
  // disk, in the next file. False.
  bool fail(const Error& error) {
    if (error.code() == ErrorCode::file_too_large) {
      log_info(component_, "{}", error.log_line());
      close_file();
      parts_.request_key_frame();  // it begins the next file
      return false;
    }
    note(error);
    close_file();
    is_waiting_ = true;
    // Space is looked for each second; a disk that failed otherwise is left alone for longer.
    retry_at_ = parts_.clock.now() + from_ms(error.code() == ErrorCode::disk_full ? 0 : 5000);
    queue_.set_open(false);
    queue_.restart();
    set_state(OutputState::reconnecting);
    return false;
  }

  void note(const Error& error) {
    log_error(component_, "{}", error.log_line());
    parts_.health.set(component_, Condition::failed, error);
    std::lock_guard lock(mutex_);
    stats_.error = error;
  }

  // The queue ran over and what it held is written: what is missing lies between two files.
  void begin_after_gap() {
    end_file();
    note(Error(ErrorCode::disk_slow));
    set_state(OutputState::reconnecting);
    queue_.restart();
    parts_.request_key_frame();
  }

  void set_state(OutputState state) {
    {
      std::lock_guard lock(mutex_);
      stats_.state = state;
    }
    tell();
  }

  void tell() const {
    if (parts_.changed) parts_.changed(stats());
  }

  void tell_file(std::optional<std::int64_t> ends_us) const {
    if (settings_.file_changed)
      settings_.file_changed(
          {file_->path(), start_us_, ends_us, parts_.video.codec->is_as_delivered});
  }

  // How long that much space lasts: what is kept free is for the Ledger and the system.
  std::int64_t seconds_in(std::uint64_t space) const {
    auto bits = parts_.video.bits_per_second + parts_.audio.bits_per_second;
    if (parts_.video.codec->is_as_delivered) {  // nobody said how many those are
      std::lock_guard lock(mutex_);
      bits = std::max(bits, 1000 * bitrate_.kbps(parts_.clock.now()));
    }
    const auto usable = space - std::min(space, settings_.least_free);
    return static_cast<std::int64_t>(usable * 8 / static_cast<std::uint64_t>(bits));
  }

  void each_second() {
    next_check_ = std::max(next_check_ + settings_.sync_every, parts_.clock.now());
    if (auto failed = sync_error(); failed && file_) fail(*failed);
    if (muxer_) to_sync_.put(FilePtr(file_));
    const auto space = settings_.free_in(settings_.path_of(next_index_).parent_path());
    const auto left = space ? seconds_in(*space) : 0;
    if (space) {
      std::lock_guard lock(mutex_);
      seconds_left_ = left;
    }
    if (is_waiting_) {
      if (space && *space >= settings_.resume_free && parts_.clock.now() >= retry_at_) {
        is_waiting_ = false;
        queue_.restart();
        queue_.set_open(true);
        parts_.request_key_frame();
      }
      return;
    }
    if (!space || !muxer_) return;
    if (*space <= settings_.least_free) {
      end_file();
      fail(Error(ErrorCode::disk_full, path_.filename().string()));
    } else if (std::chrono::seconds(left) < settings_.warn_below) {
      parts_.health.set(component_, Condition::degraded,
                        Error(ErrorCode::disk_low, fmt::format("{} min", left / 60)));
      is_low_ = true;
    } else if (is_low_ && std::chrono::seconds(left) > settings_.warn_below + low_no_more) {
      parts_.health.set(component_, Condition::running);
      is_low_ = false;
    }
  }

  void report_sync(Error error) {
    std::lock_guard lock(mutex_);
    sync_error_ = std::move(error);
  }
  std::optional<Error> sync_error() {
    std::lock_guard lock(mutex_);
    return std::exchange(sync_error_, std::nullopt);
  }

  const RecorderSettings settings_;
  OutputParts parts_;  // the video encoder's parameters are those of the present file
  PacketQueue queue_;
  const std::string component_;
  Mailbox<FilePtr> to_sync_;

  // out-rec's own
  std::unique_ptr<Muxer> muxer_;
  std::vector<std::uint8_t> piece_;
  std::int64_t start_us_ = 0;
  std::int64_t fragment_start_us_ = 0;
  std::int64_t filled_us_ = 0;         // end of the last picture given to the muxer
  std::int64_t kept_us_ = 0;           // end of the last picture in the file
  std::optional<media::Packet> held_;  // the newest picture
  int next_index_ = 0;
  bool is_waiting_ = false;
  bool is_low_ = false;  // it was said that the disk is nearly full
  MonoTime next_check_;
  MonoTime retry_at_;
  PacketCount unwritten_;  // of the fragment being filled

  mutable std::mutex mutex_;  // guards everything below
  OutputStats stats_;
  PacketCount lost_;  // taken from the queue and in no file
  FilePtr file_;      // changed by out-rec alone, which reads it without the lock
  std::filesystem::path path_;
  std::uint64_t closed_bytes_ = 0;
  int files_ = 0;
  std::optional<std::int64_t> seconds_left_;
  std::optional<Error> sync_error_;
  BitrateMeter bitrate_;

  Worker sync_worker_;
  Worker writer_;
};

}  // namespace

std::unique_ptr<Recorder> Recorder::start(RecorderSettings settings, OutputParts parts) {
  return std::make_unique<Mp4Recorder>(std::move(settings), std::move(parts));
}

}  // namespace xb::output

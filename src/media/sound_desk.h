// SoundDesk: from the microphone's sound to what is heard. Filters, the steps towards a target
// loudness, music under speech, mute and panic, and the meter.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/pipe.h"
#include "base/result.h"
#include "media/frame.h"
#include "media/sound_filter.h"

namespace xb::media {

using MusicQueue = Queue<Ref<const Samples>>;  // 32, refuse

// Each stage can be left out. Music is in dB below its file.
struct SoundSettings {
  bool has_highpass = true;    // below 80 Hz: wind, steps, hum
  bool has_denoise = true;     // steady noise, by 10 dB
  bool has_gate = true;        // pauses, by 10 dB
  bool has_compressor = true;  // 3:1 above -24 dBFS
  bool has_limiter = true;     // gain towards the target, then nothing above -1.5 dBFS
  double target_lufs = -16;
  double music_db = -12;
  double duck_db = 12;  // further down while somebody speaks
};

struct SoundReadings {
  Loudness loudness;             // of what is heard
  double gain_db = 0;            // what the way to the target has come to
  bool is_processed = false;     // false: the sound goes out as it is
  bool is_ducked = false;        // music, under speech
  std::uint64_t music_late = 0;  // times the music broke off
};

// Its delay is its own affair: a block that goes out has the position of what it sounds like.
//
// Thread: begin, process and flush on one at a time (aenc), never the program's, as they allocate;
// the rest on any.
class SoundDesk {
 public:
  using Sink = std::function<void(const AudioBlock&)>;

  // `music` may be null, and outlives this.
  SoundDesk(const SoundSettings& settings, MusicQueue* music);
  ~SoundDesk();

  // Of a run: opens the filters (some ms) and forgets what was. Errors: media_failed; then, and
  // when a filter fails later, the sound goes through without them, and all the rest works.
  Status begin();
  // `sink` gets blocks of 1024 samples, each up to 60 ms later than it came in. What lies between
  // two blocks is silence. Errors: media_failed, once.
  Status process(const AudioBlock& block, const Sink& sink);
  // The last of the run.
  void flush(const Sink& sink);

  // The microphone, or the source's own sound. Silent within 30 ms of sound; music goes on.
  void mute(bool is_muted) { is_muted_.store(is_muted); }
  bool is_muted() const { return is_muted_.load(); }
  // Everything.
  void panic(bool is_on) { is_panic_.store(is_on); }
  bool is_panic() const { return is_panic_.load(); }
  void play_music(bool is_on) { wants_music_.store(is_on); }
  // Gets what goes out as well, while it is processed; null ends that. Before begin(); outlives
  // this.
  void let_hear(MusicQueue* heard) { heard_.store(heard); }
  bool wants_music() const { return wants_music_.load(); }
  // No music is heard or wanted: who fills the queue may rest.
  bool is_music_over() const { return is_music_over_.load(); }
  SoundReadings readings() const;

 private:
  struct Stages;
  Status take(std::span<const float> in, const Sink& sink);
  Status mix(const Sink& sink);
  void follow_loudness(const std::vector<float>& block);
  void add_music(std::vector<float>& block);
  void put_out(const Sink& sink);
  void go_plain(const Sink& sink);

  const SoundSettings settings_;
  MusicQueue* const music_;
  std::atomic<MusicQueue*> heard_{nullptr};
  std::atomic<bool> is_muted_{false};
  std::atomic<bool> is_panic_{false};
  std::atomic<bool> wants_music_{false};
  std::atomic<bool> is_music_over_{true};

  // the working thread's
  std::unique_ptr<Stages> stages_;  // null: without filters
  SamplesPool blocks_;
  std::vector<float> voice_;  // out of the filters
  std::vector<float> mixed_;  // out of the limiter
  std::vector<float> block_;
  std::optional<std::int64_t> next_in_;
  std::int64_t next_out_ = 0;
  std::int64_t end_ = 0;  // of what has come in
  float voice_gain_ = 1;  // as heard at the end of the last block; so are the two below
  float music_gain_ = 0;
  float out_gain_ = 1;
  double gain_db_ = 0;
  double power_ = 0;         // of speech, smoothed
  int spoken_blocks_ = 0;    // with speech so far
  int quiet_blocks_ = 1000;  // since somebody spoke

  mutable std::mutex mutex_;  // guards readings_
  SoundReadings readings_;
};

// What SoundDesk gives to libavfilter for these settings; empty: no filter.
std::string filters_of(const SoundSettings& settings);

}  // namespace xb::media

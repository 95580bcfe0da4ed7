// Runner: owns the thread of one Source; opens, paces, stamps, reopens it, and fills the pipes to
// the program. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/health.h"
#include "base/pipe.h"
#include "capture/source.h"
#include "media/frame.h"

namespace xb::capture {

// Pictures wait for their sound: MPEG-TS bundles up to 0.35 s of quiet sound into one packet, and
// the pictures of that time are decoded and held meanwhile. Of a burst after a hiccup all come
// within one tick, so the queue has room for half a second of them too.
inline constexpr std::size_t picture_room = 32;

using PictureQueue = Queue<media::Frame>;     // 16, drop_oldest
using SoundQueue = Queue<media::AudioBlock>;  // 64, drop_oldest

inline constexpr std::size_t picture_queue_size = 16;
inline constexpr std::size_t sound_queue_size = 64;

struct RunnerSetup {
  std::string thread = "cap-0";              // `cap-0`, `mic`
  std::string component = "capture.camera";  // its name in Health
  SourceSpec source;
  media::Canvas canvas;
  Rate rate;
  MonoTime session_start;             // where SessionTime is zero
  PictureQueue* pictures = nullptr;   // null: no pictures wanted. Both outlive the Runner.
  SoundQueue* sounds = nullptr;       // null: no sound wanted
  std::filesystem::path assets = {};  // the folder that holds samples/, for `sample:`
  std::function<decltype(make_source)> make = make_source;  // another one in tests
  // Further Canvases: each picture is decoded once and given in all sizes in one Frame.
  std::vector<media::Canvas> further = {};
  // How many pictures those behind the program may keep at a time: those it draws on, and an
  // encoder that takes them as they are.
  std::size_t kept_beyond = 0;
  media::CodedPipe* coded = nullptr;  // as in SourceSetup
};

struct RunnerStats {
  std::uint64_t frames_captured = 0;  // pictures the source gave
  // Of these: no picture was free, the conversion failed, or the program took none from the queue.
  std::uint64_t frames_lost = 0;
  std::uint64_t frames_surplus =
      0;  // of these, passed over since the source is faster than the program
  std::uint64_t decode_errors = 0;
  std::uint64_t blocks_lost = 0;  // sound: no block was free, or the program took none
  std::uint64_t openings = 0;
  std::optional<int> listens_at;           // the port of `listen:`
  std::uint64_t resyncs = 0;               // times its clock had to be set anew
  std::optional<Duration> last_frame_age;  // since the newest picture was taken in
  std::optional<float> peak_dbfs;          // sound level, falls 20 dB a second; -90 is silence
  std::optional<Duration> silent_for;      // below -60 dBFS since
  Duration jitter{};                       // 95th percentile of late arrival, live sources
  bool has_sound = false;
  std::string source;  // as SourceSpec::shown()
  std::string about;
  std::vector<PipeCounters> pipes;  // to the program
};

// Thread: construct, stats() and destroy on any thread; the work is on its own. The destructor
// stops and joins (deadlines inside end on a stop request). A source that fails is opened again
// after 0.5, 1, 2, 2 ... seconds without end; one that ended stays ended. Whoever is to give sound
// also keeps `capture.sound` in Health: degraded after 10 s without any.
class Runner {
 public:
  Runner(RunnerSetup setup, Clock& clock, Health& health);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  RunnerStats stats() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::capture

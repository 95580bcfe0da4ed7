// Program: the heartbeat. One composed Frame per tick, with or without a camera.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "media/frame.h"
#include "overlay/bitmap.h"

namespace xb::capture {
class Sync;
enum class Signal : std::uint8_t;
}  // namespace xb::capture
namespace xb::output {
class Preview;
}
namespace xb::vision {
class FaceFinder;
}

namespace xb::studio {

// What has just become visible: told once for each change of Scene, counter or Show, by the frame
// that first shows it.
struct Aired {
  FrameNumber frame;
  SessionTime time;
  MonoTime at;  // when the frame left the compositor
  std::shared_ptr<const overlay::Bitmaps> bitmaps;
};

struct ProgramPipes {
  capture::Sync& sync;
  Snapshot<overlay::Bitmaps>& bitmaps;
  Queue<media::Frame>& to_video;
  Queue<media::AudioBlock>& to_audio;
  Mailbox<media::Frame>& to_preview;
  const output::Preview& preview;   // asked whether somebody watches
  Mailbox<media::Frame>& to_faces;  // the camera's own picture, before any Layer
  vision::FaceFinder* faces;        // claims each picture; null: nobody looks
  Queue<Aired>& aired;
};

struct ProgramCounters {
  std::uint64_t program =
      0;  // frames composed or repeated: every tick has one but those stood_still
  std::uint64_t missed = 0;       // ticks that came late: they repeat the picture before them
  std::uint64_t stood_still = 0;  // of those missed: more than a second at once, nothing was shown
  std::uint64_t skipped = 0;      // frames the encoder's queue had no room for
  std::uint64_t starved = 0;      // ticks without a free picture to compose into: they repeat too
  std::uint64_t skipped_audio = 0;
  std::uint64_t repeated = 0;  // ticks that showed the source's last picture again
  std::optional<double>
      av_offset_ms;       // sound minus picture as taken from the sources; + is sound late
  double compose_ms = 0;  // mean over the last second
};

// Where a run of encoding begins: the first frame and the position in the sound that belongs to its
// beginning.
struct RunBegin {
  FrameNumber frame;
  SampleCount sample;
};

// Thread: `program` runs inside; the public functions may be called from any other. The thread
// waits for nothing but its tick: it touches no file, no socket and, after the first second, no
// heap.
class Program {
 public:
  // `holding` is shown while the source has no picture. `start` is the zero of SessionTime.
  Program(ProgramPipes pipes, media::Ref<const media::Picture> holding, Rate rate, MonoTime start,
          Clock& clock, Health& health);

  // From the returned frame on, pictures and sound are handed to the encoders; until
  // stop_feeding().
  RunBegin start_feeding();
  void stop_feeding();

  SessionTime now() const;  // SessionTime of this moment
  ProgramCounters counters() const;
  capture::Signal signal() const { return signal_.load(); }  // of the source, in the last frame

 private:
  void run(std::stop_token stop);
  void tick(FrameNumber frame);
  void repeat(FrameNumber frame);
  void sound_until(FrameNumber frame);
  void send(const media::Frame& frame);
  void tell(const media::Frame& frame, const std::shared_ptr<const overlay::Bitmaps>& bitmaps);

  ProgramPipes pipes_;
  const media::Ref<const media::Picture> holding_;
  const Ticker ticker_;
  Clock& clock_;
  media::PicturePool pool_;
  media::SamplesPool sounds_;

  // program thread only
  media::Frame last_;
  SampleCount next_sample_;
  std::uint64_t told_scene_ = UINT64_MAX;
  std::int64_t told_total_ = 0;
  std::int64_t told_gained_ = 0;
  std::uint64_t told_show_ = 0;
  double compose_ns_ = 0;

  std::atomic<std::int64_t> feed_from_{INT64_MAX};  // first frame to feed; INT64_MAX: none
  std::atomic<std::int64_t> next_frame_{0};
  std::atomic<capture::Signal> signal_;
  std::atomic<std::uint64_t> program_{0}, missed_{0}, stood_still_{0}, skipped_{0}, starved_{0},
      skipped_audio_{0};
  std::atomic<std::uint64_t> repeated_{0};
  std::atomic<double> compose_ms_{0};
  std::atomic<double> av_offset_ms_;  // NaN: not measured
  Worker worker_;                     // last: it uses all of the above
};

}  // namespace xb::studio

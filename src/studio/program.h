// Program: the heartbeat. One composed Frame per tick, with or without a camera.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/pipe.h"
#include "base/worker.h"
#include "media/frame.h"
#include "overlay/bitmap.h"
#include "studio/strands.h"

namespace xb::capture {
struct PickedPicture;
class Sync;
enum class Signal : std::uint8_t;
}  // namespace xb::capture
namespace xb::output {
class Onward;
class Preview;
}  // namespace xb::output
namespace xb::vision {
class FaceFinder;
}

namespace xb::studio {

// What has just become visible: told once for each set, by the frame that first shows it; and after
// frames that showed the one before them again.
struct Aired {
  FrameNumber frame;
  SessionTime time;
  MonoTime at;                                      // when the frame left the compositor
  std::shared_ptr<const overlay::Bitmaps> bitmaps;  // of [video]
  std::shared_ptr<const overlay::BitmapSet> set;    // of all Canvases
  std::optional<FrameNumber> repeated_from;  // these up to `frame` repeated the one before them
  bool is_late = false;  // news was refused before: an earlier frame may have been the first
};

// Where one strand's Frames go. A Canvas has one strand with its Layers, that of [video] is the
// first of all; strands without Layers hand on the camera's pictures as they are.
struct StrandPipe {
  Queue<media::Frame>& to_encoder;
  std::size_t canvas = 0;
  Dress dress = Dress::layers;
};

struct ProgramPipes {
  capture::Sync& sync;
  Snapshot<overlay::BitmapSet>& bitmaps;
  std::vector<StrandPipe> strands;  // most_strands at the most
  Queue<media::AudioBlock>& to_audio;
  Mailbox<media::Frame>& to_preview;
  const output::Preview& preview;   // asked whether somebody watches
  Mailbox<media::Frame>& to_faces;  // a camera's own picture, before any Layer
  vision::FaceFinder* faces;        // claims each picture; null: nobody looks
  Queue<Aired>& aired;
  std::size_t looked_at = 0;                 // whose picture `to_faces` gets: Strands::looked_at
  std::vector<output::Onward*> onward = {};  // get each Frame of [video]; they outlive the Program
};

struct ProgramCounters {
  // frames composed or repeated: every tick has one but those stood_still
  std::uint64_t program = 0;
  std::uint64_t missed = 0;       // ticks that came late and repeat the picture before them
  std::uint64_t stood_still = 0;  // of those missed: more than a second at once, nothing was shown
  std::uint64_t skipped = 0;      // frames of [video] its encoder's queue had no room for
  // The same of each strand; of the others also frames there was no free picture for.
  std::array<std::uint64_t, most_strands> skipped_by_strand{};
  std::uint64_t starved = 0;  // ticks without a picture to compose into: they repeat too
  std::uint64_t skipped_audio = 0;
  std::uint64_t repeated = 0;  // ticks that showed the source's last picture again
  std::optional<double>
      av_offset_ms;       // sound minus picture as taken from the sources; + is sound late
  double compose_ms = 0;  // mean over the last second
};

using StrandSet = std::bitset<most_strands>;

// Where a run of encoding begins: the first frame and the position in the sound that belongs to its
// beginning.
struct RunBegin {
  FrameNumber frame;
  SampleCount sample;
};

// How many pictures that were drawn on are on their way behind the program at the most: the
// camera's own, or copies.
std::size_t most_drawn_on(std::size_t onward);

// One tick draws all Canvases from one picked picture and one BitmapSet, so that a frame number
// means the same on each. What one of them has no room for is missing there, never shown late: the
// others go on.
//
// Thread: `program` runs inside; the public functions may be called from any other. The thread
// waits for nothing but its tick: it touches no file, no socket and, after the first second, no
// heap.
class Program {
 public:
  // `holding`: one for each Canvas, shown while the source has no picture. `start` is the zero of
  // SessionTime.
  Program(ProgramPipes pipes, const std::vector<media::Ref<const media::Picture>>& holding,
          Rate rate, MonoTime start, Clock& clock, Health& health);

  // From the returned frame on, pictures and sound are handed to the encoders; until
  // stop_feeding(). Further Canvases are drawn while their strand is `fed`, that of [video] always.
  RunBegin start_feeding(StrandSet fed = StrandSet().set());
  void stop_feeding();

  // From the next frame on no camera is shown, nor any Layers but those of a slate,
  // whatever the painter is at. The clean feed goes on.
  void cover(bool is_covered) { is_covered_.store(is_covered); }

  SessionTime now() const;  // SessionTime of this moment
  ProgramCounters counters() const;
  capture::Signal signal() const { return signal_.load(); }  // of the source, in the last frame

 private:
  struct Lane {
    Lane(StrandPipe its_pipe, media::Ref<const media::Picture> its_holding, std::size_t most_drawn);
    StrandPipe pipe;
    media::Ref<const media::Picture> holding;
    // to draw on where it is not the camera's own; without Layers there is nothing to draw
    std::optional<media::PicturePool> pool;
    bool is_shared = false;  // another strand shows the same Canvas
    media::Frame last;       // program thread only
    std::atomic<std::uint64_t> skipped{0};
  };

  void run(std::stop_token stop);
  void tick(FrameNumber frame);
  media::Ref<media::Picture> ground_of(Lane& lane, capture::PickedPicture& picked,
                                       bool is_covered) const;
  bool draw(Lane& lane, capture::PickedPicture& picked, const overlay::BitmapSet& set,
            FrameNumber frame);
  void draw_further(capture::PickedPicture& picked, const overlay::BitmapSet& set,
                    FrameNumber frame);
  void repeat(FrameNumber frame);
  void sound_until(FrameNumber frame);
  bool is_fed(std::size_t strand) const;
  void send(Lane& lane);
  void send_first();
  void tell(const media::Frame& frame, const std::shared_ptr<const overlay::BitmapSet>& set);

  ProgramPipes pipes_;
  const Ticker ticker_;
  Clock& clock_;
  std::deque<Lane> lanes_;  // as the strands
  media::SamplesPool sounds_;

  // program thread only
  SampleCount next_sample_;
  std::shared_ptr<const overlay::BitmapSet> told_set_;  // only the paint thread frees it
  std::optional<FrameNumber> repeated_from_;            // not told yet
  bool is_news_late_ = false;
  double compose_ns_ = 0;

  std::atomic<std::int64_t> feed_from_{INT64_MAX};  // first frame to feed; INT64_MAX: none
  std::atomic<unsigned long> fed_{0};               // a StrandSet, written before feed_from_
  std::atomic<std::int64_t> next_frame_{0};
  std::atomic<bool> is_covered_{false};
  std::atomic<capture::Signal> signal_;
  std::atomic<std::uint64_t> program_{0}, missed_{0}, stood_still_{0}, starved_{0},
      skipped_audio_{0};
  std::atomic<std::uint64_t> repeated_{0};
  std::atomic<double> compose_ms_{0};
  std::atomic<double> av_offset_ms_;  // NaN: not measured
  Worker worker_;                     // last: it uses all of the above
};

}  // namespace xb::studio

// Sync: picks the picture and the samples that belong to a tick.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "capture/runner.h"
#include "capture/sound_sync.h"
#include "media/frame.h"

namespace xb::capture {

enum class Signal : std::uint8_t {
  none = 1,  // no picture yet
  fresh,
  frozen,  // the last picture is repeated for longer than the source's own rhythm
  lost,    // for so long that the holding slate belongs on air
};

std::string_view name_of(Signal signal);

struct PickedPicture {
  // Null with Signal::none, and where the picture of the pick before is still the right one though
  // it was given away: its successor, which waited, turned out to be none.
  media::Ref<const media::Picture> picture;
  // The same one for the further Canvases.
  std::array<media::Ref<const media::Picture>, media::most_further_canvases> further = {};
  SessionTime time;  // when it was taken
  Duration age{};    // how much older it is than it should be
  Signal signal = Signal::none;
  bool is_new = false;      // not the one of the pick before
  std::uint64_t coded = 0;  // as in Frame
  media::Ref<const media::Picture>& on(std::size_t canvas) {
    return canvas == 0 ? picture : further[canvas - 1];
  }
};

struct SyncStats {
  std::uint64_t repeated = 0;     // ticks that showed the same picture again
  std::uint64_t passed_over = 0;  // pictures that no tick showed
  SoundSyncStats sound;
  std::optional<double> av_offset_ms;  // sound minus picture as picked; + is sound late
};

// Thread: program. Never waits, never touches the heap. Output times only go forward, whatever the
// sources' clocks do. A picture that comes again with a later time is the same one still: a source
// that is well but has nothing new says so.
class Sync {
 public:
  // `pictures` and `sounds` may be null. Both outlive it.
  Sync(Rate rate, PictureQueue* pictures, SoundQueue* sounds);

  // How far behind the sources the program runs, for picture and sound alike. The sound of a tick
  // is asked for up to one tick and one block ahead of it (33 + 21 ms at 30 fps); the rest, 46 ms,
  // is room for late pieces and a busy machine.
  Duration latency() const { return latency_; }
  // For tick times that rise. The picture nearest to tick - latency(). Once a picture waits that
  // the next tick will take, no reference is kept to this one: whoever has the only one may draw on
  // it.
  PickedPicture pick(SessionTime tick);
  // Always fills `out`: with the 1024 samples at `first`, silence where there are none.
  void pick_audio(SampleCount first, media::Samples& out);
  // For thread program as well; copy it where others read.
  SyncStats stats() const;

 private:
  void take_in();
  void add(media::Frame frame);
  std::size_t choose(SessionTime wanted) const;

  static constexpr std::size_t most_waiting = picture_room;
  const Duration period_;
  const Duration latency_;
  PictureQueue* const pictures_;
  SoundSync sound_;
  std::array<media::Frame, most_waiting> waiting_;  // oldest first, newer than shown_
  std::size_t count_ = 0;
  media::Frame shown_;
  bool has_shown_ = false;
  SessionTime alive_{};  // when the newest picture was said to be still the right one
  Duration rhythm_;      // smoothed distance of the source's pictures
  std::optional<double> picture_late_ms_;
  std::uint64_t repeated_ = 0;
  std::uint64_t passed_over_ = 0;
};

}  // namespace xb::capture

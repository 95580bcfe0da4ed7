// FilmSound: the sound of parts that follow each other, cut to the sample where their pictures are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "app/render_target.h"
#include "base/time.h"
#include "media/frame.h"

namespace xb::capture {
class OfflineSource;
}

namespace xb::app {

// Thread: one at a time.
class FilmSound {
 public:
  explicit FilmSound(Rate rate);
  // What comes belongs to a part of its own: its sound begins with its first frame.
  void begin_part();
  // The sound of one more frame of the part, from its source; whole blocks go to the target.
  Status frame(capture::OfflineSource& source, RenderTarget& target);
  // What is left, filled up with silence.
  Status finish(RenderTarget& target);

 private:
  Status give(RenderTarget& target);

  const Rate rate_;
  media::SamplesPool pool_;
  std::int64_t frames_ = 0;     // of the part
  std::vector<float> ahead_;    // of the part, not due yet
  std::vector<float> waiting_;  // due, less than a block
  std::int64_t samples_ = 0;    // of the part, taken over to `waiting_`
  SampleCount given_;
};

}  // namespace xb::app

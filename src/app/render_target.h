// RenderTarget: where composed frames and blocks go, and the line that tells how far it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "media/frame.h"
#include "output/encoder.h"

namespace xb::app {

// Encoder look-back plus the picture in hand.
inline constexpr std::size_t render_pool_size = 8;

// Thread: one at a time.
class RenderTarget {
 public:
  virtual ~RenderTarget() = default;
  virtual Status frame(const media::Frame& frame) = 0;
  virtual Status block(const media::AudioBlock& block) = 0;
  virtual Status finish() = 0;
};

// `path` is written beside and gets its name once it is whole; `null:` takes everything and keeps
// nothing. `settings` are those of a file. Errors: file_unwritable, encoder_failed, media_failed.
Result<std::unique_ptr<RenderTarget>> open_target(output::EncoderSettings settings,
                                                  const std::string& path);

// Whether `path` may be the name of what open_target() writes: a film that is called .avi and is an
// MP4 is opened by no player. Without an ending it may be anything.
bool is_film_name(const std::string& path);

// One line that is written over, for people at a terminal only.
class Progress {
 public:
  Progress(Clock& clock, Rate rate);
  void at(FrameNumber frame);
  void end(FrameNumber frame);

 private:
  Clock& clock_;
  const Rate rate_;
  const bool is_shown_;
  MonoTime next_;
};

bool is_same_file(const std::string& a, const std::string& b);

}  // namespace xb::app

// From whatever was decoded to what the program draws on: I420 BT.709 limited Pictures of the
// Canvas, and stereo float sound at 48 kHz. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "media/frame.h"

struct AVFrame;

namespace xb::media {

enum class Fit : std::uint8_t { cover = 1, contain, crop };

// The part of the upright source picture that is shown with Fit::crop, in parts of its size (0..1).
// It covers the Canvas.
struct CropPart {
  double x = 0;
  double y = 0;
  double width = 1;
  double height = 1;
};

struct Placement {
  Fit fit = Fit::cover;
  CropPart part;
};

// One size and how a Source is placed in it.
struct Canvas {
  int width = 1280;  // even, 2..8192
  int height = 720;
  Placement placement;
};

// Thread: one at a time. Buffers are kept between calls and made again when the source's form
// changes.
class PictureConverter {
 public:
  explicit PictureConverter(const Canvas& canvas);
  ~PictureConverter();
  PictureConverter(PictureConverter&&) noexcept;
  // Fills all of `into` (of the Canvas size). `turn` is degrees clockwise to upright. Matrix, range
  // and sample aspect come from the frame; an unspecified matrix is 601 below 720 lines, else 709.
  Status convert(const AVFrame& frame, int turn, Picture& into);
  // Whether a picture like it (only size and form are looked at) lies on the Canvas dot by dot, so
  // that it can be given some rows at a time; and those that begin at `y`, both even.
  bool takes_rows(const AVFrame& about, int turn) const;
  void convert_rows(const AVFrame& rows, int y, Picture& into) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Thread: one at a time. Any sample form becomes interleaved stereo float at 48 kHz; mono goes to
// both sides at its own level.
class SoundConverter {
 public:
  SoundConverter();
  ~SoundConverter();
  SoundConverter(SoundConverter&&) noexcept;
  // Appends to `out` (2 values a sample). Returns by how much earlier than the frame's own time the
  // first appended sample is (what the resampler held back).
  Result<Duration> convert(const AVFrame& frame, std::vector<float>& out);
  // Forgets what is held back.
  void reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::media

// SampleScene: the built-in village at dusk, drawn for one canvas at any time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "capture/sample_sprite.h"
#include "media/frame.h"

namespace xb::capture {

enum class SampleMotion : std::uint8_t {
  still = 1,  // part of the ground picture, blended once
  drift,
  glow,
  sway,  // the host
  blink,
  talk,
  fold,  // the hands
  steam,
  swing,  // lanterns
};

// Thread: one at a time. draw() touches neither heap nor file; the same time gives the same bytes.
class SampleScene {
 public:
  // Reads the drawings in `folder` and scales them once; wide canvases and tall ones have their own
  // arrangement, which covers the canvas. Errors: as media::read_still.
  static Result<std::unique_ptr<SampleScene>> load(const std::filesystem::path& folder, int width,
                                                   int height);
  void draw(Duration time, media::Picture& into) const;

 private:
  struct Moving {
    std::shared_ptr<const Sprite> sprite;
    SampleMotion motion;
    double x;  // top left corner, pixels of the canvas
    double y;
    int order;  // among those of its motion
  };
  SampleScene(int width, int height) : ground_(width, height) {}
  void draw_part(const Moving& part, double seconds, media::Picture& into) const;

  media::Picture ground_;
  std::vector<Moving> moving_;
  double scale_ = 1;     // pixels of the canvas for one of the arrangement
  double width_ = 1920;  // of the arrangement
  int table_ = 0;        // first row of the table: the host is behind it
};

}  // namespace xb::capture

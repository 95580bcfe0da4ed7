// Sprite: a drawing ready to be blended into an I420 Picture at a fraction of a pixel.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "media/frame.h"
#include "media/still.h"

namespace xb::capture {

// Where a Sprite goes: its top left corner in 1/16 of a pixel, any place, also outside.
struct SpritePlace {
  std::int32_t x16 = 0;
  std::int32_t y16 = 0;
  int opacity = 256;    // 0..256
  int below = 1 << 20;  // rows from here on stay as they are
};

// Thread: one at a time; blend() does not touch the heap.
class Sprite {
 public:
  explicit Sprite(const media::Still& still);
  void blend(media::Picture& into, const SpritePlace& place) const;

 private:
  // One plane premultiplied, with its alpha, and a transparent border of one pixel.
  struct Plane {
    int width = 0;  // with the border
    int height = 0;
    std::vector<std::uint8_t> value;
    std::vector<std::uint8_t> alpha;
    std::vector<std::pair<int, int>> spans;  // of each row: first and one past the last seen pixel
    Plane(int inner_width, int inner_height);
    void find_spans();
    std::size_t at(int x, int y) const {
      return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
             static_cast<std::size_t>(x);
    }
  };
  static void blend_plane(const Plane& plane, std::uint8_t* to, int stride, int width, int height,
                          const SpritePlace& place);

  std::vector<Plane> planes_;  // Y, U, V
};

}  // namespace xb::capture

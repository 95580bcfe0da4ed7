// Artist: paints the Layers of a Scene, each only when what it shows has changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "overlay/bitmap.h"
#include "overlay/scene.h"
#include "overlay/values.h"

namespace xb::overlay {

class PictureShelf;

struct CanvasSize {
  int width = 1280;
  int height = 720;
};

// The boxes a product card may fill; without a second place it stays where it is.
struct CardPlaces {
  Box first;
  std::optional<Box> second;
};

// Thread: one at a time (the paint thread, or render's own). Same inputs give the same bytes.
class Artist {
 public:
  // `assets` is the folder with themes/; errors: theme_invalid, font_missing.
  static Result<std::unique_ptr<Artist>> make(CanvasSize canvas, const std::string& theme,
                                              const std::string& assets);
  // In an attire made elsewhere, with pictures that another thread may keep ready.
  static Result<std::unique_ptr<Artist>> make(CanvasSize canvas, const Attire& attire,
                                              const std::string& assets,
                                              std::shared_ptr<PictureShelf> pictures);
  virtual ~Artist() = default;
  // What the Canvas shows at `now`. Returns the former pointer when nothing changed; `next_change`
  // tells when time alone will change the picture (a chat line leaves, the recording timer moves).
  // The attire of `values`, if there is one, is put on first and kept.
  virtual std::shared_ptr<const Bitmaps> paint(const Scene& scene, const LiveValues& values,
                                               SessionTime now) = 0;
  // The theme's landscape without a word, covering the Canvas: the ground while there is no camera
  // picture. Painted at each call.
  virtual PlacedLayer landscape() = 0;
  // Where a product card may stand, at its tallest: what must not lie over a face.
  virtual CardPlaces card_places() const = 0;
  virtual SessionTime next_change() const = 0;
  virtual std::uint64_t repaints() const = 0;  // layers painted so far
};

}  // namespace xb::overlay

// Strands: which pictures of an evening are drawn, and which are encoded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/frame.h"
#include "media/sound_desk.h"
#include "output/encoder.h"
#include "studio/plan.h"

namespace xb::studio {

// The Canvas of [video], the further ones, and the clean feed.
inline constexpr std::size_t most_strands = media::most_canvases + 1;

enum class Dress : std::uint8_t { layers = 1, none };

// A Canvas that somebody sees this evening.
struct WantedCanvas {
  std::string name;
  VideoShow video;  // as if it were the only one
};

// One stream of pictures with an encoder of its own.
struct Strand {
  std::string name;        // of its Canvas, or clean_feed
  std::size_t canvas = 0;  // whose picture, as in Strands::canvases
  Dress dress = Dress::layers;
};

struct Strands {
  std::vector<WantedCanvas> canvases;   // [video] first: the preview and the page show it
  std::vector<Strand> all;              // one for each Canvas, in their order, then the clean feed
  std::optional<std::size_t> recorded;  // the one that is recorded; nothing: none is
  std::optional<std::size_t> clean;
  // The Canvas on which faces are looked for and QR codes read back. Only wide ones have codes and
  // a second place for the card: the first of them, or [video] where all are tall.
  std::size_t looked_at = 0;
  // Of a Canvas by its name; it must be wanted.
  std::size_t of(std::string_view canvas) const;
  const VideoShow& video_of(const Strand& strand) const { return canvases[strand.canvas].video; }
};

// A further Canvas of the Show that nothing of this Plan uses is not among them, and costs nothing.
Strands strands_of(const Plan& plan);

// What the Plan pushes to, in its order; they are the Show's own.
std::vector<const PublishShow*> pushes_of(const Plan& plan);

// [video] with the size, bitrate and placement of a further Canvas.
VideoShow video_of(const VideoShow& video, const CanvasShow& canvas);

media::SoundSettings sound_settings(const Show& show);

output::EncoderSettings encoder_settings(const VideoShow& video);
// As encoder_settings(), for pictures that will be encoded once more and must not take the
// processor from what is on air.
output::EncoderSettings clean_settings(const VideoShow& video);

}  // namespace xb::studio

// A mark is what the PNG covers; its colour is only looked at to refuse a photo.
// SPDX-License-Identifier: Apache-2.0
#include "overlay/mark.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "overlay/picture.h"

namespace xb::overlay {
namespace {

constexpr int kept_side = 512;  // the largest on a 4K canvas has 350 pixels
constexpr int least_side = 64;
constexpr std::uint8_t solid = 200;       // from here on a pixel's own colour counts
constexpr std::uint8_t nothing = 16;      // below it is ground
constexpr int most_difference = 64;       // of one channel; the noise of a saved picture is less
constexpr std::size_t ground_parts = 20;  // a twentieth at least is ground,
constexpr std::size_t ink_parts = 200;    // a two-hundredth ink

Error refusal(std::string zh, std::string en) {
  return {ErrorCode::picture_invalid, std::move(zh), std::move(en)};
}

Status check_file(const std::string& path) {
  XB_TRY_ASSIGN(const auto bytes, read_file(path, most_picture_bytes));
  const auto begin = bytes.substr(0, 1024);
  if (begin.find("<svg") != std::string::npos || begin.starts_with("<?xml"))
    return refusal("村标不能是 SVG：在画图程序里另存为 PNG，边长 512，底透明",
                   "a mark cannot be an SVG: save it as a PNG of 512 pixels with a transparent "
                   "ground");
  if (!bytes.starts_with("\x89PNG"))
    return refusal("村标要是 PNG，底透明", "a mark must be a PNG with a transparent ground");
  XB_TRY_ASSIGN(const auto size, check_picture(bytes));
  const auto found = std::to_string(size.width) + "x" + std::to_string(size.height);
  if (size.width != size.height)
    return refusal("村标要是正方形，这张是 " + found, "a mark must be square, this is " + found);
  if (size.width < least_side)
    return refusal("村标太小，边长至少 64，这张是 " + found,
                   "a mark must be at least 64x64, this is " + found);
  return ok();
}

// The colours of the solid pixels lie close together.
bool is_of_one_colour(const Pixels& pixels) {
  std::array<int, 3> least{255, 255, 255};
  std::array<int, 3> most{0, 0, 0};
  for (std::size_t at = 0; at < pixels.argb.size(); at += 4) {
    const int alpha = pixels.argb[at + 3];
    if (alpha < solid) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      const int value = std::min(255, pixels.argb[at + c] * 255 / alpha);
      least[c] = std::min(least[c], value);
      most[c] = std::max(most[c], value);
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    if (most[c] - least[c] > most_difference) return false;
  }
  return true;
}

}  // namespace

Result<Mark> load_mark(const std::string& path) {
  XB_TRY(check_file(path));
  XB_TRY_ASSIGN(const auto pixels, load_picture(path, kept_side, kept_side));
  Mark mark;
  mark.side = kept_side;
  std::size_t ground = 0;
  std::size_t ink = 0;
  for (std::size_t at = 3; at < pixels.argb.size(); at += 4) {
    const auto alpha = pixels.argb[at];
    mark.cover.push_back(alpha);
    ground += alpha < nothing ? 1 : 0;
    ink += alpha >= solid ? 1 : 0;
  }
  if (ground < mark.cover.size() / ground_parts)
    return refusal("村标的底要透明，这张没有透明的地方",
                   "the ground of a mark must be transparent, this one has none");
  if (ink < mark.cover.size() / ink_parts)
    return refusal("这张村标几乎全是透明的，什么也看不到",
                   "this mark is transparent almost everywhere: nothing is to be seen");
  if (!is_of_one_colour(pixels))
    return refusal("村标只能用一种颜色，这张有好几种",
                   "a mark has one colour, this one has several");
  return mark;
}

}  // namespace xb::overlay

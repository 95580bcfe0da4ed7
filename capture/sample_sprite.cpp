// Premultiplied planes and their blending.
// SPDX-License-Identifier: Apache-2.0
#include "capture/sample_sprite.h"

#include <algorithm>
#include <array>

namespace xb::capture {
namespace {

// BT.709, limited range, in 1/65536: Y, U, V from R, G, B.
constexpr std::array<std::array<int, 3>, 3> matrix{
    {{11'966, 40'254, 4'064}, {-6'596, -22'189, 28'784}, {28'784, -26'145, -2'639}}};
constexpr std::array<int, 3> zero{16, 128, 128};

// Of premultiplied colour sums over `count` pixels; the zero point is weighted by alpha too.
std::uint8_t component(std::size_t plane, const std::array<int, 4>& sum, int count) {
  const auto& row = matrix[plane];
  const auto colour =
      row[0] * (sum[0] / count) + row[1] * (sum[1] / count) + row[2] * (sum[2] / count);
  const auto value = (colour + 32'768) / 65'536 + (zero[plane] * (sum[3] / count) + 127) / 255;
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

std::array<int, 4> sum_of(const media::Still& still, int x, int y, int size, int& count) {
  std::array<int, 4> sum{};
  count = size * size;
  for (int j = y; j < y + size; ++j) {
    for (int i = x; i < x + size; ++i) {
      if (i >= still.width || j >= still.height) continue;  // beyond the edge: transparent
      const auto at = (static_cast<std::size_t>(j) * static_cast<std::size_t>(still.width) +
                       static_cast<std::size_t>(i)) *
                      4;
      for (std::size_t c = 0; c < 4; ++c) sum[c] += still.rgba[at + c];
    }
  }
  return sum;
}

using Weights = std::array<std::uint16_t, 4>;  // upper left, upper right, lower left, lower right

struct Rows {
  const std::uint8_t* upper;
  const std::uint8_t* lower;
  const std::uint8_t* upper_alpha;
  const std::uint8_t* lower_alpha;
};

std::uint16_t mixed(const std::uint8_t* upper, const std::uint8_t* lower, int i, const Weights& w) {
  return static_cast<std::uint16_t>(
      static_cast<std::uint16_t>(upper[i] * w[0] + upper[i + 1] * w[1] + lower[i] * w[2] +
                                 lower[i + 1] * w[3] + 128) >>
      8U);
}

// Everything fits 16 bits, so that the compiler takes eight pixels at once (built with -O3).
void blend_row(const Rows& rows, std::uint8_t* __restrict out, int count, const Weights weights,
               const std::uint16_t opacity) {
  const auto [upper, lower, upper_alpha, lower_alpha] = rows;
  for (int i = 0; i < count; ++i) {
    const auto alpha =
        static_cast<std::uint16_t>(mixed(upper_alpha, lower_alpha, i, weights) * opacity) >> 8U;
    const auto value = static_cast<std::uint16_t>(mixed(upper, lower, i, weights) * opacity) >> 8U;
    const auto kept = static_cast<std::uint16_t>(out[i] * (255 - alpha) + 128);
    const auto rest = static_cast<std::uint16_t>(kept + (kept >> 8U)) >> 8U;
    out[i] = static_cast<std::uint8_t>(std::min(255, value + rest));
  }
}

}  // namespace

Sprite::Plane::Plane(int inner_width, int inner_height)
    : width(inner_width + 2),
      height(inner_height + 2),
      value(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)),
      alpha(value.size()),
      spans(static_cast<std::size_t>(height)) {
}

void Sprite::Plane::find_spans() {
  for (int y = 0; y < height; ++y) {
    int first = width;
    int last = 0;
    for (int x = 0; x < width; ++x) {
      if (alpha[at(x, y)] == 0) continue;
      first = std::min(first, x);
      last = x + 1;
    }
    spans[static_cast<std::size_t>(y)] = {first, last};
  }
}

Sprite::Sprite(const media::Still& still) {
  planes_.reserve(3);
  for (std::size_t p = 0; p < 3; ++p) {
    const int size = p == 0 ? 1 : 2;
    auto& plane =
        planes_.emplace_back((still.width + size - 1) / size, (still.height + size - 1) / size);
    for (int y = 0; y < plane.height - 2; ++y) {
      for (int x = 0; x < plane.width - 2; ++x) {
        int count = 1;
        const auto sum = sum_of(still, x * size, y * size, size, count);
        plane.value[plane.at(x + 1, y + 1)] = component(p, sum, count);
        plane.alpha[plane.at(x + 1, y + 1)] = static_cast<std::uint8_t>(sum[3] / count);
      }
    }
    plane.find_spans();
  }
}

void Sprite::blend(media::Picture& into, const SpritePlace& place) const {
  const auto half = [](std::int32_t v) { return v >= 0 ? v / 2 : -((1 - v) / 2); };
  for (int p = 0; p < 3; ++p) {
    const SpritePlace here =
        p == 0 ? place
               : SpritePlace{half(place.x16), half(place.y16), place.opacity, place.below / 2};
    blend_plane(planes_[static_cast<std::size_t>(p)], into.plane(p), into.stride(p),
                p == 0 ? into.width() : into.width() / 2,
                p == 0 ? into.height() : into.height() / 2, here);
  }
}

void Sprite::blend_plane(const Plane& plane, std::uint8_t* to, int stride, int width, int height,
                         const SpritePlace& place) {
  // Pixel (column, row) of the picture mixes the four border-padded sprite pixels from
  // (column - x0, row - y0) on; fx and fy are how far the sprite is pushed right and down.
  const int x0 = place.x16 >> 4;
  const int y0 = place.y16 >> 4;
  const unsigned fx = static_cast<unsigned>(place.x16) & 15U;
  const unsigned fy = static_cast<unsigned>(place.y16) & 15U;
  const auto weight = [](unsigned x, unsigned y) { return static_cast<std::uint16_t>(x * y); };
  const Weights weights{weight(fx, fy), weight(16 - fx, fy), weight(fx, 16 - fy),
                        weight(16 - fx, 16 - fy)};
  const auto opacity = static_cast<std::uint16_t>(place.opacity);
  const int last_row = std::min({height, place.below, y0 + plane.height - 1});
  for (int row = std::max(0, y0); row < last_row; ++row) {
    const int sy = row - y0;
    const auto& upper = plane.spans[static_cast<std::size_t>(sy)];
    const auto& lower = plane.spans[static_cast<std::size_t>(sy) + 1];
    const int first = std::max({0, x0, x0 + std::min(upper.first, lower.first) - 1});
    const int last =
        std::min({width, x0 + std::max(upper.second, lower.second), x0 + plane.width - 1});
    if (first >= last) continue;
    const auto a = plane.at(first - x0, sy);
    const auto b = a + static_cast<std::size_t>(plane.width);
    blend_row({&plane.value[a], &plane.value[b], &plane.alpha[a], &plane.alpha[b]},
              to + static_cast<std::ptrdiff_t>(row) * stride + first, last - first, weights,
              opacity);
  }
}

}  // namespace xb::capture

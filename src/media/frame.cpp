// Picture memory: one aligned block for three planes.
// SPDX-License-Identifier: Apache-2.0
#include "media/frame.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "base/result.h"

namespace xb::media {
namespace {

constexpr int alignment = 64;

constexpr int aligned(int bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace

void Picture::Free::operator()(std::uint8_t* bytes) const {
  std::free(bytes);
}

Picture::Picture(int width, int height)
    : width_(width),
      height_(height),
      luma_stride_(aligned(width)),
      chroma_stride_(aligned(width / 2)) {
  XB_CHECK(width >= 2 && width <= 8192 && width % 2 == 0);
  XB_CHECK(height >= 2 && height <= 8192 && height % 2 == 0);
  const auto luma = static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(height);
  const auto chroma =
      static_cast<std::size_t>(chroma_stride_) * static_cast<std::size_t>(height / 2);
  bytes_.reset(static_cast<std::uint8_t*>(std::aligned_alloc(alignment, luma + 2 * chroma)));
  if (!bytes_) throw std::bad_alloc();
  planes_ = {bytes_.get(), bytes_.get() + luma, bytes_.get() + luma + chroma};
}

void Picture::fill(std::uint8_t y, std::uint8_t u, std::uint8_t v) {
  const auto luma = static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(height_);
  const auto chroma =
      static_cast<std::size_t>(chroma_stride_) * static_cast<std::size_t>(height_ / 2);
  std::memset(planes_[0], y, luma);
  std::memset(planes_[1], u, chroma);
  std::memset(planes_[2], v, chroma);
}

void Picture::copy_from(const Picture& other) {
  XB_CHECK(other.width_ == width_ && other.height_ == height_);
  const auto luma = static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(height_);
  const auto chroma =
      static_cast<std::size_t>(chroma_stride_) * static_cast<std::size_t>(height_ / 2);
  std::memcpy(bytes_.get(), other.bytes_.get(), luma + 2 * chroma);
}

}  // namespace xb::media

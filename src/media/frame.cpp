// Picture memory: one aligned block for three planes.
// SPDX-License-Identifier: Apache-2.0
#include "media/frame.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "base/result.h"

namespace xb::media {
namespace {

constexpr int alignment = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;

constexpr int aligned(int bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

// Rows of a box lie in as many small pages as it has rows, and to look all those up costs blending
// a tenth of its time: a picture that fills most of a huge page lies in such pages.
std::uint8_t* picture_memory(std::size_t bytes, Pages pages) {
  const bool is_huge = pages == Pages::huge && bytes > huge_page / 2;
  const std::size_t page = is_huge ? huge_page : std::size_t{alignment};
  const std::size_t whole = (bytes + page - 1) / page * page;
  void* memory = std::aligned_alloc(page, whole);
  if (memory == nullptr) throw std::bad_alloc();
  if (is_huge) madvise(memory, whole, MADV_HUGEPAGE);  // a wish: small ones do as well
  return static_cast<std::uint8_t*>(memory);
}

}  // namespace

void Picture::Free::operator()(std::uint8_t* bytes) const {
  std::free(bytes);
}

Picture::Picture(int width, int height, Pages pages)
    : width_(width),
      height_(height),
      luma_stride_(aligned(width)),
      chroma_stride_(aligned(width / 2)) {
  XB_CHECK(width >= 2 && width <= 8192 && width % 2 == 0);
  XB_CHECK(height >= 2 && height <= 8192 && height % 2 == 0);
  const auto luma = static_cast<std::size_t>(luma_stride_) * static_cast<std::size_t>(height);
  const auto chroma =
      static_cast<std::size_t>(chroma_stride_) * static_cast<std::size_t>(height / 2);
  bytes_.reset(picture_memory(luma + 2 * chroma, pages));
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

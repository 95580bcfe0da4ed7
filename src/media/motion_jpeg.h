// MotionJpeg: the pictures of a camera that gives JPEG, by libjpeg.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

struct AVCodecParameters;
struct AVFrame;
struct AVPacket;

namespace xb::media {

// Decodes what cameras give (baseline, three components, 4:2:0, 4:2:2 or 4:4:4, at the size of the
// stream) in half the time libavcodec takes, to the same picture within two steps. All else is left
// to libavcodec, damaged pictures too: how those are shown is decided in one place.
//
// Thread: one at a time. The memory for pictures is taken for the first and kept.
class MotionJpeg {
 public:
  // Some rows of a picture, as a frame of their own, and where they begin: an even number of them,
  // from the top down, while they are still in the processor's cache.
  using Rows = std::function<void(const AVFrame& rows, int y)>;

  // Null for a stream that is no MJPEG, or of unknown size.
  static std::unique_ptr<MotionJpeg> make(const AVCodecParameters& stream);
  ~MotionJpeg();
  // What the packet's picture will be (size, full range, BT.601, times), without its planes; valid
  // until the next call. Null: it is for libavcodec; after many in a row all of them are.
  const AVFrame* open(const AVPacket& packet);
  // One of these, once, while the packet that was opened is there. False, null: it is damaged, so
  // it is for libavcodec, whatever rows were given.
  bool read_rows(const Rows& take);
  const AVFrame* read();  // valid until the next open()

 private:
  struct Impl;
  explicit MotionJpeg(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::media

// MotionJpeg: the pictures of a camera that gives JPEG, by libjpeg.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

struct AVCodecParameters;
struct AVFrame;
struct AVPacket;

namespace xb::media {

// Decodes what cameras give (baseline, three components, 4:2:0, 4:2:2 or 4:4:4, at the size of the
// stream) in half the time libavcodec takes, to the same picture within a step. All else is left to
// libavcodec, damaged pictures too: how they are shown is decided in one place.
//
// Thread: one at a time. Memory is taken for the first picture and kept.
class MotionJpeg {
 public:
  // Null for a stream that is no MJPEG, or of unknown size.
  static std::unique_ptr<MotionJpeg> make(const AVCodecParameters& stream);
  ~MotionJpeg();
  // True: picture() is the packet's, with its times. False: it is for libavcodec, and nothing was
  // changed but what picture() shows. After many in a row it no longer tries.
  bool decode(const AVPacket& packet);
  // Full range, BT.601; valid until the next decode().
  const AVFrame& picture() const;

 private:
  struct Impl;
  explicit MotionJpeg(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xb::media

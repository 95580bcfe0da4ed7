// Frame, AudioBlock, Packet: what flows through the live graph, and the pools it comes from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "media/pool.h"

struct AVPacket;

namespace xb::media {

// Of memory. What is drawn on in boxes lies in huge pages; what is mostly read and written from end
// to end needs none, and they are larger than it.
enum class Pages : std::uint8_t { huge = 1, small };

// An I420 picture, BT.709, limited range, even width and height, planes 64-byte aligned with
// 64-byte strides.
class Picture {
 public:
  Picture(int width, int height, Pages pages = Pages::huge);  // both even, 2..8192
  Picture(Picture&&) = default;
  Picture& operator=(Picture&&) = default;
  int width() const { return width_; }
  int height() const { return height_; }
  // Plane 0 is Y, 1 is U, 2 is V; the chroma planes have half the width and height.
  std::uint8_t* plane(int index) { return planes_[static_cast<std::size_t>(index)]; }
  const std::uint8_t* plane(int index) const { return planes_[static_cast<std::size_t>(index)]; }
  int stride(int index) const { return index == 0 ? luma_stride_ : chroma_stride_; }
  void fill(std::uint8_t y, std::uint8_t u, std::uint8_t v);
  void copy_from(const Picture& other);  // same size

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const;
  };
  int width_;
  int height_;
  int luma_stride_;
  int chroma_stride_;
  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::array<std::uint8_t*, 3> planes_{};
};

using PicturePool = Pool<Picture>;

// A Source's picture may be wanted in this many sizes beside the first. Each costs a conversion a
// picture, and each drawn one an encoder: a village laptop has room for one.
inline constexpr std::size_t most_further_canvases = 1;
inline constexpr std::size_t most_canvases = 1 + most_further_canvases;

// One picture and when it was taken (or is due, once the program has drawn it).
struct Frame {
  Ref<const Picture> picture;
  SessionTime time;
  FrameNumber number;  // set by the program
  // The same moment as the further Canvases show it, each from the whole of what was decoded; null
  // where none is wanted.
  std::array<Ref<const Picture>, most_further_canvases> further = {};
  // The CodedPicture (media/coded.h) it was decoded from; 0: none that was handed on.
  std::uint64_t coded = 0;
  const Ref<const Picture>& on(std::size_t canvas) const {
    return canvas == 0 ? picture : further[canvas - 1];
  }
};

// 1024 stereo samples, interleaved float in [-1, 1], at 48 kHz.
struct Samples {
  static constexpr int count = 1024;
  static constexpr int channels = 2;
  std::array<float, static_cast<std::size_t>(count) * channels> values{};
};
using SamplesPool = Pool<Samples>;

struct AudioBlock {
  Ref<const Samples> samples;
  SessionTime time;   // of the first sample
  SampleCount first;  // set by the program: the position in the program's sound
  bool is_after_gap = false;
};

enum class Kind : std::uint8_t { video = 1, audio };

// One encoded packet, immutable and shared by all Outputs. pts and dts count in units of 1/90000 s
// (video) or 1/48000 s (audio) from the first packet of the encoder's run.
struct Packet {
  Kind kind = Kind::video;
  bool is_key = false;
  std::int64_t pts = 0;
  std::int64_t dts = 0;
  std::int64_t duration = 0;
  std::shared_ptr<const AVPacket> data;  // payload only; its own timestamps mean nothing
  std::size_t bytes = 0;
  // What its encoder was set to; another than that of the Packet before: the encoder was replaced.
  std::shared_ptr<const struct AVCodecParametersHolder> codec;  // media/av.h
};
using PacketRef = std::shared_ptr<const Packet>;

inline constexpr std::int64_t video_time_base = 90'000;

// What a muxer must know of an elementary stream; made by the encoder, immutable.
struct StreamParameters {
  Kind kind = Kind::video;
  std::shared_ptr<const struct AVCodecParametersHolder> codec;  // media/av.h
  int width = 0;
  int height = 0;
  Rate rate;
  std::int64_t bits_per_second = 0;
};

}  // namespace xb::media

// PacketTap: gives the packets of a source's H.264 or MJPEG to a CodedPipe as they are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "media/coded.h"
#include "media/decoder.h"

struct AVCodecParameters;
struct AVPacket;
struct AVStream;

namespace xb::media {

// Parameter sets that come in the stream (MPEG-TS, RTSP, cameras) or beside it (FLV) are followed:
// pictures after a change carry other parameters.
//
// Thread: the Decoder's. The packet's bytes are shared, not copied, but for devices, whose bytes
// lie in buffers of the driver that are gone when it is closed.
class PacketTap {
 public:
  // Null where the pictures cannot be kept as they are: no pipe, another codec, or the source says
  // that they are to be turned, which the packets do not.
  static std::unique_ptr<PacketTap> make(CodedPipe* pipe, const AVStream& stream, int turn,
                                         InputKind kind);
  PacketTap(CodedPipe& pipe, const AVStream& stream, InputKind kind);
  void take(const AVPacket& packet);
  // Of the picture that was given with this timestamp; 0: none, or long ago.
  std::uint64_t id_of(std::int64_t pts) const;

 private:
  void follow_parameters(const AVPacket& packet);
  void set_parameters(std::span<const std::uint8_t> extradata);
  bool is_key(const AVPacket& packet) const;

  CodedPipe& pipe_;
  const AVStream& stream_;
  const InputKind kind_;
  const std::uint64_t opening_;
  std::vector<std::uint8_t> sets_;                        // of Annex B, as they came last
  std::shared_ptr<const AVCodecParametersHolder> codec_;  // null: not known yet
  // What may still be in the decoder: it holds back 16 pictures at the most, threads another few.
  std::array<std::pair<std::int64_t, std::uint64_t>, 64> given_{};
  std::size_t next_ = 0;
};

}  // namespace xb::media

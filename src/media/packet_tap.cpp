// Packets to CodedPictures, and the parameters they need.
// SPDX-License-Identifier: Apache-2.0
#include "media/packet_tap.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/log.h"
#include "media/av.h"
#include "media/avcc.h"

extern "C" {
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
}

namespace xb::media {
namespace {

constexpr AVRational nanoseconds{1, 1'000'000'000};

std::span<const std::uint8_t> bytes_of(const AVPacket& packet) {
  return {packet.data, static_cast<std::size_t>(std::max(packet.size, 0))};
}

std::span<const std::uint8_t> extradata_of(const AVCodecParameters& parameters) {
  if (parameters.extradata == nullptr) return {};
  return {parameters.extradata, static_cast<std::size_t>(std::max(parameters.extradata_size, 0))};
}

bool is_avcc(std::span<const std::uint8_t> extradata) {
  return extradata.size() >= 7 && extradata[0] == 1;
}

AvPacketPtr kept(const AVPacket& packet, InputKind kind) {
  auto out = make_av_packet();
  if (av_packet_ref(out.get(), &packet) < 0) throw std::bad_alloc();
  if (kind != InputKind::device) return out;
  AVBufferRef* own =
      av_buffer_alloc(static_cast<std::size_t>(packet.size) + AV_INPUT_BUFFER_PADDING_SIZE);
  if (own == nullptr) throw std::bad_alloc();
  std::memcpy(own->data, packet.data, static_cast<std::size_t>(packet.size));
  std::memset(own->data + packet.size, 0, AV_INPUT_BUFFER_PADDING_SIZE);
  av_buffer_unref(&out->buf);
  out->buf = own;
  out->data = own->data;
  return out;
}

}  // namespace

std::unique_ptr<PacketTap> PacketTap::make(CodedPipe* pipe, const AVStream& stream, int turn,
                                           InputKind kind) {
  const auto codec = stream.codecpar->codec_id;
  if (pipe == nullptr || turn != 0) return nullptr;
  if (codec != AV_CODEC_ID_H264 && codec != AV_CODEC_ID_MJPEG) return nullptr;
  return std::make_unique<PacketTap>(*pipe, stream, kind);
}

PacketTap::PacketTap(CodedPipe& pipe, const AVStream& stream, InputKind kind)
    : pipe_(pipe), stream_(stream), kind_(kind), opening_(pipe.next_opening()) {
  const auto extradata = extradata_of(*stream.codecpar);
  const bool is_h264 = stream.codecpar->codec_id == AV_CODEC_ID_H264;
  if (!is_h264 || is_avcc(extradata)) {
    set_parameters(extradata);
    return;
  }
  sets_ = parameter_sets(extradata);
  if (!sets_.empty()) set_parameters(sets_);
}

void PacketTap::set_parameters(std::span<const std::uint8_t> extradata) {
  auto held = hold_parameters(*stream_.codecpar, extradata);
  if (held) {
    codec_ = pipe_.shared(std::move(*held));
  } else {
    codec_ = nullptr;
    log_warn("media", "{}", held.error().log_line());
  }
}

void PacketTap::follow_parameters(const AVPacket& packet) {
  if (stream_.codecpar->codec_id != AV_CODEC_ID_H264) return;
  std::size_t size = 0;
  const auto* beside = av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  if (beside != nullptr && is_avcc({beside, size})) return set_parameters({beside, size});
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0 || is_avcc(extradata_of(*stream_.codecpar))) return;
  auto sets = parameter_sets(bytes_of(packet));
  if (sets.empty() || sets == sets_) return;
  sets_ = std::move(sets);
  set_parameters(sets_);
}

bool PacketTap::is_key(const AVPacket& packet) const {
  const auto& parameters = *codec_->parameters;
  // libav calls key frames also those after which a decoder needs some pictures to be right again
  return (packet.flags & AV_PKT_FLAG_KEY) != 0 &&
         (parameters.codec_id == AV_CODEC_ID_MJPEG ||
          has_idr(bytes_of(packet), extradata_of(parameters)));
}

void PacketTap::take(const AVPacket& packet) {
  follow_parameters(packet);
  if (!pipe_.is_wanted()) return;
  if (!codec_ || packet.pts == AV_NOPTS_VALUE || packet.size <= 0) return pipe_.lose();
  CodedPicture picture;
  picture.opening = opening_;
  picture.time = Duration(av_rescale_q(packet.pts, stream_.time_base, nanoseconds));
  picture.is_key = is_key(packet);
  picture.data = std::shared_ptr<const AVPacket>(kept(packet, kind_));
  picture.codec = codec_;
  given_[next_] = {packet.pts, pipe_.push(std::move(picture))};
  next_ = (next_ + 1) % given_.size();
}

std::uint64_t PacketTap::id_of(std::int64_t pts) const {
  const auto found =
      std::find_if(given_.begin(), given_.end(), [&](const auto& one) { return one.first == pts; });
  return found == given_.end() ? 0 : found->second;
}

}  // namespace xb::media

// Chunk headers, both ways.
// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp_chunks.h"

#include <algorithm>

namespace xb::media::rtmp {
namespace {

constexpr std::uint32_t extended = 0xFFFFFF;

void append_u24(Bytes& out, std::uint32_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 16U));
  out.push_back(static_cast<std::uint8_t>(v >> 8U));
  out.push_back(static_cast<std::uint8_t>(v));
}
void append_u32(Bytes& out, std::uint32_t v) {
  out.push_back(static_cast<std::uint8_t>(v >> 24U));
  append_u24(out, v);
}
std::uint32_t u24(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 16U | static_cast<std::uint32_t>(p[1]) << 8U | p[2];
}
std::uint32_t u32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24U | u24(p + 1);
}

}  // namespace

void append_message(Bytes& out, std::size_t chunk_size, std::uint8_t channel, MessageType type,
                    std::uint32_t stream, std::uint32_t timestamp,
                    std::span<const std::uint8_t> body) {
  const bool is_extended = timestamp >= extended;
  out.push_back(channel);
  append_u24(out, is_extended ? extended : timestamp);
  append_u24(out, static_cast<std::uint32_t>(body.size()));
  out.push_back(type);
  for (unsigned shift = 0; shift < 32; shift += 8)  // the one little-endian field
    out.push_back(static_cast<std::uint8_t>(stream >> shift));
  if (is_extended) append_u32(out, timestamp);
  while (true) {
    const auto size = std::min(body.size(), chunk_size);
    out.insert(out.end(), body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
    body = body.subspan(size);
    if (body.empty()) return;
    out.push_back(static_cast<std::uint8_t>(0xC0U | channel));
    if (is_extended) append_u32(out, timestamp);
  }
}

bool ChunkReader::add(std::span<const std::uint8_t> bytes, const OnMessage& on_message) {
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  while (true) {
    switch (take_one(on_message)) {
      case Step::taken: break;
      case Step::broken: return false;
      case Step::wants_more:
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ = 0;
        return true;
    }
  }
}

bool ChunkReader::is_begun_too_much(std::size_t more) const {
  for (const auto& [id, stream] : streams_) more += stream.body.size();
  return more > std::size_t{16} * 64 * 1024 && more > std::size_t{2} * longest_;
}

ChunkReader::Step ChunkReader::take_one(const OnMessage& on_message) {
  const auto* p = buffer_.data() + at_;
  const auto available = buffer_.size() - at_;
  std::size_t used = 1;
  if (available < used) return Step::wants_more;
  const unsigned format = p[0] >> 6U;
  std::uint32_t id = p[0] & 0x3FU;
  if (id < 2) {  // two- and three-byte forms
    used += id + 1;
    if (available < used) return Step::wants_more;
    id = 64U + p[1] + (id == 1 ? p[2] * 256U : 0U);
  }
  // Some servers begin a channel with a shortened header; what it leaves out is 0.
  if (streams_.find(id) == streams_.end() && (format == 3 || streams_.size() >= most_streams))
    return Step::broken;
  static constexpr std::array<std::size_t, 4> header_sizes{11, 7, 3, 0};
  const auto* said = p + used;
  used += header_sizes[format];
  if (available < used) return Step::wants_more;
  auto header = streams_[id].header;  // a copy: it only counts once the whole chunk is here
  if (format <= 2) {
    header.step = u24(said);
    header.has_extended_time = header.step == extended;
  }
  if (format <= 1) {
    header.length = u24(said + 3);
    header.type = said[6];
  }
  if (header.length > longest_) return Step::broken;
  if (header.has_extended_time) {
    if (available < used + 4) return Step::wants_more;
    header.step = u32(p + used);
    used += 4;
  }
  auto& stream = streams_[id];
  if (format != 3 && !stream.body.empty()) return Step::broken;
  const auto size = std::min<std::size_t>(chunk_size_, header.length - stream.body.size());
  if (available < used + size) return Step::wants_more;
  if (is_begun_too_much(size)) return Step::broken;
  // of a message that goes on the header only repeats what its first one said
  if (stream.body.empty())
    header.timestamp = format == 0 ? header.step : header.timestamp + header.step;
  stream.header = header;
  const auto* payload = p + used;
  if (stream.body.empty()) stream.body.reserve(header.length);
  stream.body.insert(stream.body.end(), payload, payload + size);
  at_ += used + size;
  if (stream.body.size() < header.length) return Step::taken;
  const Bytes body = std::move(stream.body);
  stream.body.clear();
  if (header.type == set_chunk_size) {
    if (body.size() < 4 || (body[0] & 0x80U) != 0) return Step::broken;
    chunk_size_ = (static_cast<std::size_t>(body[0]) << 24U) + u24(body.data() + 1);
    if (chunk_size_ == 0) return Step::broken;
  } else {
    on_message(header.type, body, header.timestamp);
  }
  return Step::taken;
}

}  // namespace xb::media::rtmp

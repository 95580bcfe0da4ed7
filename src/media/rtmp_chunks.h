// RTMP messages to chunks and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>

#include "media/rtmp_amf.h"

namespace xb::media::rtmp {

enum MessageType : std::uint8_t {
  set_chunk_size = 1,
  acknowledgement = 3,
  user_control = 4,
  window_size = 5,
  peer_bandwidth = 6,
  audio = 8,
  video = 9,
  data_amf0 = 18,
  command_amf0 = 20,
};

// Larger chunks cost fewer headers; this is what other encoders send and servers accept.
inline constexpr std::size_t out_chunk_size = 60'000;

// Appends one message, cut into chunks of `chunk_size`, to `out`. Every message has a full header:
// 11 bytes a message is nothing beside a frame.
void append_message(Bytes& out, std::size_t chunk_size, std::uint8_t channel, MessageType type,
                    std::uint32_t stream, std::uint32_t timestamp,
                    std::span<const std::uint8_t> body);

// Takes bytes as they come and hands out whole messages. A hostile other side gets at most 16 chunk
// streams of 64 KiB.
class ChunkReader {
 public:
  // `timestamp` in milliseconds, whole.
  using OnMessage = std::function<void(std::uint8_t type, std::span<const std::uint8_t> body,
                                       std::uint32_t timestamp)>;
  // False when the bytes are not RTMP, or beyond the limits; then the connection is of no use.
  bool add(std::span<const std::uint8_t> bytes, const OnMessage& on_message);
  // Messages this long, twice as much of them begun at a time: of somebody who is known.
  void allow(std::uint32_t longest) { longest_ = longest; }

 private:
  struct Header {
    std::uint32_t length = 0;
    std::uint32_t timestamp = 0;
    std::uint32_t step = 0;  // what the last header said of the time
    std::uint8_t type = 0;
    bool has_extended_time = false;
  };
  struct Stream {
    Header header;
    Bytes body;
  };
  bool is_begun_too_much(std::size_t more) const;
  enum class Step : std::uint8_t { taken = 1, wants_more, broken };
  Step take_one(const OnMessage& on_message);

  static constexpr std::size_t most_streams = 16;
  std::uint32_t longest_ = 64 * 1024;
  Bytes buffer_;
  std::size_t at_ = 0;
  std::size_t chunk_size_ = 128;
  std::map<std::uint32_t, Stream> streams_;
};

}  // namespace xb::media::rtmp

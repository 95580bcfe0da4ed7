// RTMP messages to chunks and back.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>

#include "output/rtmp_amf.h"

namespace xb::output::rtmp {

enum MessageType : std::uint8_t {
  set_chunk_size = 1,
  acknowledgement = 3,
  user_control = 4,
  window_size = 5,
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

// Takes bytes as they come and hands out whole messages. A hostile server gets at most 16 chunk
// streams of 64 KiB.
class ChunkReader {
 public:
  using OnMessage = std::function<void(std::uint8_t type, std::span<const std::uint8_t> body)>;
  // False when the bytes are not RTMP, or beyond the limits; then the connection is of no use.
  bool add(std::span<const std::uint8_t> bytes, const OnMessage& on_message);

 private:
  struct Stream {
    std::uint32_t length = 0;
    std::uint8_t type = 0;
    bool has_extended_time = false;
    Bytes body;
  };
  enum class Step : std::uint8_t { taken = 1, wants_more, broken };
  Step take_one(const OnMessage& on_message);

  static constexpr std::size_t most_streams = 16;
  static constexpr std::uint32_t longest_message = 64 * 1024;
  Bytes buffer_;
  std::size_t at_ = 0;
  std::size_t chunk_size_ = 128;
  std::map<std::uint32_t, Stream> streams_;
};

}  // namespace xb::output::rtmp

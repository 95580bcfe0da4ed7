// RtmpGuest: one connection of somebody who may push to us, as a machine of bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "media/rtmp_chunks.h"

namespace xb::capture {

// What comes before the secret in the path: rtmp://HOST:PORT/xiangbo/SECRET.
inline constexpr std::string_view listen_application = "xiangbo";

// Bytes of the other side in, bytes for the other side and FLV out; no socket and no clock. Before
// the right secret was named nothing is kept of what it sends but half a message of 64 KiB a
// channel, and nothing comes out as FLV.
//
// Thread: one at a time.
class RtmpGuest {
 public:
  enum class Stage : std::uint8_t {
    calling = 1,  // it has not named the secret yet
    asking,       // it has: admit() or refuse() it
    publishing,
    over,  // to be closed when its answers are sent
  };
  explicit RtmpGuest(const Secret& secret) : secret_(secret) {}

  Stage take(std::span<const std::uint8_t> bytes);
  void admit();
  void refuse(std::string_view why);

  Stage stage() const { return stage_; }
  // It named another secret.
  bool was_wrong() const { return was_wrong_; }
  // What is to be sent to it since the last call.
  media::rtmp::Bytes take_answers() { return std::exchange(answers_, {}); }
  // An FLV file as it grows, its header first; the part since the last call.
  media::rtmp::Bytes take_flv() { return std::exchange(flv_, {}); }

 private:
  bool shake(std::span<const std::uint8_t>& bytes);
  void obey(const media::rtmp::AmfCommand& command);
  void welcome(double transaction);
  void judge(const media::rtmp::AmfCommand& publish);
  void keep(std::uint8_t type, std::span<const std::uint8_t> body, std::uint32_t at);
  void say(media::rtmp::MessageType type, std::uint32_t stream, media::rtmp::Bytes body);
  void say_u32(media::rtmp::MessageType type, std::uint32_t value);
  void status(std::string_view level, std::string_view code, std::string_view text);

  const Secret& secret_;
  Stage stage_ = Stage::calling;
  bool was_wrong_ = false;
  media::rtmp::Bytes hello_;  // as far as it came; cleared when all is said
  bool is_answered_ = false;
  bool is_shaken_ = false;
  std::string application_;
  std::size_t chunk_size_ = 128;
  std::uint64_t received_ = 0;
  std::uint64_t acknowledged_ = 0;
  media::rtmp::ChunkReader reader_;
  media::rtmp::Bytes answers_;
  media::rtmp::Bytes flv_;
};

}  // namespace xb::capture

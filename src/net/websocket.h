// RFC 6455 on bytes: frames read with all limits, frame heads written, the handshake's answer.
// Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace xb::net {

struct FrameLimits {
  std::size_t message_bytes = 65'536;
  std::size_t fragments = 1024;  // of one message, empty ones too
};

struct FrameEvent {
  enum class Kind : std::uint8_t { none = 1, text, binary, ping, pong, close, broken };
  Kind kind = Kind::none;
  std::string_view payload;  // into the bytes given or the reader; good until the next call
  int close_code = 0;  // close: what to echo (1005 when it had none); broken: what to close with
};

// Reads what a client sends. Fragments are joined; control frames between them come out at once.
class FrameReader {
 public:
  explicit FrameReader(FrameLimits limits) : limits_(limits) {}
  // Takes bytes from the front of `bytes` (unmasking them in place) up to the next event. Kind none
  // when there is none yet: what is left over, at most 131 bytes, belongs before the next ones.
  FrameEvent next(std::span<char>& bytes);

 private:
  struct FrameHead;
  FrameEvent control(const FrameHead& head, std::span<char>& bytes);
  FrameEvent begin(const FrameHead& head, std::span<char>& bytes);
  FrameEvent message(std::string_view payload) const;
  void take_payload(std::span<char>& bytes);

  FrameLimits limits_;
  std::string message_;
  std::uint64_t payload_left_ = 0;
  std::array<char, 4> mask_{};
  std::size_t mask_at_ = 0;
  std::size_t fragments_ = 0;
  bool is_in_frame_ = false;
  bool is_in_message_ = false;
  bool is_last_ = false;
  bool is_text_ = false;
};

struct FrameHeadBytes {
  std::array<char, 10> bytes{};
  std::uint8_t size = 0;
  std::string_view view() const { return {bytes.data(), size}; }
};
enum class Opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
// The head of a whole, unmasked frame.
FrameHeadBytes frame_head(Opcode opcode, std::size_t payload_bytes);
std::string close_payload(int code, std::string_view why);

bool is_handshake_key(std::string_view key);  // base64 of 16 bytes
std::string handshake_accept(std::string_view key);

}  // namespace xb::net

// The frame reader decides from the announced length, before anything is kept.
// SPDX-License-Identifier: Apache-2.0
#include "net/websocket.h"

#include <libwebsockets.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace xb::net {
namespace {

constexpr int protocol_error = 1002;
constexpr int not_utf8 = 1007;
constexpr int too_big = 1009;

FrameEvent broken(int code) {
  return {FrameEvent::Kind::broken, {}, code};
}

bool may_be_sent(int code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

void unmask(std::span<char> bytes, const std::array<char, 4>& mask, std::size_t at) {
  std::array<char, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(at + i) & 3U];
  std::uint64_t key = 0;
  std::memcpy(&key, turned.data(), sizeof(key));
  std::size_t i = 0;
  for (; i + sizeof(key) <= bytes.size(); i += sizeof(key)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    word ^= key;
    std::memcpy(bytes.data() + i, &word, sizeof(word));
  }
  for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ turned[i & 7U]);
}

}  // namespace

struct FrameReader::FrameHead {
  std::size_t size = 0;  // 0: not whole yet
  int fault = 0;
  bool is_final = false;
  std::uint8_t opcode = 0;
  std::uint64_t payload_bytes = 0;
  std::array<char, 4> mask{};

  bool is_control() const { return (opcode & 8U) != 0; }

  static FrameHead parse(std::span<const char> bytes) {
    FrameHead head;
    if (bytes.size() < 2) return head;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    head.is_final = (first & 0x80U) != 0;
    head.opcode = first & 0x0FU;
    const bool is_known = head.opcode <= 2 || (head.opcode >= 8 && head.opcode <= 10);
    const bool is_masked = (second & 0x80U) != 0;
    const std::uint8_t length = second & 0x7FU;
    if ((first & 0x70U) != 0 || !is_known || !is_masked ||
        (head.is_control() && (!head.is_final || length > 125))) {
      head.fault = protocol_error;
      return head;
    }
    const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < 2 + extended) return head;
    head.payload_bytes = extended == 0 ? length : 0;
    for (std::size_t i = 0; i < extended; ++i)
      head.payload_bytes = head.payload_bytes << 8U | static_cast<std::uint8_t>(bytes[2 + i]);
    if (head.payload_bytes >> 63U != 0) head.fault = protocol_error;
    if (bytes.size() < 2 + extended + 4) return head;
    std::copy_n(bytes.begin() + 2 + static_cast<std::ptrdiff_t>(extended), 4, head.mask.begin());
    head.size = 2 + extended + 4;
    return head;
  }
};

FrameEvent FrameReader::message(std::string_view payload) const {
  if (is_text_ && !is_utf8(payload)) return broken(not_utf8);
  return {is_text_ ? FrameEvent::Kind::text : FrameEvent::Kind::binary, payload, 0};
}

FrameEvent FrameReader::control(const FrameHead& head, std::span<char>& bytes) {
  const auto size = static_cast<std::size_t>(head.payload_bytes);
  if (bytes.size() < head.size + size) return {};
  const auto body = bytes.subspan(head.size, size);
  bytes = bytes.subspan(head.size + size);
  unmask(body, head.mask, 0);
  const std::string_view payload(body.data(), body.size());
  if (head.opcode == 9) return {FrameEvent::Kind::ping, payload, 0};
  if (head.opcode == 10) return {FrameEvent::Kind::pong, payload, 0};
  if (size == 0) return {FrameEvent::Kind::close, {}, 1005};
  if (size == 1) return broken(protocol_error);
  const int code = static_cast<std::uint8_t>(body[0]) << 8 | static_cast<std::uint8_t>(body[1]);
  if (!may_be_sent(code)) return broken(protocol_error);
  if (!is_utf8(payload.substr(2))) return broken(not_utf8);
  return {FrameEvent::Kind::close, payload.substr(2), code};
}

// A data frame's head is whole. A message of one frame that has come whole is handed on where it
// lies.
FrameEvent FrameReader::begin(const FrameHead& head, std::span<char>& bytes) {
  const bool is_continued = head.opcode == 0;
  if (is_continued != is_in_message_) return broken(protocol_error);
  if (!is_continued) {
    is_text_ = head.opcode == 1;
    fragments_ = 0;
    message_.clear();
  }
  if (++fragments_ > limits_.fragments) return broken(too_big);
  if (head.payload_bytes > limits_.message_bytes - message_.size()) return broken(too_big);
  bytes = bytes.subspan(head.size);
  const auto size = static_cast<std::size_t>(head.payload_bytes);
  if (!is_continued && head.is_final && bytes.size() >= size) {
    const auto body = bytes.first(size);
    bytes = bytes.subspan(size);
    unmask(body, head.mask, 0);
    return message({body.data(), body.size()});
  }
  is_in_message_ = true;
  is_in_frame_ = true;
  is_last_ = head.is_final;
  payload_left_ = head.payload_bytes;
  mask_ = head.mask;
  mask_at_ = 0;
  return {};
}

void FrameReader::take_payload(std::span<char>& bytes) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size()));
  const auto body = bytes.first(size);
  unmask(body, mask_, mask_at_);
  message_.append(body.data(), body.size());
  mask_at_ += size;
  payload_left_ -= size;
  bytes = bytes.subspan(size);
}

FrameEvent FrameReader::next(std::span<char>& bytes) {
  for (;;) {
    if (is_in_frame_) {
      take_payload(bytes);
      if (payload_left_ > 0) return {};
      is_in_frame_ = false;
      if (is_last_) {
        is_in_message_ = false;
        return message(message_);
      }
    }
    const auto head = FrameHead::parse(bytes);
    if (head.fault != 0) return broken(head.fault);
    // Known before the mask has come, and judged the same when all has come at once.
    if (head.payload_bytes > limits_.message_bytes) return broken(too_big);
    if (head.size == 0) return {};
    if (head.is_control()) return control(head, bytes);
    const auto event = begin(head, bytes);
    if (event.kind != FrameEvent::Kind::none) return event;
  }
}

FrameHeadBytes frame_head(Opcode opcode, std::size_t payload_bytes) {
  FrameHeadBytes head;
  head.bytes[0] = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (payload_bytes < 126) {
    head.bytes[1] = static_cast<char>(payload_bytes);
    head.size = 2;
    return head;
  }
  const std::size_t extended = payload_bytes <= 0xFFFF ? 2 : 8;
  head.bytes[1] = static_cast<char>(extended == 2 ? 126 : 127);
  for (std::size_t i = 0; i < extended; ++i)
    head.bytes[2 + i] =
        static_cast<char>(static_cast<std::uint64_t>(payload_bytes) >> (8 * (extended - 1 - i)));
  head.size = static_cast<std::uint8_t>(2 + extended);
  return head;
}

std::string close_payload(int code, std::string_view why) {
  std::string out{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  out += why.substr(0, 123);
  if (!is_utf8(std::string_view(out).substr(2))) out.resize(2);
  return out;
}

bool is_handshake_key(std::string_view key) {
  if (key.size() != 24 || key.substr(22) != "==") return false;
  // 22 digits carry 132 bits; the last 4 of them must be zero for 16 bytes.
  return std::all_of(key.begin(), key.begin() + 22,
                     [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                              (c >= '0' && c <= '9') || c == '+' || c == '/';
                     }) &&
         std::string_view("AQgw").find(key[21]) != std::string_view::npos;
}

std::string handshake_accept(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> digest{};
  lws_SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<char, 32> out{};
  lws_b64_encode_string(reinterpret_cast<const char*>(digest.data()),
                        static_cast<int>(digest.size()), out.data(), static_cast<int>(out.size()));
  return out.data();
}

}  // namespace xb::net

// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/bilibili_packets.h"

#include "chat/inflate.h"

namespace xb::chat {
namespace {

constexpr std::size_t head_bytes = 16;

enum class Format : std::uint16_t { json = 0, control = 1, zlib = 2, brotli = 3 };

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

void append(std::string& out, std::uint32_t value, int size) {
  for (int i = size - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

class Unpacking {
 public:
  Unpacking(const BilibiliTake& take, const BilibiliLimits& limits)
      : take_(take), limits_(limits), bytes_left_(limits.bytes), packets_left_(limits.packets) {}

  Status run(std::string_view bytes, int depth) {
    while (!bytes.empty()) {
      if (bytes.size() < head_bytes) return Error(ErrorCode::event_invalid, "packet: head cut off");
      const std::size_t length = number_at(bytes, 0, 4);
      const std::size_t head = number_at(bytes, 4, 2);
      if (head < head_bytes || length < head || length > bytes.size())
        return Error(ErrorCode::event_invalid, "packet: wrong length");
      if (packets_left_-- == 0)
        return Error(ErrorCode::event_too_large,
                     "more than " + std::to_string(limits_.packets) + " packets");
      const auto operation = number_at(bytes, 8, 4);
      XB_TRY(one(operation, static_cast<Format>(number_at(bytes, 6, 2)),
                 bytes.substr(head, length - head), depth));
      // The reply repeats the bytes of our heartbeat, which its length does not count.
      if (operation == static_cast<std::uint32_t>(BilibiliOperation::heartbeat_reply)) break;
      bytes.remove_prefix(length);
    }
    return ok();
  }

 private:
  Status one(std::uint32_t operation, Format format, std::string_view body, int depth) {
    if (format == Format::json || format == Format::control) {
      take_(operation, body);
      return ok();
    }
    if (format != Format::zlib && format != Format::brotli)
      return Error(ErrorCode::event_invalid, "packet: unknown body format");
    if (depth >= limits_.depth) return Error(ErrorCode::event_too_large, "packets nested too deep");
    XB_TRY_ASSIGN(const auto inner, format == Format::zlib ? inflate(body, bytes_left_)
                                                           : unbrotli(body, bytes_left_));
    bytes_left_ -= inner.size();
    return run(inner, depth + 1);
  }

  const BilibiliTake& take_;
  const BilibiliLimits& limits_;
  std::size_t bytes_left_;
  std::size_t packets_left_;
};

}  // namespace

Status unpack_bilibili(std::string_view message, const BilibiliTake& take,
                       const BilibiliLimits& limits) {
  return Unpacking(take, limits).run(message, 0);
}

std::string bilibili_packet(BilibiliOperation operation, std::string_view body) {
  std::string out;
  append(out, static_cast<std::uint32_t>(head_bytes + body.size()), 4);
  append(out, head_bytes, 2);
  append(out, static_cast<std::uint32_t>(Format::control), 2);
  append(out, static_cast<std::uint32_t>(operation), 4);
  append(out, 1, 4);
  return out.append(body);
}

}  // namespace xb::chat

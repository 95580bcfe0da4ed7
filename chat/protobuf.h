// A bounded reader of protobuf messages. Pure. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace xb::chat {

struct ProtobufField {
  enum class Kind : std::uint8_t { varint = 1, fixed, bytes };
  std::uint64_t number = 0;
  Kind kind = Kind::varint;
  std::uint64_t value = 0;  // of a varint or a fixed32/64
  std::string_view bytes;   // text, bytes or an embedded message
};

// Gives the fields of one message, one after the other. The bytes must outlive it. Wire types 3, 4,
// 6 and 7, varints of more than ten bytes and lengths beyond the end make it broken.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : left_(message) {}
  // Nothing at the end, or when the message is broken.
  std::optional<ProtobufField> next();
  bool is_broken() const { return is_broken_; }

 private:
  std::optional<std::uint64_t> varint();
  std::optional<std::uint64_t> fixed(std::size_t size);
  std::optional<ProtobufField> broken();

  std::string_view left_;
  bool is_broken_ = false;
};

}  // namespace xb::chat

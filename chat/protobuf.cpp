// SPDX-License-Identifier: Apache-2.0
#include "chat/protobuf.h"

#include <cstddef>

namespace xb::chat {
namespace {

constexpr std::size_t most_varint_bytes = 10;

}  // namespace

std::optional<ProtobufField> ProtobufReader::next() {
  if (is_broken_ || left_.empty()) return std::nullopt;
  const auto key = varint();
  if (!key || *key >> 3 == 0) return broken();
  ProtobufField field;
  field.number = *key >> 3;
  switch (*key & 7) {
    case 0: {
      const auto value = varint();
      if (!value) return broken();
      field.value = *value;
      return field;
    }
    case 1:
    case 5: {
      const auto value = fixed((*key & 7) == 1 ? 8 : 4);
      if (!value) return broken();
      field.kind = ProtobufField::Kind::fixed;
      field.value = *value;
      return field;
    }
    case 2: {
      const auto length = varint();
      if (!length || *length > left_.size()) return broken();
      field.kind = ProtobufField::Kind::bytes;
      field.bytes = left_.substr(0, static_cast<std::size_t>(*length));
      left_.remove_prefix(static_cast<std::size_t>(*length));
      return field;
    }
    default: return broken();
  }
}

std::optional<std::uint64_t> ProtobufReader::varint() {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < most_varint_bytes && i < left_.size(); ++i) {
    const auto byte = static_cast<unsigned char>(left_[i]);
    // of the tenth byte only one bit is within 64
    if (i + 1 == most_varint_bytes && byte > 1) return std::nullopt;
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << (7 * i);
    if ((byte & 0x80U) != 0) continue;
    left_.remove_prefix(i + 1);
    return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ProtobufReader::fixed(std::size_t size) {
  if (left_.size() < size) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(left_[i]);
  left_.remove_prefix(size);
  return value;
}

std::optional<ProtobufField> ProtobufReader::broken() {
  is_broken_ = true;
  return std::nullopt;
}

}  // namespace xb::chat

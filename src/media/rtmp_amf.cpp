// AMF0 writing, and reading with limits first.
// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp_amf.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace xb::media::rtmp {
namespace {

enum Marker : std::uint8_t {
  number_marker = 0,
  boolean_marker = 1,
  string_marker = 2,
  object_marker = 3,
  null_marker = 5,
  undefined_marker = 6,
  array_marker = 8,
  end_marker = 9,
  strict_array_marker = 10,
  date_marker = 11,
  long_string_marker = 12,
  unsupported_marker = 13,
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> body) : rest_(body) {}
  bool is_empty() const { return rest_.empty(); }
  std::optional<std::uint64_t> integer(std::size_t bytes) {
    if (rest_.size() < bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8U | rest_[i];
    rest_ = rest_.subspan(bytes);
    return value;
  }
  std::optional<std::string> bare_string() {
    const auto size = integer(2);
    if (!size || rest_.size() < *size) return std::nullopt;
    std::string out(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(*size));
    rest_ = rest_.subspan(static_cast<std::size_t>(*size));
    return out;
  }

  // One value; what the command wants to know of it goes into `out`.
  bool value(AmfCommand& out, const std::string& name, int depth) {
    const auto marker = integer(1);
    if (!marker || depth > 8) return false;
    switch (*marker) {
      case number_marker: {
        const auto bits = integer(8);
        if (bits && depth == 0) out.number = std::bit_cast<double>(*bits);
        return bits.has_value();
      }
      case boolean_marker: return integer(1).has_value();
      case string_marker: {
        auto text = bare_string();
        if (!text) return false;
        if (depth == 0 && out.text.empty())
          out.text = *std::move(text);
        else if (name == "app")
          out.app = *std::move(text);
        else if (name == "level")
          out.level = *std::move(text);
        else if (name == "code")
          out.code = *std::move(text);
        else if (name == "description")
          out.description = *std::move(text);
        return true;
      }
      case null_marker:
      case undefined_marker:
      case unsupported_marker: return true;
      case date_marker: return skip(10);
      case long_string_marker: {
        const auto size = integer(4);
        return size && skip(static_cast<std::size_t>(*size));
      }
      case strict_array_marker: {
        const auto count = integer(4);
        for (std::uint64_t i = 0; count && i < *count; ++i) {
          if (!value(out, "", depth + 1)) return false;
        }
        return count.has_value();
      }
      case array_marker:
        if (!integer(4)) return false;
        [[fallthrough]];
      case object_marker:
        while (true) {
          const auto key = bare_string();
          if (!key) return false;
          if (key->empty() && !rest_.empty() && rest_.front() == end_marker) {
            rest_ = rest_.subspan(1);
            return true;
          }
          if (!value(out, *key, depth + 1)) return false;
        }
      default: return false;
    }
  }

 private:
  bool skip(std::size_t bytes) {
    if (rest_.size() < bytes) return false;
    rest_ = rest_.subspan(bytes);
    return true;
  }

  std::span<const std::uint8_t> rest_;
};

void append_integer(Bytes& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
}

}  // namespace

void AmfWriter::bare_string(std::string_view value) {
  append_integer(out_, value.size(), 2);
  out_.insert(out_.end(), value.begin(), value.end());
}
AmfWriter& AmfWriter::number(double value) {
  out_.push_back(number_marker);
  append_integer(out_, std::bit_cast<std::uint64_t>(value), 8);
  return *this;
}
AmfWriter& AmfWriter::boolean(bool value) {
  out_.push_back(boolean_marker);
  out_.push_back(value ? 1 : 0);
  return *this;
}
AmfWriter& AmfWriter::string(std::string_view value) {
  out_.push_back(string_marker);
  bare_string(value);
  return *this;
}
AmfWriter& AmfWriter::null() {
  out_.push_back(null_marker);
  return *this;
}
AmfWriter& AmfWriter::begin_object() {
  out_.push_back(object_marker);
  return *this;
}
AmfWriter& AmfWriter::begin_array(std::uint32_t count) {
  out_.push_back(array_marker);
  append_integer(out_, count, 4);
  return *this;
}
AmfWriter& AmfWriter::key(std::string_view name) {
  bare_string(name);
  return *this;
}
AmfWriter& AmfWriter::end_object() {
  append_integer(out_, end_marker, 3);
  return *this;
}

std::optional<AmfCommand> read_command(std::span<const std::uint8_t> body) {
  Reader reader(body);
  AmfCommand out;
  if (reader.integer(1) != string_marker) return std::nullopt;
  auto name = reader.bare_string();
  if (!name) return std::nullopt;
  out.name = *std::move(name);
  if (!reader.value(out, "", 0)) return std::nullopt;
  out.transaction = out.number.value_or(0);
  out.number.reset();
  while (!reader.is_empty()) {
    if (!reader.value(out, "", 0)) return std::nullopt;
  }
  return out;
}

bool is_in_use(const AmfCommand& error) {
  // as nginx-rtmp, SRS, Red5, Wowza and Ant Media put it; a key may be "already expired", too
  static constexpr std::array words{
      "already publish", "already being publish", "already exist", "already stream",
      "already live",    "already connect",       "in use",        "busy",
      "duplicate"};
  if (!error.code.starts_with("NetStream.Publish")) return false;
  std::string text = error.code + " " + error.description;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; });
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

}  // namespace xb::media::rtmp

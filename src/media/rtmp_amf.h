// AMF0: the few value types RTMP commands use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace xb::media::rtmp {

using Bytes = std::vector<std::uint8_t>;

// Appends values to a message body. Thread: none of its own.
class AmfWriter {
 public:
  AmfWriter& number(double value);
  AmfWriter& boolean(bool value);
  AmfWriter& string(std::string_view value);  // at most 65535 bytes
  AmfWriter& null();
  AmfWriter& begin_object();
  AmfWriter& begin_array(std::uint32_t count);
  AmfWriter& key(std::string_view name);
  AmfWriter& end_object();
  Bytes take() { return std::move(out_); }

 private:
  void bare_string(std::string_view value);
  Bytes out_;
};

// A command as a server or a publisher sends it. What is malformed, deeper than 8 or longer than
// the body is not a command.
struct AmfCommand {
  std::string name;  // "_result", "_error", "onStatus"
  double transaction = 0;
  std::optional<double> number;  // the last plain number after the transaction (createStream's id)
  std::string level;             // of any object that followed
  std::string code;
  std::string description;
  std::string app;   // of any object that followed
  std::string text;  // the first plain text after the transaction (what is published)
};
std::optional<AmfCommand> read_command(std::span<const std::uint8_t> body);

// An error that says somebody else, or a former connection of our own, still publishes under this
// name. Told by its words: NetStream.Publish.BadName alone also stands for a key that is wrong.
bool is_in_use(const AmfCommand& error);

}  // namespace xb::media::rtmp

// Mapping: reads JSON of any shape as ChatEvents, as a small JSON file says (docs/wire.md 9).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/reading.h"
#include "net/json.h"

namespace xb::chat {

// Pure, and never changed once made; any thread.
class Mapping {
 public:
  // Error chat_map_invalid names the place in the file.
  static Result<std::shared_ptr<const Mapping>> parse(std::string_view text);

  // One message: several events when lines are split or `each` names an array.
  Reading read(std::string_view message) const;
  // What is sent when the connection opens; empty for nothing.
  const std::string& hello() const { return hello_; }

 private:
  using Path = std::vector<std::string>;  // of a JSON Pointer, unescaped
  struct Value {
    Path path;
    Json fixed;  // used when it is not null
    bool is_html = false;
  };
  using Fields = std::map<std::string, Value, std::less<>>;
  struct Row {
    std::string kind;
    Fields fields;  // before the general ones
  };
  struct Reader;

  const Json* find(const Json& json, const Path& path) const;
  Json* find(Json& json, const Path& path) const;
  void read_one(std::string_view text, Reading& out) const;
  void read_item(const Json& item, Reading& out) const;

  std::string platform_;
  std::string hello_;
  bool splits_lines_ = false;
  bool ignores_case_ = false;
  std::vector<Path> again_;  // strings there hold JSON
  std::vector<Path> each_;   // an array of messages there; one at the most
  Fields fields_;
  std::map<std::string, Row, std::less<>> kinds_;  // by the value of `type`
};

}  // namespace xb::chat

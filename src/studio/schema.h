// The schema: one table of every key of show.toml drives reading, defaults, ranges, `xiangbo
// explain` and docs/show.md. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "studio/show.h"

namespace xb::studio {

// Where a key's value lives; also says its type.
using Slot =
    std::variant<std::string*, int*, bool*, std::optional<std::int64_t>*, std::optional<int>*,
                 Rate*, Placement*, CropPercent*, std::vector<std::string>*>;

// The structs a row may point into: the Show, and the entry being read of a [[list]].
struct Target {
  Show* show = nullptr;
  ChatShow* chat = nullptr;
  PublishShow* publish = nullptr;
  CanvasShow* canvas = nullptr;
};

// What a value must look like beyond its type and range.
enum class Rule : std::uint8_t {
  any = 1,
  even,
  bitrate,  // 0 or something an encoder can work with
  word,     // a name used in commands and files: no blanks at the ends, no slashes
  source_spec,
  publish_url,
  chat_platform,  // the ingest, or a row of chat/registry.cpp
  chat_url,
  clock,
  theme_name,  // what a file name in themes/ may be
};

enum class Need : std::uint8_t { required = 1, optional };

// When a changed value counts while the program runs.
enum class Effect : std::uint8_t { restart = 1, at_once };

struct Field {
  std::string_view table;  // "video"; "publish" for an entry of [[publish]]
  std::string_view key;    // "width"
  Slot (*slot)(const Target&);
  Need need = Need::optional;
  // Numbers: the value. Texts: characters. Lists: entries.
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view choices;  // "red harvest plain"; empty: free
  Rule rule = Rule::any;
  std::string_view example;  // TOML text
  std::string_view help_zh;
  std::string_view help_en;
  Effect effect = Effect::restart;
};

struct TableRow {
  std::string_view name;
  bool is_list = false;  // [[name]]
  std::string_view help_zh;
  std::string_view help_en;
};

std::span<const TableRow> schema_tables();
std::span<const Field> schema_fields();

// Reads the text of show.toml into `show`; adds what is wrong to `problems`. `file` is what
// Problems call it. Never reads another file.
void read_show_text(std::string_view text, const std::string& file, Show& show,
                    std::vector<Problem>& problems);

// `xiangbo explain [KEY]`: every key in short, or one key or table in full, Chinese first. Nothing
// for a key that does not exist; then `suggestion` is the closest one, or empty.
struct Explained {
  std::optional<std::string> text;
  std::string suggestion;
};
Explained explain(std::string_view key);

// docs/show.md, whole.
std::string schema_page();

}  // namespace xb::studio

// One value of show.toml: checked and stored, or said back as TOML.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "studio/schema.h"
#include "studio/toml_tree.h"

namespace xb::studio {

// For texts whose length is limited by their field or column.
inline constexpr OutsideLimits whole_text{
    .graphemes = 4096, .marks_per_base = 3, .cluster_bytes = 64};

struct Sentence {
  std::string zh;
  std::string en;
};

// Collects Problems of one file.
struct Reporter {
  const std::string& file;
  std::vector<Problem>& problems;
  void add(Place place, Sentence sentence) const {
    problems.push_back(
        {file, place.line, place.column, std::move(sentence.zh), std::move(sentence.en)});
  }
};

std::string path_of(const Field& field);       // "video.width"
std::string title_of(std::string_view table);  // "[video]", "[[chat]]"

// Stores a right value; else stores nothing and returns what is wrong with it.
std::optional<Sentence> store(const Field& field, const TomlValue& value, const Slot& slot);

// What is wrong with a text under a rule; nothing when it is right. Never repeats the text.
std::optional<Sentence> wrong_with(Rule rule, std::string_view text);

// 30, 25, 29.97, "30000/1001"; nothing when it is no rate between 5 and 60.
std::optional<Rate> rate_of(const TomlValue& value);

// A text as TOML writes it.
std::string in_quotes(std::string_view text);
// The value a slot holds as TOML text; empty for none.
std::string toml_text(const Field& field, const Slot& slot);
std::string type_zh(const Field& field);
std::string type_en(const Field& field);
// "64 .. 4096", "1 .. 40", "red harvest plain", or empty.
std::string range_of(const Field& field);
std::vector<std::string_view> choices_of(const Field& field);

}  // namespace xb::studio

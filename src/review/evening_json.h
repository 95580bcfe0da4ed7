// Evenings, lines and rows of the list as the JSON of docs/wire.md section 13.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/json.h"
#include "review/chat_window.h"
#include "review/evening.h"

namespace xb::review {

// What is known besides the ledger.
struct Beside {
  std::string id;
  std::string_view state;
  std::optional<std::int64_t> gained_before;
  Faults faults = {};
};
// Those of the ledger and those of the recordings; problems by time.
std::vector<Sentence> all_missing(const Evening& evening, const Faults& faults);
std::vector<Problem> all_problems(const Evening& evening, const Faults& faults);

// Looks at the files of the Session folder: their sizes, and whether they are there.
OrderedJson evening_json(const Evening& evening, const Beside& beside,
                         const std::filesystem::path& folder);
OrderedJson summary_json(const Evening& evening, const Beside& beside);
OrderedJson points_json(const std::vector<Point>& points, std::int64_t since = 0);
OrderedJson product_json(const ProductSpan& product);
OrderedJson caption_json(const CaptionSpan& caption);
OrderedJson problem_json(const Problem& problem);
OrderedJson line_json(const ChatLine& line);
OrderedJson lines_json(const std::vector<ChatLine>& lines);

// "/api/review/sessions/ID/media/NAME", percent-encoded.
std::string media_url(std::string_view id, std::string_view name);
// The same of one of its small pictures.
std::string thumbnail_url(std::string_view id, std::string_view name);
std::string percent_encoded(std::string_view text);

template <class T>
OrderedJson or_none(const std::optional<T>& value) {
  return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

}  // namespace xb::review

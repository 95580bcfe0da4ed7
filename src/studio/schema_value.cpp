// From a TOML value to a member of the Show and back.
// SPDX-License-Identifier: Apache-2.0
#include "studio/schema_value.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/overloaded.h"
#include "base/text.h"
#include "chat/source.h"

namespace xb::studio {
namespace {

using Wrong = std::optional<Sentence>;

Sentence wrong_type(const Field& field) {
  return {path_of(field) + " 要写成" + type_zh(field) + "：例如 " + std::string(field.key) + " = " +
              std::string(field.example),
          path_of(field) + " must be " + type_en(field) + ": for example " +
              std::string(field.key) + " = " + std::string(field.example)};
}

Wrong wrong_choice(const Field& field, std::string_view text) {
  const auto choices = choices_of(field);
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::nullopt;
  const auto list = range_of(field);
  Sentence out{path_of(field) + " 只能是这些：" + list,
               path_of(field) + " must be one of: " + list};
  if (const auto near = closest(text, choices); !near.empty()) {
    out.zh += "。是不是想写 \"" + std::string(near) + "\"？";
    out.en += ". Did you mean \"" + std::string(near) + "\"?";
  }
  return out;
}

// Blanks are evened out in a text that is drawn and kept in one that names a file: they may differ.
std::vector<char32_t> without_blanks(std::string_view text) {
  auto out = code_points(text);
  std::erase_if(out, [](char32_t c) { return c == U' ' || c == U'\u00A0' || c == U'\u3000'; });
  return out;
}

Wrong wrong_text(const Field& field, std::string_view text, std::int64_t least, std::int64_t most) {
  const auto length = static_cast<std::int64_t>(length_of(text));
  if (length > most) {
    return Sentence{path_of(field) + " 太长：最多 " + std::to_string(most) + " 个字，现在 " +
                        std::to_string(length) + " 个",
                    path_of(field) + " is too long: " + std::to_string(most) +
                        " characters at the most, not " + std::to_string(length)};
  }
  const auto cleaned = clean_outside_text(text, whole_text);
  if (length < least || (length > 0 && cleaned.empty()))
    return Sentence{path_of(field) + " 不能空着：写上内容",
                    path_of(field) + " must not be empty: fill it in"};
  if (without_blanks(text) != without_blanks(cleaned)) {
    return Sentence{path_of(field) + " 里有换行、看不见的字符或叠得太高的符号：写成一行普通文字",
                    path_of(field) +
                        " holds a line end, an invisible character or too many marks on one "
                        "letter: write one line of plain text"};
  }
  return std::nullopt;
}

Wrong wrong_number(const Field& field, std::int64_t number) {
  if (number < field.least || number > field.most) {
    return Sentence{path_of(field) + " 超出范围：写 " + std::to_string(field.least) + " 到 " +
                        std::to_string(field.most) + " 之间的数",
                    path_of(field) + " is out of range: write a number from " +
                        std::to_string(field.least) + " to " + std::to_string(field.most)};
  }
  if (field.rule == Rule::even && number % 2 != 0) {
    return Sentence{path_of(field) + " 必须是偶数：改成 " + std::to_string(number - 1) + " 或 " +
                        std::to_string(number + 1),
                    path_of(field) + " must be even: make it " + std::to_string(number - 1) +
                        " or " + std::to_string(number + 1)};
  }
  if (field.rule == Rule::bitrate && number != 0 && number < 100) {
    return Sentence{path_of(field) + " 太小：不低于 100，或写 0 自动定",
                    path_of(field) + " is too small: at least 100, or 0 to choose by the size"};
  }
  return std::nullopt;
}

template <class Number>
Wrong store_number(const Field& field, const TomlValue& value, Number& out) {
  if (value.kind != TomlKind::whole) return wrong_type(field);
  if (auto wrong = wrong_number(field, value.whole)) return wrong;
  out = static_cast<Number>(value.whole);
  return std::nullopt;
}

Wrong store_text(const Field& field, const TomlValue& value, std::string& out) {
  if (value.kind != TomlKind::text) return wrong_type(field);
  auto wrong = choices_of(field).empty() ? wrong_text(field, value.text, field.least, field.most)
                                         : wrong_choice(field, value.text);
  if (wrong) return wrong;
  wrong = wrong_with(field.rule, value.text);
  if (wrong) return wrong;
  out = value.text;
  return std::nullopt;
}

Wrong store_list(const Field& field, const TomlValue& value, std::vector<std::string>& out) {
  if (value.kind != TomlKind::list) return wrong_type(field);
  if (static_cast<std::int64_t>(value.items.size()) > field.most) {
    return Sentence{
        path_of(field) + " 太多：最多 " + std::to_string(field.most) + " 条",
        path_of(field) + " has too many: " + std::to_string(field.most) + " at the most"};
  }
  std::vector<std::string> texts;
  for (const auto& item : value.items) {
    if (item.kind != TomlKind::text) return wrong_type(field);
    if (auto wrong = wrong_text(field, item.text, 1, 120)) return wrong;
    texts.push_back(item.text);
  }
  out = std::move(texts);
  return std::nullopt;
}

Wrong store_crop(const Field& field, const TomlValue& value, CropPercent& out) {
  if (value.kind != TomlKind::list || value.items.size() != 4) return wrong_type(field);
  std::array<double, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto& item = value.items[i];
    if (item.kind != TomlKind::whole && item.kind != TomlKind::decimal) return wrong_type(field);
    numbers[i] = item.kind == TomlKind::whole ? static_cast<double>(item.whole) : item.decimal;
  }
  const auto [left, top, width, height] = numbers;
  // written so that NaN is refused too
  const bool is_inside = left >= 0 && top >= 0 && width >= 5 && height >= 5 &&
                         left + width <= 100 && top + height <= 100;
  if (!is_inside) {
    return Sentence{path_of(field) +
                        " 超出画面：左 + 宽、上 + 高都不能超过 100，宽和高至少 5，例如 " +
                        std::string(field.example),
                    path_of(field) +
                        " leaves the picture: left + width and top + height are 100 at the most, "
                        "width and height at least 5, for example " +
                        std::string(field.example)};
  }
  out = {left, top, width, height};
  return std::nullopt;
}

Wrong store_rate(const Field& field, const TomlValue& value, Rate& out) {
  const auto rate = rate_of(value);
  if (!rate) {
    return Sentence{
        path_of(field) + " 不对：写 25、30、29.97 或 \"30000/1001\"，5 到 60 之间",
        path_of(field) + " is wrong: write 25, 30, 29.97 or \"30000/1001\", between 5 and 60"};
  }
  out = *rate;
  return std::nullopt;
}

Wrong store_placement(const Field& field, const TomlValue& value, Placement& out) {
  if (value.kind != TomlKind::text) return wrong_type(field);
  if (auto wrong = wrong_choice(field, value.text)) return wrong;
  const auto choices = choices_of(field);
  const auto at = std::find(choices.begin(), choices.end(), value.text) - choices.begin();
  out = static_cast<Placement>(at + 1);
  return std::nullopt;
}

std::optional<Rate> in_range(std::int64_t num, std::int64_t den) {
  if (num < 1 || den < 1 || num > 60'000 || den > 1001 || num < 5 * den || num > 60 * den)
    return std::nullopt;
  return Rate{static_cast<std::int32_t>(num), static_cast<std::int32_t>(den)};
}

std::optional<Rate> rate_of_decimal(double rate) {
  if (!(rate >= 5 && rate <= 60)) return std::nullopt;
  for (const int whole : {24, 30, 48, 60}) {
    if (std::abs(rate - whole * 1000.0 / 1001.0) < 0.006) return in_range(whole * 1000, 1001);
  }
  const auto hundredths = std::lround(rate * 100);
  if (std::abs(rate * 100 - static_cast<double>(hundredths)) > 1e-6) return std::nullopt;
  return hundredths % 100 == 0  ? in_range(hundredths / 100, 1)
         : hundredths % 50 == 0 ? in_range(hundredths / 50, 2)
                                : std::nullopt;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string path_of(const Field& field) {
  return std::string(field.table) + "." + std::string(field.key);
}

std::string title_of(std::string_view table) {
  const auto rows = schema_tables();
  const bool is_list = std::any_of(
      rows.begin(), rows.end(), [&](const auto& row) { return row.name == table && row.is_list; });
  return is_list ? "[[" + std::string(table) + "]]" : "[" + std::string(table) + "]";
}

std::vector<std::string_view> choices_of(const Field& field) {
  if (field.rule == Rule::chat_platform) {
    auto out = chat::platforms();
    out.insert(out.begin(), ingest_platform);
    return out;
  }
  std::vector<std::string_view> out;
  for (auto rest = field.choices; !rest.empty();) {
    const auto word = rest.substr(0, rest.find(' '));
    out.push_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return out;
}

std::optional<Rate> rate_of(const TomlValue& value) {
  if (value.kind == TomlKind::whole) return in_range(value.whole, 1);
  if (value.kind == TomlKind::decimal) return rate_of_decimal(value.decimal);
  if (value.kind != TomlKind::text) return std::nullopt;
  const std::string_view text = value.text;
  const auto* const end = text.data() + text.size();
  std::int64_t num = 0;
  auto [at, error] = std::from_chars(text.data(), end, num);
  if (error != std::errc()) return std::nullopt;
  if (at == end) return in_range(num, 1);
  if (*at == '/') {
    std::int64_t den = 0;
    const auto [stop, failed] = std::from_chars(at + 1, end, den);
    return failed == std::errc() && stop == end ? in_range(num, den) : std::nullopt;
  }
  double decimal = 0;
  const auto [stop, failed] = std::from_chars(text.data(), end, decimal);
  return failed == std::errc() && stop == end ? rate_of_decimal(decimal) : std::nullopt;
}

std::optional<Sentence> store(const Field& field, const TomlValue& value, const Slot& slot) {
  return std::visit(
      Overloaded{[&](std::string* out) { return store_text(field, value, *out); },
                 [&](int* out) { return store_number(field, value, *out); },
                 [&](std::optional<int>* out) {
                   int number = 0;
                   auto wrong = store_number(field, value, number);
                   if (!wrong) *out = number;
                   return wrong;
                 },
                 [&](std::optional<std::int64_t>* out) {
                   std::int64_t number = 0;
                   auto wrong = store_number(field, value, number);
                   if (!wrong) *out = number;
                   return wrong;
                 },
                 [&](bool* out) -> Wrong {
                   if (value.kind != TomlKind::yes_no) return wrong_type(field);
                   *out = value.yes_no;
                   return std::nullopt;
                 },
                 [&](Rate* out) { return store_rate(field, value, *out); },
                 [&](Placement* out) { return store_placement(field, value, *out); },
                 [&](CropPercent* out) { return store_crop(field, value, *out); },
                 [&](std::vector<std::string>* out) { return store_list(field, value, *out); }},
      slot);
}

std::string toml_text(const Field& field, const Slot& slot) {
  return std::visit(
      Overloaded{
          [](const std::string* text) { return text->empty() ? std::string() : in_quotes(*text); },
          [](const int* number) { return std::to_string(*number); },
          [](const bool* is_true) { return std::string(*is_true ? "true" : "false"); },
          [](const Rate* rate) {
            return rate->den == 1
                       ? std::to_string(rate->num)
                       : "\"" + std::to_string(rate->num) + "/" + std::to_string(rate->den) + "\"";
          },
          [&](const Placement* placement) {
            return in_quotes(choices_of(field)[static_cast<std::size_t>(*placement) - 1]);
          },
          [](const CropPercent* crop) {
            return fmt::format("[{}, {}, {}, {}]", crop->left, crop->top, crop->width,
                               crop->height);
          },
          [](const std::vector<std::string>* texts) {
            std::string out;
            for (const auto& text : *texts) out += (out.empty() ? "" : ", ") + in_quotes(text);
            return "[" + out + "]";
          },
          [](const auto* optional) {
            return optional->has_value() ? std::to_string(**optional) : std::string();
          }},
      slot);
}

}  // namespace xb::studio

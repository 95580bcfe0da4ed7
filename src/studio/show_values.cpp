// One visit a direction. SPDX-License-Identifier: Apache-2.0
#include "studio/show_values.h"

#include <algorithm>

#include "base/overloaded.h"
#include "net/json.h"

namespace xb::studio {

const Field* field_named(std::string_view table, std::string_view key) {
  const auto fields = schema_fields();
  const auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& one) {
    return one.table == table && one.key == key;
  });
  return at == fields.end() ? nullptr : &*at;
}

OrderedJson value_json(const Field& field, const Slot& slot) {
  return std::visit(
      Overloaded{[](const std::string* text) { return OrderedJson(*text); },
                 [](const int* number) { return OrderedJson(*number); },
                 [](const bool* is_true) { return OrderedJson(*is_true); },
                 [](const Rate* rate) {
                   return rate->den == 1 ? OrderedJson(rate->num)
                                         : OrderedJson(std::to_string(rate->num) + "/" +
                                                       std::to_string(rate->den));
                 },
                 [&](const Placement* placement) {
                   return OrderedJson(choices_of(field)[static_cast<std::size_t>(*placement) - 1]);
                 },
                 [](const CropPercent* crop) {
                   return OrderedJson{crop->left, crop->top, crop->width, crop->height};
                 },
                 [](const std::vector<std::string>* texts) { return OrderedJson(*texts); },
                 [](const auto* optional) {
                   return optional->has_value() ? OrderedJson(**optional) : OrderedJson(nullptr);
                 }},
      slot);
}

std::string_view kind_of_field(const Field& field, const Slot& slot) {
  if (!choices_of(field).empty()) return "choice";
  return std::visit(
      Overloaded{[](const std::string*) -> std::string_view { return "text"; },
                 [](const bool*) -> std::string_view { return "yes_no"; },
                 [](const Rate*) -> std::string_view { return "rate"; },
                 [](const CropPercent*) -> std::string_view { return "crop"; },
                 [](const std::vector<std::string>*) -> std::string_view { return "lines"; },
                 [](const auto*) -> std::string_view { return "number"; }},
      slot);
}

TomlValue toml_of(const Json& json) {
  TomlValue out;
  switch (json.type()) {
    case Json::value_t::string:
      out.kind = TomlKind::text;
      out.text = json.get_ref<const std::string&>();
      break;
    case Json::value_t::boolean:
      out.kind = TomlKind::yes_no;
      out.yes_no = json.get<bool>();
      break;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      out.kind = TomlKind::whole;
      out.whole = json.get<std::int64_t>();
      break;
    case Json::value_t::number_float:
      out.kind = TomlKind::decimal;
      out.decimal = json.get<double>();
      break;
    case Json::value_t::array:
      out.kind = TomlKind::list;
      for (const auto& item : json) out.items.push_back(toml_of(item));
      break;
    default: break;  // a table: no key takes one
  }
  return out;
}

void set_to_usual(const Slot& slot, const Slot& usual) {
  std::visit([&](auto* value) { *value = *std::get<decltype(value)>(usual); }, slot);
}

}  // namespace xb::studio

// Every command is one row here; adding one is a row, a Deed and its handling.
// SPDX-License-Identifier: Apache-2.0
#include "studio/commands.h"

#include <array>

#include "base/text.h"
#include "studio/tables.h"
#include "studio/text_file.h"

namespace xb::studio {
namespace {

constexpr std::size_t longest_note = 200;  // graphemes

Result<std::string> id_argument(const Json& args, const char* key) {
  auto id = net::require_string(args, key);
  if (!id) return Error(ErrorCode::command_arguments, id.error().detail());
  if (id->empty() || length_of(*id) > longest_id)
    return Error(ErrorCode::command_arguments, std::string(key) + ": 1-40 characters");
  return std::move(*id);
}

template <class T>
Result<Deed> plain(const Json&) {
  return Deed(T{});
}

Result<Deed> product(const Json& args) {
  XB_TRY_ASSIGN(auto id, id_argument(args, "product"));
  return Deed(ShowProduct{std::move(id)});
}

Result<Deed> caption(const Json& args) {
  XB_TRY_ASSIGN(auto id, id_argument(args, "caption"));
  return Deed(ShowCaption{std::move(id)});
}

Result<Deed> slate(const Json& args) {
  XB_TRY_ASSIGN(auto kind, id_argument(args, "slate"));
  if (kind == "opening") return Deed(ShowSlate{overlay::SlateKind::opening});
  if (kind == "away") return Deed(ShowSlate{overlay::SlateKind::away});
  return Error(ErrorCode::command_arguments, "slate: opening or away");
}

Result<Deed> marker(const Json& args) {
  auto note = net::require_string(args, "note");
  if (!note) return Error(ErrorCode::command_arguments, note.error().detail());
  return Deed(AddMarker{clean_outside_text(*note, {.graphemes = longest_note})});
}

constexpr std::array rows{
    CommandRow{"live.start", "{}", "operator", "开播：开始录像和推流",
               "Go live: recording and pushes begin", plain<StartLive>},
    CommandRow{"live.end", "{}", "operator", "结束直播", "End the live", plain<EndLive>},
    CommandRow{"product.show", R"({"product":ID})", "assistant", "商品上屏", "Show a product card",
               product},
    CommandRow{"product.hide", "{}", "assistant", "收起商品", "Hide the product card",
               plain<HideProduct>},
    CommandRow{"caption.show", R"({"caption":ID})", "assistant", "字幕上屏", "Show a caption",
               caption},
    CommandRow{"caption.hide", "{}", "assistant", "收起字幕", "Hide the caption",
               plain<HideCaption>},
    CommandRow{"slate.show", R"({"slate":"opening|away"})", "assistant", "开场画面或暂离",
               "Show the opening or away slate", slate},
    CommandRow{"slate.hide", "{}", "assistant", "收起开场画面或暂离", "Hide the slate",
               plain<HideSlate>},
    CommandRow{"marker.add", R"({"note":TEXT})", "assistant", "打个标记", "Add a marker", marker},
};

}  // namespace

std::span<const CommandRow> command_rows() {
  return rows;
}

Result<Deed> read_command(std::string_view name, const Json& args) {
  for (const auto& row : rows) {
    if (row.name != name) continue;
    if (!args.is_object()) return Error(ErrorCode::command_arguments, "args: expected an object");
    return row.read(args);
  }
  return Error(ErrorCode::command_unknown, cut_graphemes(clean_outside_text(name), 40));
}

}  // namespace xb::studio

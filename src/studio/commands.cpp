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

template <class T>
Result<Deed> product(const Json& args) {
  XB_TRY_ASSIGN(auto id, id_argument(args, "product"));
  return Deed(T{std::move(id)});
}

Result<Deed> caption(const Json& args) {
  XB_TRY_ASSIGN(auto id, id_argument(args, "caption"));
  const auto stays = net::optional_bool(args, "stay");
  if (!stays) return Error(ErrorCode::command_arguments, stays.error().detail());
  return Deed(
      ShowCaption{std::move(id), stays->value_or(false) ? Hold::until_hidden : Hold::by_length});
}

Result<Deed> pin(const Json& args) {
  const auto sequence = net::require_integer(args, "seq");
  if (!sequence) return Error(ErrorCode::command_arguments, sequence.error().detail());
  if (*sequence < 1) return Error(ErrorCode::command_arguments, "seq: 1 or more");
  return Deed(PinChat{static_cast<std::uint64_t>(*sequence)});
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
               product<ShowProduct>},
    CommandRow{"product.hide", "{}", "assistant", "收起商品，也取消倒数",
               "Hide the product card, or cancel its countdown", plain<HideProduct>},
    CommandRow{"product.emphasis", "{}", "assistant", "强调屏上商品的价格",
               "Point at the price of the product on screen", plain<EmphasizeProduct>},
    CommandRow{"countdown.start", R"({"product":ID})", "assistant", "3-2-1 上链接，数完商品上屏",
               "3-2-1, then the product's card is on", product<StartCountdown>},
    CommandRow{
        "caption.show", R"({"caption":ID,"stay":BOOL})", "assistant",
        "字幕上屏；6 秒加每字 0.22 秒（最多 15 秒）后自己收起，stay 为 true 就一直留着",
        "Show a caption; it goes after 6 s and 0.22 s a character of its sentence, 15 s at the "
        "most, or stays with \"stay\":true",
        caption},
    CommandRow{"caption.hide", "{}", "assistant", "收起字幕", "Hide the caption",
               plain<HideCaption>},
    CommandRow{"slate.show", R"({"slate":"opening|away"})", "assistant", "开场画面或暂离",
               "Show the opening or away slate", slate},
    CommandRow{"slate.hide", "{}", "assistant", "收起开场画面或暂离", "Hide the slate",
               plain<HideSlate>},
    CommandRow{"chat.pin", R"({"seq":SEQ})", "assistant", "留言上屏：金底，留 12 秒",
               "Pin one of the last 1000 messages in gold for 12 s", pin},
    CommandRow{"chat.unpin", "{}", "assistant", "收起上屏的留言", "Take the pinned message off",
               plain<UnpinChat>},
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

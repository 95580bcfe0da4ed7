// Every command is one row here; adding one is a row, a Deed and its handling.
// SPDX-License-Identifier: Apache-2.0
#include "studio/commands.h"

#include <array>

#include "base/text.h"
#include "net/json.h"
#include "rules/price_label.h"
#include "studio/tables.h"
#include "studio/text_file.h"

namespace xb::studio {
namespace {

constexpr std::size_t longest_note = 200;  // graphemes
constexpr std::size_t longest_name = 24;
constexpr std::int64_t most_by_hand = 1000;  // of one command: a hall that follows at once
constexpr std::int64_t usual_mute = 10;      // minutes
constexpr std::int64_t longest_mute = 24 * 60;
constexpr std::size_t longest_saying = 200;
constexpr std::size_t longest_price = 24;
constexpr std::int64_t shortest_turn = 5;  // seconds: a card must have come in and been read
constexpr std::int64_t longest_turn = 600;
enum class Presence : std::uint8_t { required = 1, optional };

Result<std::string> id_argument(const Json& args, const char* key) {
  auto id = net::require_string(args, key);
  if (!id) return Error(ErrorCode::command_arguments, id.error().detail());
  if (id->empty() || length_of(*id) > longest_id)
    return Error(ErrorCode::command_arguments, std::string(key) + ": 1-40 characters");
  return std::move(*id);
}

Result<std::uint64_t> sequence_argument(const Json& args) {
  const auto sequence = net::require_integer(args, "seq");
  if (!sequence) return Error(ErrorCode::command_arguments, sequence.error().detail());
  if (*sequence < 1) return Error(ErrorCode::command_arguments, "seq: 1 or more");
  return static_cast<std::uint64_t>(*sequence);
}

// Cleaned; empty when it is not there.
Result<std::string> text_argument(const Json& args, const char* key, std::size_t graphemes) {
  auto text = net::optional_string(args, key);
  if (!text) return Error(ErrorCode::command_arguments, text.error().detail());
  return clean_outside_text(text->value_or(""), {.graphemes = graphemes});
}

// The name of a platform as ChatEvents have it (docs/wire.md 1).
Result<std::string> platform_argument(const Json& args, Presence presence) {
  XB_TRY_ASSIGN(auto name, text_argument(args, "platform", 1000));
  if (name.empty() && presence == Presence::optional) return name;
  if (name.empty() || name.size() > 64 || length_of(name) > 24)
    return Error(ErrorCode::command_arguments, "platform: 1-24 characters");
  return name;
}

template <class T>
Result<Deed> plain(const Json&) {
  return Deed(T{});
}

template <class T, bool value>
Result<Deed> switched(const Json&) {
  return Deed(T{value});
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

template <class T>
Result<Deed> numbered(const Json& args) {
  XB_TRY_ASSIGN(const auto sequence, sequence_argument(args));
  return Deed(T{sequence});
}

// Why somebody does what others may ask about: kept, so it must say something.
Result<Deed> hide(const Json& args) {
  XB_TRY_ASSIGN(const auto sequence, sequence_argument(args));
  XB_TRY_ASSIGN(auto why, text_argument(args, "reason", longest_note));
  if (why.empty()) return Error(ErrorCode::command_arguments, "reason: say why");
  return Deed(HideChat{sequence, std::move(why)});
}

Result<Deed> unhide(const Json& args) {
  XB_TRY_ASSIGN(const auto sequence, sequence_argument(args));
  XB_TRY_ASSIGN(auto why, text_argument(args, "reason", longest_note));
  return Deed(UnhideChat{sequence, std::move(why)});
}

Result<Deed> mute(const Json& args) {
  XB_TRY_ASSIGN(auto platform, platform_argument(args, Presence::required));
  auto user = net::require_string(args, "user");
  if (!user) return Error(ErrorCode::command_arguments, user.error().detail());
  if (user->empty() || user->size() > 256)
    return Error(ErrorCode::command_arguments, "user: 1-256 bytes");
  const auto minutes = net::optional_integer(args, "minutes");
  if (!minutes) return Error(ErrorCode::command_arguments, minutes.error().detail());
  const auto length = minutes->value_or(usual_mute);
  if (length < 0 || length > longest_mute)
    return Error(ErrorCode::command_arguments, "minutes: 0-1440");
  return Deed(MuteChat{std::move(platform), std::move(*user), static_cast<int>(length)});
}

Result<Deed> add_followers(const Json& args) {
  AddFollowers out;
  XB_TRY_ASSIGN(out.platform, platform_argument(args, Presence::optional));
  XB_TRY_ASSIGN(out.name, text_argument(args, "name", longest_name));
  XB_TRY_ASSIGN(out.why, text_argument(args, "note", longest_note));
  const auto count = net::optional_integer(args, "count");
  if (!count) return Error(ErrorCode::command_arguments, count.error().detail());
  out.count = count->value_or(1);
  if (out.count == 0 || out.count < -most_by_hand || out.count > most_by_hand)
    return Error(ErrorCode::command_arguments, "count: -1000 to 1000, not 0");
  return Deed(std::move(out));
}

Result<Deed> tell_total(const Json& args) {
  TellTotal out;
  XB_TRY_ASSIGN(out.platform, platform_argument(args, Presence::required));
  XB_TRY_ASSIGN(out.why, text_argument(args, "note", longest_note));
  const auto total = net::require_integer(args, "total");
  if (!total) return Error(ErrorCode::command_arguments, total.error().detail());
  if (*total < 0) return Error(ErrorCode::command_arguments, "total: 0 or more");
  out.total = *total;
  return Deed(std::move(out));
}

Result<Deed> say(const Json& args) {
  XB_TRY_ASSIGN(auto text, text_argument(args, "text", longest_saying));
  if (text.find_first_not_of(' ') == std::string::npos)
    return Error(ErrorCode::command_arguments, "text: there are no words in it");
  return Deed(SayAsHost{std::move(text)});
}

Result<Deed> rotation(const Json& args) {
  const auto seconds = net::require_integer(args, "seconds");
  if (!seconds) return Error(ErrorCode::command_arguments, seconds.error().detail());
  if (*seconds < shortest_turn || *seconds > longest_turn)
    return Error(ErrorCode::command_arguments, "seconds: 5-600");
  return Deed(StartRotation{static_cast<int>(*seconds)});
}

Result<Deed> set_price(const Json& args) {
  SetPrice out;
  XB_TRY_ASSIGN(out.id, id_argument(args, "product"));
  const auto old = net::require_string(args, "old");
  const auto price = net::require_string(args, "price");
  if (!old) return Error(ErrorCode::command_arguments, old.error().detail());
  if (!price) return Error(ErrorCode::command_arguments, price.error().detail());
  const auto shown = rules::shown_price(*price);
  if (!shown) {
    return Error(ErrorCode::command_arguments,
                 "price：只写数字，比 0 大，最多两位小数，最高 999999.99",
                 "price: digits, above 0, two decimals and 999999.99 at the most");
  }
  out.old = clean_outside_text(*old, {.graphemes = longest_price});
  out.price = *shown;
  return Deed(std::move(out));
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
    CommandRow{"output.retry", "{}", "assistant", "断了的平台马上再连一次，不等了",
               "Platforms that are cut off try again at once", plain<RetryOutputs>},
    CommandRow{"product.show", R"({"product":ID})", "assistant", "商品上屏", "Show a product card",
               product<ShowProduct>},
    CommandRow{"product.hide", "{}", "assistant", "收起商品，也取消倒数",
               "Hide the product card, or cancel its countdown", plain<HideProduct>},
    CommandRow{"product.emphasis", "{}", "assistant", "强调屏上商品的价格",
               "Point at the price of the product on screen", plain<EmphasizeProduct>},
    CommandRow{"countdown.start", R"({"product":ID})", "assistant", "3-2-1 上链接，数完商品上屏",
               "3-2-1, then the product's card is on", product<StartCountdown>},
    CommandRow{"cue.next", "{}", "assistant",
               "下一个商品上屏：跳过价格不全和卖完的，到头从第一个来",
               "The next product's card: incomplete and sold-out ones are passed over, after the "
               "last comes the first",
               plain<ShowNext>},
    CommandRow{"rotation.start", R"({"seconds":N})", "assistant",
               "商品轮播：每 N 秒换一个（5 到 "
               "600），跳过价格不全和卖完的；红色字幕、开场、暂离和倒数时等着",
               "Product cards in turn, one each N seconds (5 to 600), incomplete and sold-out ones "
               "passed over; it waits for heritage captions, slates and countdowns",
               rotation},
    CommandRow{"rotation.stop", "{}", "assistant", "停止轮播", "Stop the rotation",
               plain<StopRotation>},
    CommandRow{"undo", "{}", "assistant", "撤销：30 秒里最后一次换画面的操作（谁按的都算）退回去",
               "Take back the last change of the picture within 30 s, whoever made it",
               plain<Undo>},
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
               "Pin one of the last 1000 messages in gold for 12 s", numbered<PinChat>},
    CommandRow{"chat.unpin", "{}", "assistant", "收起上屏的留言", "Take the pinned message off",
               plain<UnpinChat>},
    CommandRow{"chat.hide", R"({"seq":SEQ,"reason":TEXT})", "assistant",
               "隐藏最近 1000 条里的一条留言；要写原因，留言和原因都留在账本里",
               "Hide one of the last 1000 messages; a reason is needed, both stay in the ledger",
               hide},
    CommandRow{"chat.unhide", R"({"seq":SEQ,"reason":TEXT})", "assistant",
               "恢复隐藏的留言，可以写原因", "Show a hidden message again; a reason may be given",
               unhide},
    CommandRow{"chat.mute", R"({"platform":TEXT,"user":USER,"minutes":N})", "assistant",
               "禁言：user 是这个人在平台上的号，minutes 不写是 10 分钟，最多 1440，0 是解除",
               "Mute: user is the person's id on the platform, minutes 10 when not said, at most "
               "1440, 0 ends it",
               mute},
    CommandRow{"chat.answered", R"({"seq":SEQ})", "assistant",
               "这个问题答过了：seq 是问题的 first 或 last",
               "The question is answered: seq is its first or last", numbered<AnswerChat>},
    CommandRow{
        "chat.say", R"({"text":TEXT})", "assistant",
        "以主播身份回一句：进手机观看页的聊天和画面，方案里要有 platform 是 audience 的 [[chat]]",
        "A line as the host: into the chat of the audience page and the picture; the Show "
        "must have a [[chat]] with platform audience",
        say},
    CommandRow{"followers.add", R"({"platform":TEXT,"count":N,"name":TEXT,"note":TEXT})",
               "assistant",
               "手工加粉丝：count 不写是 1，负数是收回点错的；platform 不写是方案里第一个推流平台",
               "Add followers by hand: count 1 when not said, below 0 takes mistaps back; platform "
               "is the first one of the Show's pushes when not said",
               add_followers},
    CommandRow{
        "followers.total", R"({"platform":TEXT,"total":N,"note":TEXT})", "assistant",
        "照平台上看到的填粉丝总数；少了两成多要连填三次才算",
        "The total as the platform shows it; one that is more than a fifth lower counts when "
        "told three times in a row",
        tell_total},
    CommandRow{"price.set", R"({"product":ID,"old":TEXT,"price":TEXT})", "assistant",
               "改价（old 是改之前看到的价，已经变了就不改）",
               "Change a price (old is the one that was seen; another one changes nothing)",
               set_price},
    CommandRow{"sound.mute", "{}", "assistant", "话筒静音；配乐照放",
               "Mute the microphone; music goes on", switched<MuteSound, true>},
    CommandRow{"sound.unmute", "{}", "assistant", "打开话筒", "The microphone is heard again",
               switched<MuteSound, false>},
    CommandRow{"sound.panic", "{}", "assistant",
               "紧急遮挡：两帧之内换成“暂离”画面，话筒和配乐都没有声音，录像和观看页一样",
               "Cover everything: the away slate within two frames, and neither microphone nor "
               "music, in the recording and on the audience page, too",
               switched<CoverAll, true>},
    CommandRow{"sound.resume", "{}", "assistant", "恢复播出：撤掉紧急遮挡",
               "Resume: takes the cover away", switched<CoverAll, false>},
    CommandRow{"music.start", "{}", "assistant", "放配乐", "Play the music",
               switched<PlayMusic, true>},
    CommandRow{"music.stop", "{}", "assistant", "停止配乐", "Stop the music",
               switched<PlayMusic, false>},
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

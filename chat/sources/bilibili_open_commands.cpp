// The commands of Bilibili's open platform. SPDX-License-Identifier: Apache-2.0
#include "chat/sources/bilibili_commands.h"

namespace xb::chat {
namespace {

ChatEvent common(Kind kind, Look data) {
  ChatEvent out;
  out.kind = kind;
  out.platform = bilibili;
  out.id = data["msg_id"].id();
  out.time_ms = ms_of_seconds(data["timestamp"]);
  if (data["open_id"].is_text() || data["uname"].is_text())
    out.user = User{data["open_id"].id(), data["uname"].text()};
  return out;
}

void read_gift(Look data, Reading& out) {
  auto event = common(Kind::gift, data);
  const auto count = data["gift_num"].natural();
  if (!count || !data["gift_name"].is_text())
    return out.refuse("data: a gift needs gift_name and gift_num");
  event.text = data["gift_name"].text();
  event.count = count;
  const auto each = data["r_price"].natural() ? data["r_price"].natural() : data["price"].natural();
  if (data["paid"].is_true() && each && *each > 0 && *each < 1'000'000'000 &&
      *count < 1'000'000'000) {
    event.amount = decimal_of(*each * *count, 1000);
    event.currency = "CNY";
  }
  out.add(event);
}

void read_paid(Look data, Reading& out) {
  auto event = common(Kind::paid, data);
  const auto yuan = data["rmb"].natural();
  if (!yuan) return out.refuse("data.rmb: expected an integer");
  event.text = data["message"].text();
  event.amount = std::to_string(*yuan);
  event.currency = "CNY";
  if (const auto id = data["message_id"].id(); !id.empty()) event.id = "sc-" + id;
  out.add(event);
}

void read_paid_delete(Look data, Reading& out) {
  auto event = common(Kind::moderation, data);
  const auto ids = data["message_ids"];
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (auto id = ids[i].id(); !id.empty()) event.ids.push_back("sc-" + std::move(id));
  }
  out.add(event);
}

void read_guard(Look data, Reading& out) {
  auto event = common(Kind::member, data);
  event.user = User{data["user_info"]["open_id"].id(), data["user_info"]["uname"].text()};
  const auto level = data["guard_level"].whole();
  event.text = level == 1 ? "总督" : level == 2 ? "提督" : "舰长";
  event.count = data["guard_num"].natural();
  out.add(event);
}

}  // namespace

bool read_bilibili_open(std::string_view command, Look data, Reading& out) {
  constexpr std::string_view prefix = "LIVE_OPEN_PLATFORM_";
  if (!command.starts_with(prefix)) return false;
  command.remove_prefix(prefix.size());
  if (command == "DM") {
    auto event = common(Kind::chat, data);
    if (!data["msg"].is_text()) {
      out.refuse("data.msg: expected a string");
      return true;
    }
    event.text = data["msg"].text();
    out.add(event);
  } else if (command == "SEND_GIFT") {
    read_gift(data, out);
  } else if (command == "SUPER_CHAT") {
    read_paid(data, out);
  } else if (command == "SUPER_CHAT_DEL") {
    read_paid_delete(data, out);
  } else if (command == "GUARD") {
    read_guard(data, out);
  } else if (command == "LIKE") {
    auto event = common(Kind::like, data);
    event.count = data["like_count"].natural();
    out.add(event);
  } else if (command == "LIVE_ROOM_ENTER") {
    out.add(common(Kind::enter, data));
  } else if (command == "LIVE_START" || command == "LIVE_END") {
    auto event = common(Kind::stream, data);
    event.user.reset();
    event.online = command == "LIVE_START";
    out.add(event);
  } else {
    return false;
  }
  return true;
}

}  // namespace xb::chat

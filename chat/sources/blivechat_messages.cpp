// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/blivechat_messages.h"

#include "base/text.h"
#include "chat/look.h"
#include "chat/sources/bilibili_commands.h"
#include "net/json.h"

namespace xb::chat {
namespace {

enum Command : std::int64_t {
  heartbeat = 0,
  text = 50,
  gift,
  member,
  super_chat,
  delete_super_chat
};

ChatEvent common(Kind kind, Look data) {
  ChatEvent out;
  out.kind = kind;
  out.platform = bilibili;
  out.id = data["id"].id();
  out.time_ms = ms_of_seconds(data["timestamp"]);
  out.user = User{data["uid"].id(), data["authorName"].text()};
  return out;
}

void read_text(Look data, Reading& out) {
  if (!data[4].is_text()) return out.refuse("data[4]: expected a string");
  if (data[6].is_true()) {  // what a gift says by itself; the gift comes as one
    ++out.ignored;
    return;
  }
  ChatEvent event;
  event.platform = bilibili;
  event.id = data[11].id();
  event.user = User{data[16].id(), data[2].text()};
  event.text = data[4].text();
  event.time_ms = ms_of_seconds(data[1]);
  out.add(event);
}

void read_gift(Look data, Reading& out) {
  auto event = common(Kind::gift, data);
  event.text = data["giftName"].text();
  event.count = data["num"].natural();
  if (const auto coins = data["totalCoin"].natural(); coins && *coins > 0) {
    event.amount = decimal_of(*coins, 1000);
    event.currency = "CNY";
  }
  out.add(event);
}

void read_member(Look data, Reading& out) {
  auto event = common(Kind::member, data);
  const auto level = data["privilegeType"].whole();
  event.text = level == 1 ? "总督" : level == 2 ? "提督" : "舰长";
  out.add(event);
}

void read_super_chat(Look data, Reading& out) {
  auto event = common(Kind::paid, data);
  const auto yuan = data["price"].natural();
  if (!yuan) return out.refuse("data.price: expected an integer");
  event.text = data["content"].text();
  event.amount = std::to_string(*yuan);
  event.currency = "CNY";
  out.add(event);
}

void read_delete(Look data, Reading& out) {
  ChatEvent event;
  event.kind = Kind::moderation;
  event.platform = bilibili;
  for (std::size_t i = 0; i < data["ids"].size(); ++i) {
    if (auto id = data["ids"][i].id(); !id.empty()) event.ids.push_back(std::move(id));
  }
  out.add(event);
}

}  // namespace

BlivechatReading read_blivechat(std::string_view message) {
  BlivechatReading out;
  if (!is_utf8(message)) {
    out.refuse(Error(ErrorCode::text_not_utf8, "blivechat"));
    return out;
  }
  const auto json = net::parse_json(message);
  if (!json) {
    const bool is_long = message.size() > net::JsonLimits{}.bytes;
    out.refuse(is_long ? Error(ErrorCode::event_too_large, "blivechat") : json.error());
    return out;
  }
  const Look top(*json);
  const auto command = top["cmd"].whole();
  const auto data = top["data"];
  if (!command) {
    out.refuse("cmd: expected an integer");
  } else if (*command == heartbeat) {
    out.is_heartbeat = true;
    ++out.ignored;
  } else if (*command == text) {
    read_text(data, out);
  } else if (*command == gift) {
    read_gift(data, out);
  } else if (*command == member) {
    read_member(data, out);
  } else if (*command == super_chat) {
    read_super_chat(data, out);
  } else if (*command == delete_super_chat) {
    read_delete(data, out);
  } else {
    ++out.ignored;
  }
  return out;
}

}  // namespace xb::chat

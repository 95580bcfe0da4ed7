// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/bilibili_commands.h"

#include <array>
#include <limits>

#include "chat/protobuf.h"
#include "net/digest.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::int64_t gold_a_yuan = 1000;

ChatEvent event_of_kind(Kind kind) {
  ChatEvent out;
  out.kind = kind;
  out.platform = bilibili;
  return out;
}

// Masked rooms give everybody the id 0: nobody's.
User user_of(std::string id, std::string name) {
  if (id == "0") id.clear();
  return {std::move(id), std::move(name)};
}

std::string guard_name(std::optional<std::int64_t> level) {
  if (level == 1) return "总督";
  if (level == 2) return "提督";
  return "舰长";
}

void read_chat(Look info, Reading& out) {
  auto event = event_of_kind(Kind::chat);
  event.text = info[1].text();
  event.user = user_of(info[2][0].id(), info[2][1].text());
  event.time_ms = info[0][4].natural();
  if (const auto extra = info[0][15]["extra"]; extra.is_text()) {
    if (const auto parsed = net::parse_json(extra.text())) event.id = Look(*parsed)["id_str"].id();
  }
  if (!info[1].is_text()) return out.refuse("info[1]: expected a string");
  out.add(event);
}

struct Interaction {
  std::int64_t type = 0;
  std::string user_id;
  std::string name;
  std::int64_t seconds = 0;
};

void add_interaction(const Interaction& one, Reading& out) {
  constexpr std::array kinds{std::pair{1, Kind::enter},  std::pair{2, Kind::follow},
                             std::pair{3, Kind::share},  std::pair{4, Kind::follow},
                             std::pair{5, Kind::follow}, std::pair{6, Kind::like}};
  for (const auto& [type, kind] : kinds) {
    if (type != one.type) continue;
    auto event = event_of_kind(kind);
    event.user = user_of(one.user_id, one.name);
    if (kind == Kind::like) event.count = 1;
    if (one.seconds > 0 && one.seconds <= std::numeric_limits<std::int64_t>::max() / 1000)
      event.time_ms = one.seconds * 1000;
    event.id = std::string(name_of(kind)) + "-" + one.user_id + "-" +
               net::md5_hex(one.name).substr(0, 12) + "-" + std::to_string(one.seconds);
    return out.add(event);
  }
  ++out.ignored;
}

void read_interaction(Look data, Reading& out) {
  const auto type = data["msg_type"].whole();
  if (!type) return out.refuse("data.msg_type: expected an integer");
  add_interaction(
      {*type, data["uid"].id(), data["uname"].text(), data["timestamp"].natural().value_or(0)},
      out);
}

// Base64 of a message, or nothing.
std::optional<std::string> message_in(Look data, Reading& out) {
  auto bytes = net::from_base64(data["pb"].text());
  if (bytes && !bytes->empty()) return bytes;
  out.refuse("data.pb: expected base64");
  return std::nullopt;
}

std::int64_t whole_of(const ProtobufField& field) {
  const auto value = field.value;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value <= most ? static_cast<std::int64_t>(value) : 0;
}

void read_interaction_v2(Look data, Reading& out) {
  const auto message = message_in(data, out);
  if (!message) return;
  Interaction one;
  ProtobufReader reader(*message);
  using enum ProtobufField::Kind;
  while (const auto field = reader.next()) {
    if (field->number == 1 && field->kind == varint) one.user_id = std::to_string(field->value);
    if (field->number == 2 && field->kind == bytes) one.name = field->bytes;
    if (field->number == 5 && field->kind == varint) one.type = whole_of(*field);
    if (field->number == 7 && field->kind == varint) one.seconds = whole_of(*field);
  }
  if (reader.is_broken()) return out.refuse("data.pb: broken message");
  add_interaction(one, out);
}

struct Gift {
  std::string user_id, user_name, name, id, coin;
  std::int64_t count = 0, total_coin = 0, seconds = 0;
};

void add_gift(const Gift& gift, Reading& out) {
  auto event = event_of_kind(Kind::gift);
  event.user = user_of(gift.user_id, gift.user_name);
  event.text = gift.name;
  event.count = gift.count;
  if (!gift.id.empty()) event.id = "gift-" + gift.id;
  if (gift.coin == "gold" && gift.total_coin > 0) {
    event.amount = decimal_of(gift.total_coin, gold_a_yuan);
    event.currency = "CNY";
  }
  if (gift.seconds > 0 && gift.seconds <= std::numeric_limits<std::int64_t>::max() / 1000)
    event.time_ms = gift.seconds * 1000;
  out.add(event);
}

void read_gift(Look data, Reading& out) {
  const auto count = data["num"].natural();
  if (!count || !data["giftName"].is_text())
    return out.refuse("data: a gift needs giftName and num");
  add_gift({data["uid"].id(), data["uname"].text(), data["giftName"].text(), data["tid"].id(),
            data["coin_type"].text(), *count, data["total_coin"].natural().value_or(0),
            data["timestamp"].natural().value_or(0)},
           out);
}

// Field 10 of SEND_GIFT_V2.
bool read_gift_item(std::string_view message, Gift& gift) {
  ProtobufReader reader(message);
  using enum ProtobufField::Kind;
  while (const auto field = reader.next()) {
    const bool is_text = field->kind == bytes;
    if (field->number == 2 && is_text) gift.name = field->bytes;
    if (field->number == 3 && field->kind == varint) gift.count = whole_of(*field);
    if (field->number == 7 && field->kind == varint) gift.total_coin = whole_of(*field);
    if (field->number == 8 && is_text) gift.coin = field->bytes;
    if (field->number == 9 && is_text) gift.id = field->bytes;
    if (field->number == 10 && field->kind == varint) gift.seconds = whole_of(*field);
  }
  return !reader.is_broken();
}

void read_gift_v2(Look data, Reading& out) {
  const auto message = message_in(data, out);
  if (!message) return;
  Gift sender;
  std::vector<Gift> gifts;
  ProtobufReader reader(*message);
  using enum ProtobufField::Kind;
  bool is_broken = false;
  while (const auto field = reader.next()) {
    const bool is_text = field->kind == bytes;
    if (field->number == 1 && field->kind == varint) sender.user_id = std::to_string(field->value);
    if (field->number == 2 && is_text) sender.user_name = field->bytes;
    if (field->number == 10 && is_text) {
      is_broken = !read_gift_item(field->bytes, gifts.emplace_back()) || is_broken;
    }
  }
  if (reader.is_broken() || is_broken) return out.refuse("data.pb: broken message");
  for (auto& gift : gifts) {
    gift.user_id = sender.user_id;
    gift.user_name = sender.user_name;
    add_gift(gift, out);
  }
}

void read_super_chat(Look data, Reading& out) {
  auto event = event_of_kind(Kind::paid);
  const auto price = data["price"].natural();
  if (!price) return out.refuse("data.price: expected an integer");
  event.user = user_of(data["uid"].id(), data["user_info"]["uname"].text());
  event.text = data["message"].text();
  event.amount = std::to_string(*price);
  event.currency = "CNY";
  if (const auto id = data["id"].id(); !id.empty()) event.id = "sc-" + id;
  event.time_ms = ms_of_seconds(data["start_time"]);
  out.add(event);
}

void read_super_chat_delete(Look data, Reading& out) {
  auto event = event_of_kind(Kind::moderation);
  for (std::size_t i = 0; i < data["ids"].size(); ++i) {
    if (auto id = data["ids"][i].id(); !id.empty()) event.ids.push_back("sc-" + std::move(id));
  }
  out.add(event);
}

void read_guard(Look data, Reading& out) {
  auto event = event_of_kind(Kind::member);
  event.user = user_of(data["uid"].id(), data["username"].text());
  event.text = data["gift_name"].is_text() ? data["gift_name"].text()
                                           : guard_name(data["guard_level"].whole());
  if (const auto price = data["price"].natural(); price && *price > 0) {
    event.amount = decimal_of(*price, gold_a_yuan);
    event.currency = "CNY";
  }
  event.count = data["num"].natural();
  event.time_ms = ms_of_seconds(data["start_time"]);
  if (const auto start = data["start_time"].id(); !start.empty())
    event.id = "guard-" + data["uid"].id() + "-" + start;
  out.add(event);
}

void add_total(Kind kind, std::optional<std::int64_t> total, Reading& out) {
  if (!total) return out.refuse("a total is missing");
  auto event = event_of_kind(kind);
  event.total = total;
  out.add(event);
}

void read_online(bool is_online, Look command, Reading& out) {
  auto event = event_of_kind(Kind::stream);
  event.online = is_online;
  // LIVE comes up to three times.
  if (const auto key = command["live_key"].id(); is_online && !key.empty())
    event.id = "live-" + key;
  out.add(event);
}

void read_notice(Look command, Reading& out) {
  auto event = event_of_kind(Kind::notice);
  event.text = command["msg"].text();
  if (event.text->empty()) event.text = command["cmd"].text();
  out.add(event);
}

void read_like(Look data, Reading& out) {
  auto event = event_of_kind(Kind::like);
  event.user = user_of(data["uid"].id(), data["uname"].text());
  event.count = 1;
  out.add(event);
}

}  // namespace

std::optional<std::int64_t> ms_of_seconds(Look seconds) {
  const auto value = seconds.natural();
  if (!value || *value == 0 || *value > std::numeric_limits<std::int64_t>::max() / 1000)
    return std::nullopt;
  return *value * 1000;
}

Reading BilibiliCommands::read(std::string_view json) {
  Reading out;
  const auto parsed = net::parse_json(json);
  if (!parsed) {
    const bool is_long = json.size() > net::JsonLimits{}.bytes;
    out.refuse(is_long ? Error(ErrorCode::event_too_large, "command") : parsed.error());
    return out;
  }
  const Look top(*parsed);
  const auto name = top["cmd"].text();
  const auto command = std::string_view(name).substr(0, name.find(':'));
  const auto data = top["data"];
  if (command.empty()) {
    out.refuse("cmd: expected a string");
  } else if (command == "DANMU_MSG") {
    read_chat(top["info"], out);
  } else if (command == "INTERACT_WORD") {
    read_interaction(data, out);
  } else if (command == "INTERACT_WORD_V2") {
    read_interaction_v2(data, out);
  } else if (command == "SEND_GIFT") {
    read_gift(data, out);
  } else if (command == "SEND_GIFT_V2") {
    read_gift_v2(data, out);
  } else if (command == "SUPER_CHAT_MESSAGE") {
    read_super_chat(data, out);
  } else if (command == "SUPER_CHAT_MESSAGE_DELETE") {
    read_super_chat_delete(data, out);
  } else if (command == "GUARD_BUY") {
    read_guard(data, out);
  } else if (command == "ROOM_REAL_TIME_MESSAGE_UPDATE") {
    add_total(Kind::followers, data["fans"].natural(), out);
  } else if (command == "LIKE_INFO_V3_UPDATE") {
    add_total(Kind::like, data["click_count"].natural(), out);
  } else if (command == "LIKE_INFO_V3_CLICK") {
    read_like(data, out);
  } else if (command == "ONLINE_RANK_COUNT") {
    has_online_ = true;
    const auto now = data["online_count"].natural();
    add_total(Kind::viewers, now ? now : data["count"].natural(), out);
  } else if (command == "WATCHED_CHANGE" && !has_online_) {
    add_total(Kind::viewers, data["num"].natural(), out);
  } else if (command == "LIVE" || command == "PREPARING") {
    read_online(command == "LIVE", top, out);
  } else if (command == "CUT_OFF" || command == "WARNING") {
    read_notice(top, out);
  } else if (command == "LOG_IN_NOTICE") {
    is_masked_ = true;
    ++out.ignored;
  } else if (command == "LIVE_OPEN_PLATFORM_INTERACTION_END") {
    ended_game_ = data["game_id"].id();
    ++out.ignored;
  } else if (!read_bilibili_open(command, data, out)) {
    ++out.ignored;
  }
  return out;
}

}  // namespace xb::chat

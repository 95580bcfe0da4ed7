// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/twitch_notes.h"

#include "base/text.h"
#include "chat/look.h"
#include "chat/sources/twitch_lines.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::int64_t oldest_ms = 10LL * 60 * 1000;

ChatEvent common(Kind kind, Look metadata) {
  ChatEvent out;
  out.kind = kind;
  out.platform = twitch;
  out.id = metadata["message_id"].id();  // the same when it is sent again
  out.time_ms = unix_ms_of(metadata["message_timestamp"].text());
  return out;
}

User user_of(Look event, std::string_view prefix) {
  const std::string start(prefix);
  auto name = event[start + "user_name"].text();
  if (name.empty()) name = event[start + "user_login"].text();
  return {event[start + "user_id"].id(), std::move(name)};
}

void read_chat(Look event, Look metadata, Reading& out) {
  const auto from = event["source_broadcaster_user_id"].id();
  if (!from.empty() && from != event["broadcaster_user_id"].id()) {
    ++out.ignored;
    return;
  }
  if (!event["message"]["text"].is_text())
    return out.refuse("event.message.text: expected a string");
  auto chat = common(Kind::chat, metadata);
  if (const auto id = event["message_id"].id(); !id.empty()) chat.id = id;  // as IRC calls it
  chat.user = user_of(event, "chatter_");
  chat.text = event["message"]["text"].text();
  out.add(chat);
  const auto bits = event["cheer"]["bits"].natural();
  if (!bits || *bits == 0) return;
  auto gift = chat;
  gift.kind = Kind::gift;
  gift.text = "Bits";
  gift.count = bits;
  gift.id += "-bits";
  out.add(gift);
}

void read_notification(Look top, Reading& out) {
  const auto metadata = top["metadata"];
  const auto event = top["payload"]["event"];
  auto type = top["payload"]["subscription"]["type"].text();
  if (type.empty()) type = metadata["subscription_type"].text();
  if (!event.is_object()) return out.refuse("payload.event: expected an object");
  if (metadata["message_id"].id().empty()) return out.refuse("metadata.message_id: missing");
  if (type == "channel.follow") {
    auto follow = common(Kind::follow, metadata);
    follow.user = user_of(event, "");
    if (follow.user->id.empty()) return out.refuse("event.user_id: missing");
    if (const auto at = unix_ms_of(event["followed_at"].text())) follow.time_ms = at;
    out.add(follow);
  } else if (type == "channel.chat.message") {
    read_chat(event, metadata, out);
  } else if (type == "channel.subscribe") {
    auto member = common(Kind::member, metadata);
    member.user = user_of(event, "");
    member.text = event["tier"].id();
    out.add(member);
  } else if (type == "stream.online" || type == "stream.offline") {
    auto stream = common(Kind::stream, metadata);
    stream.online = type == "stream.online";
    out.add(stream);
  } else {
    ++out.ignored;
  }
}

}  // namespace

TwitchNote read_twitch_note(std::string_view frame, std::int64_t now_ms) {
  TwitchNote out;
  if (!is_utf8(frame)) {
    out.refuse(Error(ErrorCode::text_not_utf8, "eventsub"));
    return out;
  }
  const auto json = net::parse_json(frame);
  if (!json) {
    const bool is_long = frame.size() > net::JsonLimits{}.bytes;
    out.refuse(is_long ? Error(ErrorCode::event_too_large, "eventsub") : json.error());
    return out;
  }
  const Look top(*json);
  const auto session = top["payload"]["session"];
  const auto type = top["metadata"]["message_type"].text();
  if (type == "session_welcome") {
    out.session = session["id"].text();
    out.keepalive_seconds = session["keepalive_timeout_seconds"].natural();
    if (out.session.empty())
      out.refuse("payload.session.id: expected a string");
    else
      out.type = TwitchNote::Type::welcome;
  } else if (type == "session_keepalive") {
    out.type = TwitchNote::Type::keepalive;
  } else if (type == "session_reconnect") {
    out.reconnect_url = session["reconnect_url"].text();
    if (out.reconnect_url.empty())
      out.refuse("payload.session.reconnect_url: expected a string");
    else
      out.type = TwitchNote::Type::reconnect;
  } else if (type == "revocation") {
    const auto subscription = top["payload"]["subscription"];
    out.type = TwitchNote::Type::revocation;
    out.revoked = subscription["type"].text() + ": " + subscription["status"].text();
  } else if (type == "notification") {
    out.type = TwitchNote::Type::notification;
    const auto sent = unix_ms_of(top["metadata"]["message_timestamp"].text());
    if (sent && *sent < now_ms - oldest_ms)
      ++out.ignored;
    else
      read_notification(top, out);
  } else if (type.empty()) {
    out.refuse("metadata.message_type: expected a string");
  } else {
    ++out.ignored;
  }
  return out;
}

}  // namespace xb::chat

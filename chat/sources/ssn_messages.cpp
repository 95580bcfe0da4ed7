// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/ssn_messages.h"

#include <algorithm>

#include "base/text.h"
#include "chat/look.h"
#include "chat/markup.h"
#include "net/digest.h"
#include "net/json.h"

namespace xb::chat {
namespace {

std::string platform_of(Look top) {
  auto name = top["type"].text().substr(0, 24);
  std::erase_if(name, [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-');
  });
  return name.empty() ? "ssn" : name;
}

// The platform's own id where there is one. Social Stream's counts from 1 again when it is started
// again, so it names a message only together with what was said and by whom.
std::string id_of(Look top) {
  if (auto id = top["meta"]["messageId"].id(); !id.empty()) return id;
  const auto number = top["id"].id();
  if (number.empty()) return {};
  const auto said = top["event"].text() + "\n" + top["userid"].id() + "\n" +
                    top["chatname"].text() + "\n" + top["chatmessage"].text() + "\n" +
                    top["hasDonation"].text();
  return "ssn-" + number + "-" + net::md5_hex(said).substr(0, 12);
}

void read_total(Kind kind, Look top, ChatEvent event, Reading& out) {
  event.kind = kind;
  event.user.reset();
  event.total = top["meta"].natural();
  if (!event.total) return out.refuse("meta: expected an integer");
  out.add(event);
}

void read_chat(Look top, const ChatEvent& common, Reading& out) {
  const auto paid = top["hasDonation"].text();
  const auto raw = top["chatmessage"].text();
  const auto text = top["textonly"].is_true() ? raw : text_of_html(raw);
  if (!paid.empty()) {
    auto gift = common;
    gift.kind = Kind::gift;
    gift.text = text_of_html(paid);
    gift.count = 1;
    if (!gift.id.empty()) gift.id += "-gift";
    out.add(gift);
  }
  if (text.empty() && (!paid.empty() || !top["contentimg"].text().empty())) return;
  if (!top["chatmessage"].is_text()) return out.refuse("chatmessage: expected a string");
  auto chat = common;
  chat.kind = Kind::chat;
  chat.text = text;
  out.add(chat);
}

}  // namespace

Reading read_social_stream(std::string_view message) {
  Reading out;
  if (!is_utf8(message)) {
    out.refuse(Error(ErrorCode::text_not_utf8, "ssn"));
    return out;
  }
  const auto json = net::parse_json(message);
  if (!json) {
    const bool is_long = message.size() > net::JsonLimits{}.bytes;
    out.refuse(is_long ? Error(ErrorCode::event_too_large, "ssn") : json.error());
    return out;
  }
  const Look top(*json);
  if (!top.is_object()) {
    out.refuse("expected an object");
    return out;
  }
  if (top["callback"].is_there() || top["action"].is_there()) {
    ++out.ignored;  // answers and commands of others in the session
    return out;
  }
  ChatEvent common;
  common.platform = platform_of(top);
  common.id = id_of(top);
  if (const auto name = text_of_html(top["chatname"].text());
      !name.empty() || top["userid"].is_there())
    common.user = User{top["userid"].id(), name};
  const auto event = top["event"].text();
  if (event.empty()) {
    read_chat(top, common, out);
  } else if (event == "new_follower") {
    common.kind = Kind::follow;
    out.add(common);
  } else if (event == "follower_update") {
    read_total(Kind::followers, top, common, out);
  } else if (event == "viewer_update") {
    read_total(Kind::viewers, top, common, out);
  } else if (event == "likes_update") {
    read_total(Kind::like, top, common, out);
  } else if (event == "user_banned" && common.user) {
    common.kind = Kind::moderation;
    out.add(common);
  } else {
    ++out.ignored;
  }
  return out;
}

}  // namespace xb::chat

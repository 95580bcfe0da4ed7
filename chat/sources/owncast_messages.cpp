// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/owncast_messages.h"

#include "base/text.h"
#include "chat/look.h"
#include "chat/markup.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_lines = 1000;
constexpr std::size_t most_ids = 100;  // of one event

ChatEvent common(Kind kind, Look top) {
  ChatEvent out;
  out.kind = kind;
  out.platform = owncast;
  out.id = top["id"].id();
  out.time_ms = unix_ms_of(top["timestamp"].text());
  return out;
}

ChatEvent by_viewer(Kind kind, Look top) {
  auto out = common(kind, top);
  const auto user = top["user"];
  if (user.is_object()) out.user = User{user["id"].id(), user["displayName"].text()};
  return out;
}

// `user` of these is the server itself; who did it is named in `title`.
ChatEvent by_account(Kind kind, Look top) {
  auto out = common(kind, top);
  const auto account = top["title"].text();
  if (!account.empty()) out.user = User{account, account};
  return out;
}

void read_visibility(Look top, OwncastReading& out) {
  if (!top["visible"].is_there() || top["visible"].is_true()) {
    ++out.ignored;
    return;
  }
  const auto ids = top["ids"];
  ChatEvent event = common(Kind::moderation, top);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (auto id = ids[i].id(); !id.empty()) event.ids.push_back(std::move(id));
    if (event.ids.size() < most_ids) continue;
    out.add(event);
    event.ids.clear();
    if (!event.id.empty()) event.id += "+";
  }
  if (!event.ids.empty() || ids.size() == 0) out.add(event);
}

void read_one(std::string_view line, OwncastReading& out) {
  if (!is_utf8(line)) return out.refuse(Error(ErrorCode::text_not_utf8, "owncast"));
  const auto json = net::parse_json(line);
  if (!json) {
    const bool is_long = line.size() > net::JsonLimits{}.bytes;
    return out.refuse(is_long ? Error(ErrorCode::event_too_large, "owncast") : json.error());
  }
  const Look top(*json);
  const auto type = top["type"].text();
  if (type.empty()) return out.refuse("type: expected a string");
  if (type == "CHAT") {
    const bool is_hidden = top["visible"].is_there() && !top["visible"].is_true();
    if (is_hidden) {
      ++out.ignored;
      return;
    }
    if (!top["body"].is_text()) return out.refuse("body: expected a string");
    auto event = by_viewer(Kind::chat, top);
    event.text = text_of_html(top["body"].text());
    out.add(event);
  } else if (type == "FEDIVERSE_ENGAGEMENT_FOLLOW") {
    out.add(by_account(Kind::follow, top));
  } else if (type == "FEDIVERSE_ENGAGEMENT_LIKE") {
    auto event = by_account(Kind::like, top);
    event.count = 1;
    out.add(event);
  } else if (type == "FEDIVERSE_ENGAGEMENT_REPOST") {
    out.add(by_account(Kind::share, top));
  } else if (type == "USER_JOINED") {
    out.add(by_viewer(Kind::enter, top));
  } else if (type == "VISIBILITY-UPDATE") {
    read_visibility(top, out);
  } else if (type == "SYSTEM") {
    auto event = common(Kind::notice, top);
    event.text = text_of_html(top["body"].text());
    out.add(event);
  } else {
    out.is_welcome = out.is_welcome || type == "CONNECTED_USER_INFO";
    out.needs_registration = out.needs_registration || type == "ERROR_NEEDS_REGISTRATION";
    out.is_disabled = out.is_disabled || type == "ERROR_USER_DISABLED";
    ++out.ignored;
  }
}

}  // namespace

OwncastReading read_owncast(std::string_view frame) {
  OwncastReading out;
  for (std::size_t lines = 0; !frame.empty(); ++lines) {
    if (lines >= most_lines) {
      out.refuse(Error(ErrorCode::event_too_large, "more than 1000 lines"));
      break;
    }
    const auto line = frame.substr(0, frame.find('\n'));
    frame.remove_prefix(std::min(frame.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) read_one(line, out);
  }
  return out;
}

}  // namespace xb::chat

// SPDX-License-Identifier: Apache-2.0
#include "chat/sources/youtube_pages.h"

#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::int64_t micros = 1'000'000;

ChatEvent common(Kind kind, Look item) {
  ChatEvent out;
  out.kind = kind;
  out.platform = youtube;
  out.id = item["id"].id();
  out.time_ms = unix_ms_of(item["snippet"]["publishedAt"].text());
  const auto author = item["authorDetails"];
  if (author.is_object()) out.user = User{author["channelId"].text(), author["displayName"].text()};
  return out;
}

void read_paid(Look item, Look details, Reading& out) {
  auto event = common(Kind::paid, item);
  const auto amount = details["amountMicros"].natural();
  if (!amount) return out.refuse("amountMicros: expected an integer");
  const auto said = details["userComment"].text();
  event.text = said.empty() ? item["snippet"]["displayMessage"].text() : said;
  event.amount = decimal_of(*amount, micros);
  event.currency = details["currency"].text();
  out.add(event);
}

void read_item(Look item, YoutubePage& out) {
  const auto snippet = item["snippet"];
  const auto type = snippet["type"].text();
  if (type == "textMessageEvent" || type == "memberMilestoneChatEvent") {
    if (!snippet["displayMessage"].is_text())
      return out.refuse("displayMessage: expected a string");
    auto event = common(Kind::chat, item);
    event.text = snippet["displayMessage"].text();
    out.add(event);
  } else if (type == "superChatEvent") {
    read_paid(item, snippet["superChatDetails"], out);
  } else if (type == "superStickerEvent") {
    read_paid(item, snippet["superStickerDetails"], out);
  } else if (type == "newSponsorEvent") {
    auto event = common(Kind::member, item);
    const auto level = snippet["newSponsorDetails"]["memberLevelName"].text();
    event.text = level.empty() ? snippet["displayMessage"].text() : level;
    out.add(event);
  } else if (type == "messageDeletedEvent") {
    auto event = common(Kind::moderation, item);
    event.user.reset();
    event.ids.push_back(snippet["messageDeletedDetails"]["deletedMessageId"].id());
    out.add(event);
  } else if (type == "userBannedEvent") {
    auto event = common(Kind::moderation, item);
    const auto who = snippet["userBannedDetails"]["bannedUserDetails"];
    event.user = User{who["channelId"].text(), who["displayName"].text()};
    out.add(event);
  } else if (type == "chatEndedEvent") {
    out.is_over = true;
  } else if (type.empty()) {
    out.refuse("snippet.type: expected a string");
  } else {
    ++out.ignored;
  }
}

}  // namespace

YoutubePage read_youtube_page(Look top) {
  YoutubePage out;
  out.next = top["nextPageToken"].text();
  out.wait_ms = top["pollingIntervalMillis"].natural();
  out.is_over = top["offlineAt"].is_there();
  const auto items = top["items"];
  out.is_empty = items.size() == 0;
  for (std::size_t i = 0; i < items.size(); ++i) read_item(items[i], out);
  return out;
}

std::string youtube_reason(std::string_view body) {
  const auto json = net::parse_json(body);
  if (!json) return {};
  return Look(*json)["error"]["errors"][0]["reason"].text();
}

}  // namespace xb::chat

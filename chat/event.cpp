// The names of the kinds, and writing: one form, fields in one order.
// SPDX-License-Identifier: Apache-2.0
#include "chat/event.h"

#include <array>
#include <utility>

#include "chat/numbered.h"
#include "net/json.h"

namespace xb::chat {
namespace {

using Row = std::pair<Kind, std::string_view>;
constexpr std::array names{
    Row{Kind::chat, "chat"},
    Row{Kind::follow, "follow"},
    Row{Kind::unfollow, "unfollow"},
    Row{Kind::gift, "gift"},
    Row{Kind::like, "like"},
    Row{Kind::enter, "enter"},
    Row{Kind::share, "share"},
    Row{Kind::paid, "paid"},
    Row{Kind::member, "member"},
    Row{Kind::followers, "followers"},
    Row{Kind::viewers, "viewers"},
    Row{Kind::moderation, "moderation"},
    Row{Kind::stream, "stream"},
    Row{Kind::notice, "notice"},
    Row{Kind::correction, "correction"},
};

void write_own(OrderedJson& out, const Own& own) {
  if (own.add != 0) out["add"] = own.add;
  if (!own.seqs.empty()) out["seqs"] = own.seqs;
  if (own.is_shown_again) out["shown"] = true;
}

void write_fields(OrderedJson& out, const ChatEvent& event) {
  out["kind"] = name_of(event.kind);
  out["platform"] = event.platform;
  if (!event.room.empty()) out["room"] = event.room;
  if (!event.id.empty()) out["id"] = event.id;
  if (event.user) {
    OrderedJson user = OrderedJson::object();
    if (!event.user->id.empty()) user["id"] = event.user->id;
    user["name"] = event.user->name;
    out["user"] = std::move(user);
  }
  if (event.text) out["text"] = *event.text;
  if (event.count) out["count"] = *event.count;
  if (event.total) out["total"] = *event.total;
  if (!event.amount.empty()) out["amount"] = event.amount;
  if (!event.currency.empty()) out["currency"] = event.currency;
  if (event.online) out["online"] = *event.online;
  if (!event.ids.empty()) out["ids"] = event.ids;
  if (event.time_ms) out["time_ms"] = *event.time_ms;
  if (event.own) write_own(out, *event.own);
  if (event.own && event.kind == Kind::chat) out["role"] = "host";
}

}  // namespace

std::string_view role_name(Sender sender) {
  switch (sender) {
    case Sender::fan: return "fan";
    case Sender::newcomer: return "new";
    case Sender::unknown: break;
  }
  return {};
}

std::string_view name_of(Kind kind) {
  for (const auto& [value, name] : names) {
    if (value == kind) return name;
  }
  return "unknown";
}

std::optional<Kind> kind_of(std::string_view name) {
  for (const auto& [value, known] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

OrderedJson to_json(const ChatEvent& event) {
  OrderedJson out = OrderedJson::object();
  write_fields(out, event);
  return out;
}

NumberedRef make_numbered(std::uint64_t sequence, ChatEvent event, std::string source,
                          MonoTime received, Sender sender, const Screening& screening) {
  OrderedJson json = OrderedJson::object();
  json["seq"] = sequence;
  write_fields(json, event);
  if (const auto role = role_name(sender); !role.empty()) json["role"] = role;
  std::string kept;
  const bool is_hidden = !screening.hidden.empty();
  if (event.own || is_hidden || screening.masks_name) {
    auto all = json;
    if (event.own && !event.own->by.empty()) all["by"] = event.own->by;
    if (event.own && !event.own->why.empty()) all["why"] = event.own->why;
    if (is_hidden) all["hidden"] = screening.hidden;
    if (screening.masks_name) all["masked"] = true;
    kept = net::dump(all);
  }
  if (screening.masks_name && event.user) {
    event.user->name.clear();
    json["user"]["name"] = "";
  }
  return std::make_shared<const Numbered>(Numbered{sequence, std::move(event), std::move(source),
                                                   received, sender, net::dump(json),
                                                   std::move(kept), is_hidden});
}

}  // namespace xb::chat

// Reading a ChatEvent from outside: types, limits, what each kind needs; texts are cleaned here.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/text.h"
#include "chat/event.h"
#include "net/json.h"

namespace xb::chat {
namespace {

constexpr std::size_t most_id_bytes = 256;  // the longest seen in the wild are UUID pairs
constexpr std::size_t most_platform_bytes = 64;
constexpr std::size_t most_ids = 100;           // one moderation event clears a screenful
constexpr std::size_t most_amount_digits = 12;  // before the point, and 6 behind it
constexpr OutsideLimits name_limits{.graphemes = 24};
constexpr OutsideLimits text_limits{.graphemes = 200};

enum Field : unsigned { text = 1, count = 2, total = 4, amount = 8, currency = 16, online = 32 };

struct Needs {
  Kind kind;
  unsigned all;
};
// like needs count or total, moderation ids or user: said below.
constexpr std::array needs{
    Needs{Kind::chat, text},
    Needs{Kind::gift, text | count},
    Needs{Kind::paid, text | amount | currency},
    Needs{Kind::member, text},
    Needs{Kind::followers, total},
    Needs{Kind::viewers, total},
    Needs{Kind::stream, online},
    Needs{Kind::notice, text},
};

Error wrong(std::string_view path, std::string_view what) {
  return Error(ErrorCode::event_invalid, std::string(path) + ": " + std::string(what));
}

// Null counts as absent, as many platforms write it.
const Json* field(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

bool has_control(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

Result<std::string> string_at(const Json& json, std::string_view path) {
  if (!json.is_string()) return wrong(path, "expected a string");
  return json.get_ref<const std::string&>();
}

// Ids are strings, because they exceed what a double holds; an integer is taken by its digits.
Result<std::string> id_at(const Json& json, std::string_view path) {
  if (json.is_number_unsigned()) return std::to_string(json.get<std::uint64_t>());
  if (json.is_number_integer()) return std::to_string(json.get<std::int64_t>());
  if (!json.is_string()) return wrong(path, "expected a string or a 64-bit integer");
  auto id = json.get<std::string>();
  if (id.size() > most_id_bytes) return wrong(path, "longer than 256 bytes");
  if (!is_utf8(id)) return wrong(path, "is not UTF-8");
  if (has_control(id)) return wrong(path, "contains control characters");
  return id;
}

Result<std::int64_t> natural_at(const Json& json, std::string_view path) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return wrong(path, "larger than 9223372036854775807");
    }
    return static_cast<std::int64_t>(value);
  }
  if (!json.is_number_integer()) return wrong(path, "expected a 64-bit integer");
  const auto value = json.get<std::int64_t>();
  if (value < 0) return wrong(path, "must not be negative");
  return value;
}

bool is_amount(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto rest = point == text.npos ? std::string_view("0") : text.substr(point + 1);
  const auto digits = [](std::string_view part, std::size_t most) {
    return !part.empty() && part.size() <= most &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(whole, most_amount_digits) && digits(rest, 6);
}

bool is_currency(std::string_view text) {
  return !text.empty() && text.size() <= 16 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Status read_envelope(const Json& json, Origin origin, ChatEvent& event) {
  const auto* kind = field(json, "kind");
  if (kind == nullptr) return wrong("kind", "missing");
  XB_TRY_ASSIGN(const auto name, string_at(*kind, "kind"));
  const auto known = kind_of(name);
  if (!known || (known == Kind::correction && origin == Origin::outside))
    return wrong("kind", "unknown kind \"" + clean_outside_text(name, name_limits) + "\"");
  event.kind = *known;

  const auto* platform = field(json, "platform");
  if (platform == nullptr) return wrong("platform", "missing");
  XB_TRY_ASSIGN(event.platform, string_at(*platform, "platform"));
  if (event.platform.empty()) return wrong("platform", "empty");
  if (event.platform.size() > most_platform_bytes) return wrong("platform", "longer than 64 bytes");
  if (event.platform != clean_outside_text(event.platform, name_limits)) {
    return wrong("platform", "must be a plain name of at most 24 characters");
  }
  if (const auto* id = field(json, "id")) {
    XB_TRY_ASSIGN(event.id, id_at(*id, "id"));
  }
  return ok();
}

Status read_user(const Json& json, ChatEvent& event) {
  const auto* user = field(json, "user");
  if (user == nullptr) return ok();
  if (!user->is_object()) return wrong("user", "expected an object");
  User read;
  if (const auto* id = field(*user, "id")) {
    XB_TRY_ASSIGN(read.id, id_at(*id, "user.id"));
  }
  if (const auto* name = field(*user, "name")) {
    XB_TRY_ASSIGN(const auto raw, string_at(*name, "user.name"));
    read.name = clean_outside_text(raw, name_limits);
  }
  event.user = std::move(read);
  return ok();
}

Status read_money(const Json& json, ChatEvent& event) {
  if (const auto* value = field(json, "amount")) {
    XB_TRY_ASSIGN(event.amount, string_at(*value, "amount"));
    if (!is_amount(event.amount)) {
      return wrong("amount", "expected a decimal string such as \"29.90\"");
    }
  }
  if (const auto* value = field(json, "currency")) {
    XB_TRY_ASSIGN(event.currency, string_at(*value, "currency"));
    if (!is_currency(event.currency)) return wrong("currency", "expected a code such as \"CNY\"");
  }
  return ok();
}

Status read_ids(const Json& json, ChatEvent& event) {
  const auto* ids = field(json, "ids");
  if (ids == nullptr) return ok();
  if (!ids->is_array()) return wrong("ids", "expected an array");
  if (ids->size() > most_ids) return wrong("ids", "more than 100");
  for (std::size_t i = 0; i < ids->size(); ++i) {
    const auto path = "ids[" + std::to_string(i) + "]";
    XB_TRY_ASSIGN(auto id, id_at((*ids)[i], path));
    if (id.empty()) return wrong(path, "empty");
    event.ids.push_back(std::move(id));
  }
  return ok();
}

Status read_values(const Json& json, ChatEvent& event) {
  if (const auto* value = field(json, "text")) {
    XB_TRY_ASSIGN(const auto raw, string_at(*value, "text"));
    event.text = clean_outside_text(raw, text_limits);
  }
  if (const auto* value = field(json, "count")) {
    XB_TRY_ASSIGN(event.count, natural_at(*value, "count"));
  }
  if (const auto* value = field(json, "total")) {
    XB_TRY_ASSIGN(event.total, natural_at(*value, "total"));
  }
  if (const auto* value = field(json, "time_ms")) {
    XB_TRY_ASSIGN(event.time_ms, natural_at(*value, "time_ms"));
  }
  if (const auto* value = field(json, "online")) {
    if (!value->is_boolean()) return wrong("online", "expected true or false");
    event.online = value->get<bool>();
  }
  return ok();
}

// We wrote it; what is damaged is refused as a whole.
Status read_own(const Json& json, ChatEvent& event) {
  XB_TRY_ASSIGN(auto room, net::optional_string(json, "room"));
  event.room = std::move(room).value_or("");
  Own own;
  XB_TRY_ASSIGN(const auto add, net::optional_integer(json, "add"));
  own.add = add.value_or(0);
  if (const auto* seqs = field(json, "seqs")) {
    if (!seqs->is_array()) return wrong("seqs", "expected an array");
    for (const auto& one : *seqs) {
      XB_TRY_ASSIGN(const auto sequence, natural_at(one, "seqs[]"));
      own.seqs.push_back(static_cast<std::uint64_t>(sequence));
    }
  }
  XB_TRY_ASSIGN(const auto shown, net::optional_bool(json, "shown"));
  own.is_shown_again = shown.value_or(false);
  XB_TRY_ASSIGN(auto by, net::optional_string(json, "by"));
  own.by = std::move(by).value_or("");
  XB_TRY_ASSIGN(auto why, net::optional_string(json, "why"));
  own.why = std::move(why).value_or("");
  XB_TRY_ASSIGN(const auto role, net::optional_string(json, "role"));
  if (role == "host") event.own = own;
  if (own != Own{}) event.own = std::move(own);
  return ok();
}

Status check_needs(const ChatEvent& event) {
  const auto row = std::find_if(needs.begin(), needs.end(),
                                [&](const Needs& n) { return n.kind == event.kind; });
  const unsigned all = row == needs.end() ? 0U : row->all;
  const auto missing = [&](Field needed, bool is_there, const char* path) -> Status {
    if ((all & needed) == 0 || is_there) return ok();
    return wrong(path, "missing, " + std::string(name_of(event.kind)) + " needs it");
  };
  XB_TRY(missing(text, event.text.has_value(), "text"));
  XB_TRY(missing(count, event.count.has_value(), "count"));
  XB_TRY(missing(total, event.total.has_value(), "total"));
  XB_TRY(missing(amount, !event.amount.empty(), "amount"));
  XB_TRY(missing(currency, !event.currency.empty(), "currency"));
  XB_TRY(missing(online, event.online.has_value(), "online"));
  if (event.kind == Kind::like && !event.count && !event.total) {
    return wrong("count", "missing, like needs count or total");
  }
  const bool has_user = event.user && !(event.user->id.empty() && event.user->name.empty());
  if (event.kind == Kind::correction && !event.total && !(event.own && event.own->add != 0)) {
    return wrong("add", "missing, correction needs add or total");
  }
  const bool is_own = event.own && !event.own->seqs.empty();
  if (event.kind == Kind::moderation && event.ids.empty() && !has_user && !is_own) {
    return wrong("ids", "missing, moderation needs ids or user");
  }
  return ok();
}

}  // namespace

Result<ChatEvent> event_of(const Json& json, Origin origin) {
  if (!json.is_object()) return wrong("$", "expected an object");
  ChatEvent event;
  XB_TRY(read_envelope(json, origin, event));
  XB_TRY(read_user(json, event));
  XB_TRY(read_values(json, event));
  XB_TRY(read_money(json, event));
  XB_TRY(read_ids(json, event));
  if (origin == Origin::ledger) XB_TRY(read_own(json, event));
  XB_TRY(check_needs(event));
  return event;
}

Result<ChatEvent> parse_event(std::string_view bytes) {
  const net::JsonLimits limits;
  if (bytes.size() > limits.bytes) {
    return Error(ErrorCode::event_too_large, std::to_string(bytes.size()) + " bytes");
  }
  XB_TRY_ASSIGN(const auto json, net::parse_json(bytes, limits));
  return event_of(json);
}

Json id_as_sent(const Json& json) {
  if (!json.is_object()) return nullptr;
  const auto* id = field(json, "id");
  if (id == nullptr || !id_at(*id, "id")) return nullptr;
  return *id;
}

}  // namespace xb::chat

// From waymark to waymark. SPDX-License-Identifier: Apache-2.0
#include "review/chat_window.h"

#include <algorithm>
#include <utility>

#include "review/glance.h"
#include "review/json_bits.h"

namespace xb::review {
namespace {

// Entries are in the order in which they were kept, which is nearly that of their times.
constexpr std::int64_t disorder_ms = 10'000;

// What has no words says its figures.
std::string words_of(const Json& json) {
  auto text = text_of(json, "text");
  if (const auto count = integer_of(json, "count"); count > 0)
    text += (text.empty() ? "x" : " x") + std::to_string(count);
  if (const auto amount = text_of(json, "amount", 24); !amount.empty())
    text += (text.empty() ? "" : " ") + amount + " " + text_of(json, "currency", 8);
  if (text.empty() && json.contains("total")) text = std::to_string(integer_of(json, "total"));
  return text;
}

ChatLine line_of(const session::EntryRow& row, const Json& json, chat::Kind kind,
                 const Evening& evening) {
  ChatLine out;
  out.seq = row.seq().value_or(0);
  out.t = ms_of(row.time());
  out.wall_ms = row.wall().time_since_epoch().count();
  out.kind = kind;
  out.platform = text_of(json, "platform", 40);
  const auto& user = object_of(json, "user");
  out.user_id = row.user_id();
  if (!is_true(json, "masked")) out.name = text_of(user, "name", 24);
  out.text = words_of(json);
  out.role = text_of(json, "role", 8);
  out.is_hidden = json.contains("hidden") ||
                  std::binary_search(evening.taken_away.begin(), evening.taken_away.end(), out.seq);
  return out;
}

}  // namespace

Status each_line(session::Reader& reader, const Evening& evening, const ChatQuery& query,
                 const std::function<bool(ChatLine&&)>& seen) {
  const auto& marks = evening.waymarks;
  // all before the last mark that is earlier than `from` are earlier, too
  auto mark = std::lower_bound(marks.begin(), marks.end(), query.from,
                               [](const Waymark& one, std::int64_t t) { return one.t < t; });
  const auto first = mark == marks.begin() ? 0 : std::prev(mark)->n;
  const auto last = query.to > INT64_MAX - disorder_ms ? INT64_MAX : query.to + disorder_ms;
  auto read = reader.visit(first, [&](const session::EntryRow& row) {
    if (row.kind() != session::EntryKind::chat) return true;
    const auto t = ms_of(row.time());
    if (t >= last) return false;
    if (t < query.from || t >= query.to || row.seq().value_or(0) <= query.seq_after) return true;
    const auto glance = event_at_a_glance(row.json());
    if (!glance) return true;
    const auto& kinds = query.kinds;
    if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), glance->kind) == kinds.end())
      return true;
    const auto json = object_in(row.json());
    return seen(line_of(row, json, glance->kind, evening));
  });
  // a file that is known to be damaged ends there, which the Evening names
  if (!read && evening.cut && read.error().code() == ErrorCode::database_damaged) return ok();
  return read;
}

Result<ChatPage> read_chat(session::Reader& reader, const Evening& evening,
                           const ChatQuery& query) {
  ChatPage out;
  XB_TRY(each_line(reader, evening, query, [&](ChatLine&& line) {
    out.has_more = out.lines.size() >= query.limit;
    if (!out.has_more) out.lines.push_back(std::move(line));
    return !out.has_more;
  }));
  return out;
}

}  // namespace xb::review

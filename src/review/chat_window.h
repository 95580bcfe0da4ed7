// Chat lines of a span of time, read from the ledger where they lie.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/event.h"
#include "review/evening.h"
#include "session/queries.h"

namespace xb::review {

struct ChatLine {
  std::int64_t seq = 0;
  std::int64_t t = 0;
  std::int64_t wall_ms = 0;
  chat::Kind kind = chat::Kind::chat;
  std::string platform;
  std::string user_id;  // never shown
  std::string name;
  std::string text;
  std::string role;  // fan new host, or empty
  bool is_hidden = false;
};

struct ChatQuery {
  std::int64_t from = 0;
  std::int64_t to = INT64_MAX;  // not itself
  std::size_t limit = 500;
  std::int64_t seq_after = 0;
  std::vector<chat::Kind> kinds = {};  // none: all
};

struct ChatPage {
  std::vector<ChatLine> lines;
  bool has_more = false;
};

// Lines in the order of the ledger. Errors: as session::Reader; of a ledger the Evening knows to be
// cut, what comes before the cut is all there is.
Result<ChatPage> read_chat(session::Reader& reader, const Evening& evening, const ChatQuery& query);
// Calls `seen` for each line of the query until it says false; `limit` is not looked at.
Status each_line(session::Reader& reader, const Evening& evening, const ChatQuery& query,
                 const std::function<bool(ChatLine&&)>& seen);

}  // namespace xb::review

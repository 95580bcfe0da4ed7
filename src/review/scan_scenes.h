// ScanScenes: which cards, captions and slates were on, from when to when.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/json_fwd.h"
#include "review/evening.h"

namespace xb::review {

// Thread: one at a time. Pure.
class ScanScenes {
 public:
  // The rows of a `begin`, `resume` or `show` Entry: what ids are called from now on.
  void rows(const Json& json);
  // `changes` of a `values` Entry.
  void changes(const Json& json);
  // A `scene` Entry: this is on from `t`.
  void scene(const Json& json, std::int64_t t, Evening& out);
  // Nothing is on any more: the Session ends, or the program did.
  void off(std::int64_t t, Evening& out);

 private:
  struct Row {
    std::int64_t number = 0;
    std::string title;
    std::string kind;
  };
  using Rows = std::map<std::string, Row, std::less<>>;
  struct On {
    std::string id;
    std::int64_t from = 0;
    std::int64_t seen_ms = 0;
    std::int64_t seen_from = -1;  // -1: a slate is before it
  };

  static void row(Rows& rows, const Json& json, const char* title);
  void product(const std::string& id, bool is_behind_slate, std::int64_t t, Evening& out);
  void caption(const std::string& id, std::int64_t t, Evening& out);
  void slate(const std::string& kind, std::int64_t t, Evening& out);
  static void see(On& on, bool is_seen, std::int64_t t);

  Rows products_, captions_;
  std::optional<On> product_, caption_, slate_;
};

}  // namespace xb::review

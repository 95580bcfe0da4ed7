// Freshness: since when the total on screen may be behind. Pure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "chat/counter.h"

namespace xb::chat {

// A platform that tells its total must be heard of within a minute; one whose total is counted from
// its follows alone is right for as long as its source is connected, however quiet it is. One that
// was last heard in an earlier life of the program, and has no source in this one, is of the past:
// nothing can be expected of it. What came by hand is
// never stale: it carries its own time. Rooms of one platform are judged each by itself.
//
// Thread: one at a time.
class Freshness {
 public:
  explicit Freshness(MonoTime start) : start_(start) {}

  // Something of the platform or room came, whatever it was, through `source`.
  void heard(std::string_view room_key, std::string_view source, MonoTime now);
  // Something of the platform before the start.
  void heard_before(std::string_view platform, MonoTime when);
  struct Stale {
    MonoTime since;        // when the total was last known to be right
    std::string platform;  // the one not heard of, with its room: "bilibili 22625027"
    bool operator==(const Stale&) const = default;
  };
  struct Sources {
    // Asked with the name of a source, or "" for one that is not known since the start: then any
    // will do.
    std::function<bool(const std::string& name)> is_connected;
    std::function<bool(std::string_view room_key)> is_configured;
  };
  // The one heard of longest ago; nothing while the total is right.
  std::optional<Stale> stale(const CounterState& counter, const Sources& sources,
                             MonoTime now) const;

 private:
  struct Heard {
    MonoTime last;
    std::string source;
  };
  MonoTime start_;
  std::map<std::string, Heard, std::less<>> heard_;  // by room_key()
  std::map<std::string, MonoTime, std::less<>> before_;
};

}  // namespace xb::chat

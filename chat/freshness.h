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
// its follows alone is right for as long as its source is connected, however quiet it is. What came
// by hand is never stale: it carries its own time.
//
// Thread: one at a time.
class Freshness {
 public:
  explicit Freshness(MonoTime start) : start_(start) {}

  // Something of `platform` came, whatever it was, through `source`.
  void heard(std::string_view platform, std::string_view source, MonoTime now);
  // When the total was last known to be right; nothing while it still is. `is_connected` is asked
  // with the name of a source, or "" for one that is not known since the start: then any will do.
  std::optional<MonoTime> stale_since(const CounterState& counter,
                                      const std::function<bool(const std::string&)>& is_connected,
                                      MonoTime now) const;

 private:
  struct Heard {
    MonoTime last;
    std::string source;
  };
  MonoTime start_;
  std::map<std::string, Heard, std::less<>> platforms_;
};

}  // namespace xb::chat

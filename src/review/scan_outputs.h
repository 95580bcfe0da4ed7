// ScanOutputs: when platforms took the video, when they did not, and what else was wrong.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "net/json_fwd.h"
#include "review/evening.h"

namespace xb::review {

// Thread: one at a time. Pure.
class ScanOutputs {
 public:
  // `begin` and `resume`: the names of the pushes.
  void publish(const Json& json);
  // An `output` Entry.
  void output(const Json& json, std::int64_t t, Evening& out);
  // A `health` Entry.
  void health(const Json& json, std::int64_t t, Evening& out);
  // The program or the Session ended at `t`: nothing is live or wrong any more.
  void off(std::int64_t t, Evening& out);

 private:
  struct Trouble {
    std::int64_t from = 0;
    std::string code;
  };
  void end_outage(const std::string& name, std::int64_t t, Evening& out);
  void end_trouble(const std::string& component, std::int64_t t, Evening& out);

  std::set<std::string, std::less<>> pushes_;
  std::map<std::string, std::int64_t, std::less<>> live_;  // since when
  std::map<std::string, Trouble, std::less<>> outages_;    // of pushes that were live
  std::map<std::string, Trouble, std::less<>> troubles_;   // by component
};

// The sentences of an error's stable name; the name itself where it is not known.
Sentence sentence_of(std::string_view code);

}  // namespace xb::review

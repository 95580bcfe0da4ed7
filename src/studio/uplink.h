// Uplink: how much the ways to the platforms carried, as what those acknowledged shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "output/output.h"
#include "studio/plan.h"

namespace xb::studio {

// Measures one evening: the best half minute of each push, and of all together at one time. What
// was never sent is never claimed: the line may carry more. Pure. Thread: one at a time.
class Uplink {
 public:
  // To be called some times a second; a figure is taken each second. Pushes whose way cannot be
  // told, or that are not live, count as nothing.
  void look(const std::vector<output::OutputStats>& pushes, MonoTime now);
  // kbit/s; nothing before the first half minute.
  std::optional<std::int64_t> all_kbps() const { return all_; }
  const std::map<std::string, std::int64_t>& by_push() const { return by_push_; }

 private:
  std::deque<std::map<std::string, std::int64_t>> seconds_;
  std::optional<MonoTime> looked_;
  std::optional<std::int64_t> all_;
  std::map<std::string, std::int64_t> by_push_;
};

struct Carried {
  std::int64_t kbps = 0;
  std::string day;  // "2026-11-29", here
};
// Of former evenings.
struct UplinkPast {
  std::optional<Carried> last;          // of all pushes of the last one
  std::map<std::string, Carried> best;  // by push, of all
};

// Where it is kept, below the data folder.
std::filesystem::path uplink_file(const std::filesystem::path& data);
// Nothing where nothing was measured, or what is there is none of ours. Blocks on the disk.
UplinkPast read_uplink(const std::filesystem::path& file);
// Adds this evening; nothing to do where it has no figure. Blocks on the disk. Errors:
// file_unwritable.
Status keep_uplink(const std::filesystem::path& file, const Uplink& evening, WallTime now);

// All that this Plan would send at one time, at its nominal bitrates, kbit/s.
std::int64_t sent_kbps(const Plan& plan);

}  // namespace xb::studio

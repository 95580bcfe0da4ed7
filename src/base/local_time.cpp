// SPDX-License-Identifier: Apache-2.0
#include "base/local_time.h"

#include <fmt/core.h>

namespace xb {

std::tm local_time(WallTime wall) {
  const auto seconds = static_cast<std::time_t>(
      std::chrono::floor<std::chrono::seconds>(wall).time_since_epoch().count());
  std::tm out{};
  ::localtime_r(&seconds, &out);
  return out;
}

std::string local_day(WallTime wall) {
  const auto t = local_time(wall);
  return fmt::format("{:04}-{:02}-{:02}", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday);
}

}  // namespace xb

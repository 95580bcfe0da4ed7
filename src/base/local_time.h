// A time of day as the clock on this wall shows it. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>
#include <string>

#include "base/time.h"

namespace xb {

// In the zone of this computer. Thread: any.
std::tm local_time(WallTime wall);
// "2026-10-04"
std::string local_day(WallTime wall);

}  // namespace xb

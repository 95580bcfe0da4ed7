// What a Loop does again and again at a pace of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/time.h"
#include "net/loop.h"

namespace xb::net {

// As Loop::every(), but `task` says each time what its period is from then on: longer while there
// is little to do, so that a loop at rest sleeps. May be called from the loop.
void at_its_pace(Loop& loop, Duration first, std::function<Duration()> task);

}  // namespace xb::net

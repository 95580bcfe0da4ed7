// Every instruction set of this machine in turn, for what has a kernel compiled for each.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hwy/highway.h>

#include <cstdint>

namespace xb::media {

// Calls `call` with each set chosen for HWY_DYNAMIC_DISPATCH, best first. No other thread may
// dispatch meanwhile.
template <class Call>
void on_every_target(Call call) {
  const std::int64_t runnable = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t rest = runnable; rest != 0; rest &= rest - 1) {
    hwy::SetSupportedTargetsForTest(rest & -rest);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    call();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace xb::media

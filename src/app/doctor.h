// Doctor: looks at a sound Show and at this machine, and says what may go wrong on air and what to
// do. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "studio/show.h"

namespace xb::app {

// One line each, Chinese and English; empty when all is well. May take some 100 ms.
std::vector<std::string> examine(const studio::Show& show);

}  // namespace xb::app

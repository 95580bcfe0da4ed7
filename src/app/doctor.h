// Doctor: looks at a sound Show and at this machine, and says what may go wrong on air and what to
// do. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "studio/show.h"

namespace xb::app {

// One line each, Chinese and English; empty when all is well. May take some 100 ms.
// `longest_link` is what a QR code of this Show's Canvas can hold, in bytes; 0: it shows none.
std::vector<std::string> examine(const studio::Show& show, std::size_t longest_link);

}  // namespace xb::app

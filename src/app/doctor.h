// Doctor: looks at a sound Show and at this machine, and says what may go wrong on air and what to
// do. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "overlay/qr_room.h"
#include "studio/show.h"

namespace xb::app {

// One line each, Chinese and English; empty when all is well. May take some 100 ms.
// `room` is that of the Show's Canvas.
std::vector<std::string> examine(const studio::Show& show, const overlay::QrRoom& room);

}  // namespace xb::app

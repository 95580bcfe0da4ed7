// What V4L2 tells of the cameras of a Linux machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "capture/devices.h"

namespace xb::capture {

// Nodes that capture video, in the order of their numbers; empty on other systems.
std::vector<Device> v4l2_cameras();

}  // namespace xb::capture

// What V4L2 tells of the cameras of a Linux machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/devices.h"

namespace xb::capture {

// The camera behind a node, with `refusal` where it is one that may not be opened; nothing when
// there is none.
std::optional<Device> v4l2_camera(const std::string& path);
// All of them, in the order of their numbers; empty on other systems.
std::vector<Device> v4l2_cameras();

}  // namespace xb::capture

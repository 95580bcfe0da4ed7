// The secret of `listen:`, the same each evening: what a phone's app has kept stays right.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/secret.h"

namespace xb::studio {

// Of DATA/listen.key, which only its owner may read; made when it is not there or is not one. Where
// it cannot be kept it is a new one each time. Not for a thread that must not wait for the disk.
Secret listen_key(const std::filesystem::path& data);

}  // namespace xb::studio

// How often this process took memory from the heap so far, C libraries and all threads included.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace xb::bench {

std::size_t heap_requests();

}  // namespace xb::bench

// How often this thread took memory from the heap so far, and that it gets none for a while.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace xb::overlay {

// Sanitizers bring their own operator new, which is left alone: then nothing is counted.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool counts_allocations = false;
#else
inline constexpr bool counts_allocations = true;
#endif

std::size_t allocations();
// The next `count` times this thread asks for memory there is none.
void refuse_allocations(std::size_t count);

}  // namespace xb::overlay

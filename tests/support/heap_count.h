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
// `spared` times more this thread gets what it asks for, and once it does not. Requests of whole 16
// bytes are granted and not counted: the destructor of nlohmann's JSON makes such, and may not
// throw.
void refuse_one_allocation_after(std::size_t spared);

}  // namespace xb::overlay

// Replaces operator new by one that counts, and refuses on demand; in a file of its own, so that
// nothing is inlined. SPDX-License-Identifier: Apache-2.0
#include "heap_count.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t counted = 0;
thread_local std::size_t refused = 0;
}  // namespace

std::size_t xb::overlay::allocations() {
  return counted;
}

void xb::overlay::refuse_allocations(std::size_t count) {
  refused = count;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void* operator new(std::size_t size) {
  ++counted;
  if (refused > 0) {
    --refused;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
#endif

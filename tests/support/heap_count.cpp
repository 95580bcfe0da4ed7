// Replaces operator new by one that counts, and refuses on demand; in a file of its own, so that
// nothing is inlined. SPDX-License-Identifier: Apache-2.0
#include "tests/support/heap_count.h"

#include <cstdlib>
#include <new>

namespace {
thread_local std::size_t counted = 0;
thread_local std::size_t refused = 0;
thread_local std::size_t until_refusal = 0;  // 0: none is meant

[[maybe_unused]] bool is_refused(std::size_t size) {
  if (refused > 0) return refused-- > 0;
  return until_refusal > 0 && size % 16 != 0 && --until_refusal == 0;
}
}  // namespace

std::size_t xb::overlay::allocations() {
  return counted;
}

void xb::overlay::refuse_allocations(std::size_t count) {
  refused = count;
  until_refusal = 0;
}

void xb::overlay::refuse_one_allocation_after(std::size_t spared) {
  until_refusal = spared + 1;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void* operator new(std::size_t size) {
  ++counted;
  if (is_refused(size)) throw std::bad_alloc();
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

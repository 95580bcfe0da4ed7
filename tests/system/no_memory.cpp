// Preloaded into the program: once for each change of the file named by XB_NO_MEMORY, the thread
// whose name stands in it gets no memory. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

// Looked for at the first allocation of more than nothing in each hundredth of a second or so.
std::atomic<unsigned> looks{0};
std::atomic<long> last_change{0};
std::atomic<bool> is_armed{false};
char wanted[16];

void look() {
  const char* name = std::getenv("XB_NO_MEMORY");
  struct stat about {};
  if (name == nullptr || ::stat(name, &about) != 0) return;
  const long change = about.st_mtim.tv_sec * 1'000'000 + about.st_mtim.tv_nsec / 1000;
  if (last_change.exchange(change) == change) return;
  const int file = ::open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  char text[16] = {};
  const auto length = ::read(file, text, sizeof text - 1);
  ::close(file);
  if (length <= 0) return;
  std::memcpy(wanted, text, sizeof wanted);
  is_armed.store(true);
}

// The destructor of nlohmann's JSON takes memory for values of 16 bytes each, and may not throw:
// where there is none for that the process ends, whatever we catch.
bool may_be_refused(std::size_t size) {
  return size % 16 != 0;
}

bool is_refused(std::size_t size) {
  if (looks.fetch_add(1, std::memory_order_relaxed) % 64 == 0) look();
  if (!is_armed.load(std::memory_order_acquire) || !may_be_refused(size)) return false;
  char name[16] = {};
  ::prctl(PR_GET_NAME, name);
  return std::strcmp(name, wanted) == 0 && is_armed.exchange(false);
}

}  // namespace

void* operator new(std::size_t size) {
  if (is_refused(size)) throw std::bad_alloc();
  if (void* got = std::malloc(size == 0 ? 1 : size)) return got;
  throw std::bad_alloc();
}
void operator delete(void* gone) noexcept {
  std::free(gone);
}
void operator delete(void* gone, std::size_t) noexcept {
  std::free(gone);
}

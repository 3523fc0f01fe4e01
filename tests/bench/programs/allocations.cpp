#include "tests/bench/programs/allocations.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>

// Puts counting functions in front of glibc's own, for C libraries as well as for operator new.
// Each thread counts in a place of its own: a shared counter would itself be a cost that grows with
// threads.

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

struct alignas(64) Counter {
  std::uint64_t value = 0;
};

constexpr std::size_t most_threads = 256;
Counter counters[most_threads];
std::uint32_t threads = 0;
thread_local Counter* own = nullptr;

void count() noexcept {
  if (own == nullptr) {
    own = &counters[__atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED) % most_threads];
  }
  ++own->value;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t number, std::size_t size) {
  count();
  return __libc_calloc(number, size);
}
void* realloc(void* memory, std::size_t size) {
  count();
  return __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  count();
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  *memory = memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

}  // extern "C"

std::uint64_t barnabas::bench::allocations() noexcept {
  std::uint64_t sum = 0;
  for (const Counter& counter : counters) sum += counter.value;
  return sum;
}

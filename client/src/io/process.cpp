#include "client/src/io/process.hpp"

#include <atomic>
#include <chrono>

#include <pthread.h>
#include <unistd.h>

namespace barnabas::client {
namespace {

std::atomic<std::uint64_t> forks = 0;  // of which this process is the child

void count_fork() { forks.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

std::uint64_t unpredictable_seed() {
  std::uint64_t seed = 0;
  if (::getentropy(&seed, sizeof seed) == 0) return seed;
  // Seeds decorrelate clients, they keep no secrets: a clock will do where the system has nothing.
  const auto time = std::chrono::steady_clock::now().time_since_epoch().count();
  return static_cast<std::uint64_t>(time) ^ (static_cast<std::uint64_t>(::getpid()) << 40);
}

std::uint64_t process_generation() noexcept {
  static const bool counted = ::pthread_atfork(nullptr, nullptr, count_fork) == 0;
  return counted ? forks.load(std::memory_order_relaxed) : static_cast<std::uint64_t>(::getpid());
}

Error used_after_fork() {
  return Error(ErrorCode::invalid_state,
               "this Runtime was made before fork: a child process must make its own");
}

}  // namespace barnabas::client

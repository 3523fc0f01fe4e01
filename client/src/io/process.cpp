#include "client/src/io/process.hpp"

#include <chrono>

#include <unistd.h>

namespace barnabas::client {

std::uint64_t unpredictable_seed() {
  std::uint64_t seed = 0;
  if (::getentropy(&seed, sizeof seed) == 0) return seed;
  // Seeds decorrelate clients, they keep no secrets: a clock will do where the system has nothing.
  const auto time = std::chrono::steady_clock::now().time_since_epoch().count();
  return static_cast<std::uint64_t>(time) ^ (static_cast<std::uint64_t>(::getpid()) << 40);
}

Error used_after_fork() {
  return Error(ErrorCode::invalid_state,
               "this Runtime was made before fork: a child process must make its own");
}

}  // namespace barnabas::client

#pragma once

#include <barnabas/error.hpp>

#include <cstdint>

namespace barnabas::client {

/// A seed from the system's source of chance.
std::uint64_t unpredictable_seed();

/// A number that is another one in a child of fork: costs no system call, unlike a process id.
/// Thread-safety: complete.
std::uint64_t process_generation() noexcept;

/// What a child of fork is told when it uses an inherited Runtime.
Error used_after_fork();

}  // namespace barnabas::client

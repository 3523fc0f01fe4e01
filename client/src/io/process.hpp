#pragma once

#include <barnabas/error.hpp>

#include <cstdint>

namespace barnabas::client {

/// A seed from the system's source of chance.
std::uint64_t unpredictable_seed();

/// What a child of fork is told when it uses an inherited Runtime.
Error used_after_fork();

}  // namespace barnabas::client

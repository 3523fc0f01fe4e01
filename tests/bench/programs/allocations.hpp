#pragma once

#include <cstdint>

namespace barnabas::bench {

/// How often this program, its libraries included, has called malloc and its relatives.
std::uint64_t allocations() noexcept;

}  // namespace barnabas::bench

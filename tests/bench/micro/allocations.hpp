#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace barnabas::bench {

/// How often this program has called operator new, malloc and realloc.
std::uint64_t allocations() noexcept;

/// Reports the allocations of a benchmark's loop as a counter "allocations" per item.
class CountAllocations {
 public:
  CountAllocations() : before_(allocations()) {}
  void report(benchmark::State& state, std::int64_t items) const {
    state.counters["allocations"] =
        static_cast<double>(allocations() - before_) / static_cast<double>(items);
  }

 private:
  std::uint64_t before_;
};

}  // namespace barnabas::bench

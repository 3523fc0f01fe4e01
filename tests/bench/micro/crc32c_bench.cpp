#include "protocol/base/crc32c.hpp"

#include "protocol/base/crc32c_engines.hpp"
#include "tests/support/payloads.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace {

using namespace barnabas;

void report_bytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void Crc32c(benchmark::State& state) {
  const std::vector<std::byte> bytes = test::random_bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
  report_bytes(state, bytes.size());
}
BENCHMARK(Crc32c)->Arg(40)->Arg(100)->Arg(1024)->Arg(16 << 10)->Arg(1 << 20)->Arg(64 << 20);

void Crc32cPortable(benchmark::State& state) {
  const std::vector<std::byte> bytes = test::random_bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(crc32c_engines::portable(bytes, 0));
  report_bytes(state, bytes.size());
}
BENCHMARK(Crc32cPortable)->Arg(1024)->Arg(1 << 20);

#if defined(__x86_64__)
void Crc32cSse42(benchmark::State& state) {
  const std::vector<std::byte> bytes = test::random_bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(crc32c_engines::sse42(bytes, 0));
  report_bytes(state, bytes.size());
}
BENCHMARK(Crc32cSse42)->Arg(1024)->Arg(1 << 20)->Arg(64 << 20);
#endif

// What the memory gives: the yardstick for the above.
void ReadMemory(benchmark::State& state) {
  const std::vector<std::byte> bytes = test::random_bytes(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, 8);
      sum ^= word;
    }
    benchmark::DoNotOptimize(sum);
  }
  report_bytes(state, bytes.size());
}
BENCHMARK(ReadMemory)->Arg(1 << 20)->Arg(64 << 20);

void Crc32cCombine(benchmark::State& state) {
  std::uint32_t crc = 1;
  for (auto _ : state) crc = crc32c_combine(crc, 2, Crc32cLength(1'000'003));
  benchmark::DoNotOptimize(crc);
}
BENCHMARK(Crc32cCombine);

}  // namespace

#include "protocol/compression/compressor.hpp"
#include "protocol/compression/decompressor.hpp"
#include "tests/bench/micro/allocations.hpp"
#include "tests/support/payloads.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

// Text like JSON, of 16 KiB and 1 MiB. Bytes are those before compression; "ratio" is how many
// times smaller they became.

namespace {

using namespace barnabas;

std::vector<std::byte> input_of(const benchmark::State& state) {
  return test::json_like_bytes(static_cast<std::size_t>(state.range(1)));
}

void Compress(benchmark::State& state) {
  const std::vector<std::byte> input = input_of(state);
  const std::span<const std::byte> segment = input;
  const auto codec = static_cast<Codec>(state.range(0));
  compression::Compressor compressor;
  std::size_t size = compressor.compress(codec, {&segment, 1}).value().size();
  const bench::CountAllocations counted;
  for (auto _ : state) {
    size = compressor.compress(codec, {&segment, 1}).value().size();
    benchmark::DoNotOptimize(size);
  }
  counted.report(state, state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(1));
  state.counters["ratio"] = static_cast<double>(input.size()) / static_cast<double>(size);
  state.SetLabel(std::string(name(codec)));
}
BENCHMARK(Compress)->ArgsProduct({{1, 2, 3, 4}, {16 << 10, 1 << 20}});

void Decompress(benchmark::State& state) {
  const std::vector<std::byte> input = input_of(state);
  const std::span<const std::byte> segment = input;
  const auto codec = static_cast<Codec>(state.range(0));
  compression::Compressor compressor;
  const BytesView compressed = compressor.compress(codec, {&segment, 1}).value();
  compression::Decompressor decompressor;
  ByteBuffer out;
  decompressor.decompress(codec, compressed, input.size(), out).value();
  const bench::CountAllocations counted;
  for (auto _ : state) {
    out.clear();
    decompressor.decompress(codec, compressed, input.size(), out).value();
  }
  counted.report(state, state.iterations());
  state.SetBytesProcessed(state.iterations() * state.range(1));
  state.SetLabel(std::string(name(codec)));
}
BENCHMARK(Decompress)->ArgsProduct({{1, 2, 3, 4}, {16 << 10, 1 << 20}});

}  // namespace

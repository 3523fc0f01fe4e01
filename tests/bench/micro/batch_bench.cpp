#include "protocol/base/crc32c.hpp"
#include "protocol/compression/compressor.hpp"
#include "protocol/records/batch_builder.hpp"
#include "protocol/records/batch_reader.hpp"
#include "protocol/records/batch_validator.hpp"
#include "protocol/wire/varint.hpp"
#include "tests/bench/micro/allocations.hpp"
#include "tests/support/batches.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <vector>

// Writing and reading batches of about a megabyte whose records have a null key and a value of 100
// bytes or 1 KB. "Hand" is the same work in the plainest loop: encoding with every size known to
// take one varint, iterating without a check. One item is one record.

namespace {

using namespace barnabas;

constexpr std::size_t batch_size = 1'000'000;

// Lends the same chunks again and again, in powers of two, as a producer's pool does.
class WarmChunks final : public records::ChunkAllocator {
 public:
  ~WarmChunks() override {
    for (const auto& [size, chunks] : free_) {
      for (std::byte* const chunk : chunks) delete[] chunk;
    }
  }
  std::span<std::byte> allocate(std::size_t wanted) override {
    const std::size_t size = std::bit_ceil(wanted);
    std::vector<std::byte*>& kept = free_[size];
    if (kept.empty()) return {new std::byte[size], size};
    std::byte* const chunk = kept.back();
    kept.pop_back();
    return {chunk, size};
  }
  void release(std::span<std::byte> chunk) noexcept override {
    free_[chunk.size()].push_back(chunk.data());
  }

 private:
  std::map<std::size_t, std::vector<std::byte*>> free_;
};

records::NewRecord record_of(const std::vector<std::byte>& value) {
  records::NewRecord record;
  record.timestamp = 1700000000000;
  record.value = BytesView(value);
  return record;
}

std::vector<std::byte> batch_of(const benchmark::State& state, const Compression& how = {}) {
  const std::vector<std::byte> value(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
  records::HeapChunks chunks;
  records::BatchBuilder builder(chunks, batch_size);
  while (builder.append(record_of(value)) == records::AppendResult::appended) {
  }
  compression::Compressor compressor;
  builder.finish(how, compressor).value();
  return test::join(builder.segments());
}

void Append(benchmark::State& state) {
  const std::vector<std::byte> value(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
  const bool finish = state.range(1) != 0;
  WarmChunks chunks;
  records::BatchBuilder builder(chunks, batch_size);
  compression::Compressor compressor;
  records::NewRecord record = record_of(value);
  const auto fill = [&] {
    std::int64_t records = 0;
    for (record.timestamp = 1700000000000;
         builder.append(record) == records::AppendResult::appended;
         record.timestamp += records & 1) {
      ++records;
    }
    if (finish) builder.finish({}, compressor).value();
    builder.reset();
    return records;
  };
  fill();
  const bench::CountAllocations counted;
  std::int64_t records = 0;
  for (auto _ : state) records += fill();
  counted.report(state, records);
  state.SetItemsProcessed(records);
}
BENCHMARK(Append)->ArgsProduct({{100, 1024}, {0, 1}})->ArgNames({"value", "finish"});

void AppendByHand(benchmark::State& state) {
  const std::vector<std::byte> value(static_cast<std::size_t>(state.range(0)), std::byte{'x'});
  const bool finish = state.range(1) != 0;
  std::vector<std::byte> batch(batch_size);
  std::int64_t records = 0;
  const auto body = static_cast<std::int64_t>(value.size());
  for (auto _ : state) {
    std::byte* at = batch.data() + records::batch_header_size;
    const std::byte* const end = batch.data() + batch.size() - value.size() - 30;
    std::int64_t timestamp_delta = 0;
    std::int32_t offset_delta = 0;
    for (; at < end; ++offset_delta, timestamp_delta += offset_delta & 1) {
      const std::size_t size = 3 + wire::varint_size(timestamp_delta) +
                               wire::varint_size(offset_delta) + wire::varint_size(body) +
                               value.size();
      at = wire::write_varint(at, static_cast<std::int64_t>(size));
      *at++ = std::byte{0};
      at = wire::write_varint(at, timestamp_delta);
      at = wire::write_varint(at, offset_delta);
      at = wire::write_varint(at, -1);
      at = wire::write_varint(at, body);
      std::memcpy(at, value.data(), value.size());
      at += value.size();
      at = wire::write_varint(at, 0);
    }
    if (finish) benchmark::DoNotOptimize(crc32c(batch));
    benchmark::ClobberMemory();
    records += offset_delta;
  }
  state.SetItemsProcessed(records);
}
BENCHMARK(AppendByHand)->ArgsProduct({{100, 1024}, {0, 1}})->ArgNames({"value", "finish"});

void Iterate(benchmark::State& state) {
  const std::vector<std::byte> data = batch_of(state);
  compression::Decompressor decompressor;
  ByteBuffer storage;
  records::OpenOptions options;
  options.check_crc = state.range(1) != 0;
  const bench::CountAllocations counted;
  std::int64_t records = 0;
  for (auto _ : state) {
    std::size_t bytes = 0;
    records::BatchReader batches(data);
    for (records::BatchView batch; batches.next(batch);) {
      auto reader = records::open_batch(batch, decompressor, storage, options);
      for (records::RecordView record; reader->next(record); ++records) {
        bytes += record.value->size() + static_cast<std::size_t>(record.offset & 1);
      }
    }
    benchmark::DoNotOptimize(bytes);
  }
  counted.report(state, records);
  state.SetItemsProcessed(records);
}
BENCHMARK(Iterate)->ArgsProduct({{100, 1024}, {0, 1}})->ArgNames({"value", "crc"});

std::int64_t read_by_hand(const std::byte*& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(*at++);
    value |= (byte & 0x7F) << shift;
    if (byte < 0x80) return wire::zigzag_decode(value);
  }
}

void IterateByHand(benchmark::State& state) {
  const std::vector<std::byte> data = batch_of(state);
  const bool check_crc = state.range(1) != 0;
  std::int64_t records = 0;
  for (auto _ : state) {
    std::size_t bytes = 0;
    if (check_crc) benchmark::DoNotOptimize(crc32c(data));
    const std::byte* at = data.data() + records::batch_header_size;
    for (const std::byte* const end = data.data() + data.size(); at != end; ++records) {
      read_by_hand(at);
      ++at;
      const std::int64_t timestamp = read_by_hand(at);
      benchmark::DoNotOptimize(timestamp);
      const std::int64_t offset = read_by_hand(at);
      const std::int64_t key_size = read_by_hand(at);
      if (key_size > 0) at += key_size;
      const std::int64_t value_size = read_by_hand(at);
      if (value_size > 0) at += value_size;
      read_by_hand(at);
      bytes += static_cast<std::size_t>(value_size + (offset & 1));
    }
    benchmark::DoNotOptimize(bytes);
  }
  state.SetItemsProcessed(records);
}
BENCHMARK(IterateByHand)->ArgsProduct({{100, 1024}, {0, 1}})->ArgNames({"value", "crc"});

void Validate(benchmark::State& state) {
  const std::vector<std::byte> data = batch_of(state);
  compression::Decompressor decompressor;
  ByteBuffer scratch;
  std::int64_t records = 0;
  const bench::CountAllocations counted;
  for (auto _ : state) {
    const records::Validation outcome = records::validate_batch(data, {}, decompressor, scratch);
    records += outcome.header.record_count;
  }
  counted.report(state, records);
  state.SetItemsProcessed(records);
}
BENCHMARK(Validate)->Arg(100)->Arg(1024);

// What a change of producer id, epoch or sequence costs a finished batch.
void Stamp(benchmark::State& state) {
  const std::vector<std::byte> value(100);
  records::HeapChunks chunks;
  records::BatchBuilder builder(chunks, batch_size);
  while (builder.append(record_of(value)) == records::AppendResult::appended) {
  }
  compression::Compressor compressor;
  builder.finish({}, compressor).value();
  std::int32_t sequence = 0;
  for (auto _ : state) builder.stamp({1, 0, ++sequence, false});
}
BENCHMARK(Stamp);

}  // namespace

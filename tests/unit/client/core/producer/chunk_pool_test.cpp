#include "client/src/core/producer/chunk_pool.hpp"

#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <span>
#include <thread>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;

namespace {

using Chunk = std::span<std::byte>;

}  // namespace

TEST_CASE("chunk pool: sizes are powers of two, larger ones made to measure") {
  ChunkPool pool(1 << 20);
  const std::pair<std::size_t, std::size_t> expected[] = {
      {1, 512}, {512, 512}, {513, 1024}, {3000, 4096}, {65'536, 65'536}, {65'537, 66'048}};
  for (const auto& [wanted, size] : expected) {
    const Chunk chunk = pool.allocate(wanted);
    CHECK(chunk.size() == size);
    CHECK(pool.used() == size);
    pool.release(chunk);
    CHECK(pool.used() == 0);
  }
}

TEST_CASE("chunk pool: short of memory it gives what fits, then nothing") {
  ChunkPool pool(2048 + 700);
  const Chunk first = pool.allocate(1024);
  const Chunk second = pool.allocate(4096);
  CHECK(second.size() == 1024);
  const Chunk third = pool.allocate(4096);
  CHECK(third.size() == 512);
  CHECK(pool.allocate(1).empty());  // 188 bytes are left
  CHECK(pool.available() == 188);
  for (const Chunk chunk : {first, second, third}) pool.release(chunk);
  CHECK(pool.available() == 2748);
}

TEST_CASE("chunk pool: charges count like chunks") {
  ChunkPool pool(4096);
  CHECK(pool.charge(4000));
  CHECK(!pool.charge(97));
  CHECK(pool.allocate(1).empty());
  CHECK(pool.used() == 4000);
  pool.refund(4000);
  CHECK(pool.charge_up_to(4000) == 4000);
  CHECK(pool.charge_up_to(100) == 96);
  CHECK(pool.charge_up_to(1) == 0);
  pool.refund(4096);
  const Chunk chunk = pool.allocate(4096);
  CHECK(chunk.size() == 4096);
  CHECK(!pool.charge(1));
  pool.charge_beyond(10);
  CHECK(pool.used() == 4106);
  CHECK(pool.available() == 0);
  pool.refund(10);
  pool.release(chunk);
}

TEST_CASE("chunk pool: the overdraft goes beyond, and what it took is given back as usual") {
  ChunkPool pool(1024);
  const Chunk all = pool.allocate(1024);
  const Chunk more = pool.overdraft().allocate(3000);
  CHECK(more.size() == 3072);
  CHECK(pool.used() == 4096);
  pool.overdraft().release(more);
  pool.release(all);
  CHECK(pool.used() == 0);
}

TEST_CASE("chunk pool: threads never hold more than the limit together") {
  constexpr std::size_t limit = 256 * 1024;
  ChunkPool pool(limit);
  std::atomic<std::size_t> held = 0;
  std::atomic<bool> exceeded = false;
  std::vector<std::thread> threads;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      Random random(seed);
      std::vector<Chunk> own;
      for (int i = 0; i < 3000; ++i) {
        if (!own.empty() && random.below(2) == 0) {
          const Chunk chunk = own.back();
          own.pop_back();
          held -= chunk.size();
          pool.release(chunk);
          continue;
        }
        const Chunk chunk = pool.allocate(1 + random.below(100'000));
        if (chunk.empty()) continue;
        // What others are about to give back was subtracted before.
        if (held.fetch_add(chunk.size()) + chunk.size() > limit) exceeded = true;
        std::memset(chunk.data(), static_cast<int>(seed), chunk.size());
        own.push_back(chunk);
      }
      for (const Chunk chunk : own) {
        held -= chunk.size();
        pool.release(chunk);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(!exceeded);
  CHECK(pool.used() == 0);
  const Chunk large = pool.allocate(limit);  // what was kept for reuse makes room
  CHECK(large.size() == limit);
  pool.release(large);
}

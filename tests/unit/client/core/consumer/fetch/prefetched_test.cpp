#include "client/src/core/consumer/fetch/prefetched.hpp"

#include "client/src/core/consumer/positions/partition_state.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace barnabas;
using namespace barnabas::client;

namespace {

const std::string bytes(100, 'x');

struct World {
  Prefetched prefetched;
  PartitionState a{{"a", 0}, 1};
  PartitionState b{{"b", 0}, 2};

  World() {
    for (PartitionState* state : {&a, &b}) {
      state->announced = true;
      state->seek({0, -1}, 3);
    }
  }
  void add(PartitionState& state, std::int64_t start, std::shared_ptr<ByteCharge> charge = {}) {
    FetchedChunk chunk;
    chunk.partition = state.partition();
    chunk.start = start;
    chunk.data = BytesView(bytes);
    chunk.charge = std::move(charge);
    prefetched.add(state, std::move(chunk));
  }
  std::string take() {
    const FetchedChunk chunk = prefetched.take();
    return chunk.partition.topic + std::to_string(chunk.start);
  }
};

}  // namespace

TEST_CASE_FIXTURE(World, "prefetched: in the order of arrival, over all partitions") {
  CHECK(prefetched.next() == nullptr);
  add(a, 0);
  add(b, 0);
  add(a, 5);
  CHECK(a.buffered_bytes == 200);
  CHECK(prefetched.next() == &a);
  CHECK(take() == "a0");
  CHECK(take() == "b0");
  CHECK(take() == "a5");
  CHECK(prefetched.next() == nullptr);
  CHECK(a.buffered_bytes == 0);
}

TEST_CASE_FIXTURE(World, "prefetched: what is paused is passed over and keeps its place") {
  add(a, 0);
  add(b, 0);
  a.paused = true;
  CHECK(take() == "b0");
  CHECK(prefetched.next() == nullptr);
  add(b, 5);
  a.paused = false;
  CHECK(take() == "a0");
  CHECK(take() == "b5");
}

TEST_CASE_FIXTURE(World, "prefetched: a chunk that is put back comes first again") {
  add(a, 0);
  add(a, 5);
  add(b, 0);
  FetchedChunk chunk = prefetched.take();
  prefetched.put_back(a, std::move(chunk));
  CHECK(take() == "a0");
  CHECK(take() == "a5");
  CHECK(take() == "b0");
}

TEST_CASE_FIXTURE(World, "prefetched: a response counts until its last chunk is gone") {
  {
    const auto charge = prefetched.charge(1000);
    add(a, 0, charge);
    add(b, 0, charge);
  }
  CHECK(prefetched.bytes() == 1000);
  {
    const FetchedChunk chunk = prefetched.take();
    prefetched.drop(b);
    CHECK(prefetched.bytes() == 1000);
  }
  CHECK(prefetched.bytes() == 0);
  CHECK(b.buffer.empty());
  CHECK(b.buffered_bytes == 0);
}

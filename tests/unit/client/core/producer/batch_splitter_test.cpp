#include "client/src/core/producer/batch_splitter.hpp"

#include "tests/unit/client/core/producer/batch_world.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

using Names = std::vector<std::string>;

TEST_CASE_FIXTURE(BatchWorld, "batch splitter: two halves with the same records and sequences") {
  for (const Compression& codec : {uncompressed(), gzip(), lz4()}) {
    CAPTURE(codec.codec());
    const auto whole = batch({"a", "b", "c", "d", "e"}, 120s, {}, codec);
    whole->builder().stamp({1000, 2, std::numeric_limits<std::int32_t>::max(), false});
    const std::vector<std::byte> before = bytes(*whole);
    const auto parts = split(*whole, codec, compressors);
    REQUIRE(parts);
    CHECK(bytes(*whole) == before);  // it may still be on its way out
    CHECK(values(*(*parts)[0]) == Names{"a", "b"});
    CHECK(values(*(*parts)[1]) == Names{"c", "d", "e"});
    CHECK((*parts)[0]->first_record() == 0);
    CHECK((*parts)[1]->first_record() == 2);
    CHECK((*parts)[0]->is_finished());
    CHECK((*parts)[0]->builder().producer_stamp().base_sequence ==
          std::numeric_limits<std::int32_t>::max());
    CHECK((*parts)[1]->builder().producer_stamp().base_sequence == 1);
    CHECK((*parts)[1]->builder().producer_stamp().producer_epoch == 2);
    CHECK((*parts)[1]->work() == whole->work());
    CHECK((*parts)[1]->shared_delivery() == whole->shared_delivery());
    CHECK((*parts)[1]->times().deadline == whole->times().deadline);
  }
}

TEST_CASE_FIXTURE(BatchWorld, "batch splitter: parts are cut again, and say where they belong") {
  const auto whole = batch({"a", "b", "c", "d", "e", "f", "g"});
  const auto parts = split(*whole, {}, compressors);
  REQUIRE(parts);
  const auto again = split(*(*parts)[1], {}, compressors);
  REQUIRE(again);
  CHECK(values(*(*again)[0]) == Names{"d", "e"});
  CHECK((*again)[0]->first_record() == 3);
  CHECK((*again)[1]->first_record() == 5);
  CHECK((*again)[1]->builder().producer_stamp().base_sequence == -1);  // without idempotence
}

TEST_CASE("batch splitter: works with a pool that is used up, and gives everything back") {
  BatchWorld world;
  world.pool = std::make_shared<ChunkPool>(64 * 1024);
  {
    Names values;
    for (int i = 0; i < 40; ++i) values.push_back(std::string(1000, 'x'));
    auto whole = world.batch(values);
    REQUIRE(world.pool->charge(world.pool->available()));
    const std::size_t full = world.pool->used();
    {
      auto parts = split(*whole, {}, world.compressors);
      REQUIRE(parts);
      CHECK(world.pool->used() > full);
      CHECK(world.pool->used() < full + 60'000);
      whole.reset();
      CHECK(world.pool->used() < full + 10'000);
    }
    world.pool->refund(world.pool->used());
  }
  CHECK(world.pool->used() == 0);
}

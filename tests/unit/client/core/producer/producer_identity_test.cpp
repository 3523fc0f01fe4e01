#include "client/src/core/producer/producer_identity.hpp"

#include <doctest/doctest.h>

using namespace barnabas::client;

TEST_CASE("producer identity: asked for once, and again after a failure") {
  IdentityKeeper keeper;
  CHECK(keeper.is_missing());
  CHECK(!keeper.current().valid());
  keeper.requested();
  CHECK(!keeper.is_missing());
  keeper.failed();
  CHECK(keeper.is_missing());
  keeper.requested();
  keeper.assigned({5, 3});
  CHECK(!keeper.is_missing());
  CHECK(keeper.current() == ProducerIdentity{5, 3});
}

TEST_CASE("producer identity: the next epoch, however many partitions lost the same one") {
  IdentityKeeper keeper;
  keeper.assigned({5, 3});
  const ProducerIdentity lost = keeper.current();
  keeper.bump(lost);
  keeper.bump(lost);
  keeper.renew(lost);
  CHECK(keeper.current() == ProducerIdentity{5, 4});
  CHECK(keeper.changes() == 1);
  keeper.bump({});
  CHECK(keeper.current() == ProducerIdentity{5, 4});
}

TEST_CASE("producer identity: a new id after the last epoch, or where an epoch would not do") {
  IdentityKeeper keeper;
  keeper.assigned({5, 32767});
  keeper.bump(keeper.current());
  CHECK(keeper.is_missing());
  keeper.requested();
  keeper.assigned({6, 0});
  keeper.renew({6, 0});
  CHECK(keeper.is_missing());
  CHECK(keeper.changes() == 2);
}

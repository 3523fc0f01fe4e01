#include "client/src/core/producer/flush_barrier.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace barnabas;
using client::FlushBarrier;

namespace {

using Waiter = FlushBarrier::Waiter;

Waiter make_waiter() { return std::make_shared<detail::ResultSource<void>>(); }

}  // namespace

TEST_CASE("flush barrier: a flush waits for what began before it, in any order of ending") {
  FlushBarrier barrier;
  const Waiter nothing = make_waiter();
  barrier.wait(nothing);
  CHECK(nothing->done());
  const auto a = barrier.begin();
  const auto b = barrier.begin();
  const auto c = barrier.begin();
  const Waiter waiter = make_waiter();
  barrier.wait(waiter);
  CHECK(barrier.has_waiters());
  const auto later = barrier.begin();
  barrier.end(c);
  barrier.end(a);
  CHECK(!waiter->done());
  barrier.end(b);
  CHECK(waiter->done());
  CHECK(!barrier.has_waiters());
  const Waiter next = make_waiter();
  barrier.wait(next);
  CHECK(!next->done());
  barrier.end(later);
  CHECK(next->done());
}

TEST_CASE("flush barrier: numbers that have ended, or never were, change nothing") {
  FlushBarrier barrier;
  const auto a = barrier.begin();
  barrier.end(a);
  barrier.end(a);
  barrier.end(99);
  barrier.end(0);
  const auto b = barrier.begin();
  CHECK(b != a);
  const Waiter waiter = make_waiter();
  barrier.wait(waiter);
  CHECK(!waiter->done());
  barrier.end(b);
  CHECK(waiter->done());
}

TEST_CASE("flush barrier: failures are reported once, by the flush that ends") {
  FlushBarrier barrier;
  const auto a = barrier.begin();
  const Waiter waiter = make_waiter();
  const Waiter beside = make_waiter();
  barrier.wait(waiter);
  barrier.wait(beside);
  barrier.record_failure(Error(ErrorCode::invalid_record, "orders[0]"), 2);
  barrier.record_failure(Error(ErrorCode::delivery_timed_out, "orders[1]"));
  barrier.end(a);
  for (const Waiter& each : {waiter, beside}) {
    const Result<void> result = each->result(0);
    REQUIRE(!result);
    CHECK(result.error() == ErrorCode::invalid_record);
    CHECK(result.error().context() == "3 records were not delivered, the first: orders[0]");
  }
  CHECK(barrier.take_failures());
  barrier.record_failure(Error(ErrorCode::buffer_full, "one"));
  const Waiter next = make_waiter();
  barrier.wait(next);
  CHECK(next->result(0).error().context() == "one");
}

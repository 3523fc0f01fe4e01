#include "protocol/base/time.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>

using namespace std::chrono_literals;
using barnabas::deadline_after;
using barnabas::Instant;

TEST_CASE("a deadline is start plus timeout") {
  const Instant start{5s};
  CHECK(deadline_after(start, 0ms) == start);
  CHECK(deadline_after(start, 250us) == start + 250us);
  CHECK(deadline_after(start, 36h) == start + 36h);
  CHECK(deadline_after(start, -1s) == start);
  CHECK(deadline_after(start, std::chrono::hours::min()) == start);
}

TEST_CASE("cat_N15 no timeout wraps, in whatever unit") {
  const Instant start{5s};
  CHECK(deadline_after(start, std::chrono::nanoseconds::max()) == Instant::max());
  CHECK(deadline_after(start, std::chrono::milliseconds::max()) == Instant::max());
  CHECK(deadline_after(start, std::chrono::hours::max()) == Instant::max());
  // Every power of two of milliseconds gives a later deadline or the end of the clock.
  Instant last = start;
  for (int bit = 0; bit < 63; ++bit) {
    const Instant at = deadline_after(start, std::chrono::milliseconds(std::int64_t{1} << bit));
    CHECK(at >= last);
    last = at;
  }
  CHECK(last == Instant::max());
}

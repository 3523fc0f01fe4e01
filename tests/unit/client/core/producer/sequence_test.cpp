#include "client/src/core/producer/sequence.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace barnabas::client;

TEST_CASE("sequence: after 2^31-1 comes 0") {
  constexpr std::int32_t last = std::numeric_limits<std::int32_t>::max();
  CHECK(sequence_after(0, 1) == 1);
  CHECK(sequence_after(last, 1) == 0);
  CHECK(sequence_after(last - 2, 5) == 2);
  CHECK(sequence_after(last, 0) == last);
  CHECK(is_after(1, 0));
  CHECK(!is_after(0, 1));
  CHECK(!is_after(7, 7));
  CHECK(is_after(0, last));
  CHECK(is_after(2, last - 2));
  CHECK(!is_after(last, 0));
}

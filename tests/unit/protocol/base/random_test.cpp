#include "protocol/base/random.hpp"

#include <doctest/doctest.h>

#include <array>

using barnabas::Random;

TEST_CASE("a seed reproduces its numbers") {
  // First outputs of SplitMix64 with seed 1234567, as published with the algorithm.
  Random random(1234567);
  CHECK(random.next() == 6457827717110365317ULL);
  CHECK(random.next() == 3203168211198807973ULL);
}

TEST_CASE("bounded numbers stay within and reach every value") {
  Random random(1);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) seen.at(random.below(7))++;
  for (int count : seen) CHECK(count > 800);
  for (int i = 0; i < 1000; ++i) {
    const double unit = random.unit();
    CHECK(unit >= 0.0);
    CHECK(unit < 1.0);
  }
}

TEST_CASE("uuids carry version 4 and variant 1") {
  Random random(3);
  const barnabas::Uuid uuid = random.uuid();
  CHECK((uuid.high() >> 12 & 0xF) == 4);
  CHECK((uuid.low() >> 62) == 2);
}

#include "client/src/core/cluster/backoff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::client::Backoff;

namespace {

// The shortest and the longest of many pauses.
std::pair<Duration, Duration> bounds(const Backoff& backoff, std::uint32_t failures) {
  Random random(1);
  std::pair<Duration, Duration> bounds{Duration::max(), Duration::min()};
  for (int i = 0; i < 1000; ++i) {
    const Duration pause = backoff.pause(failures, random);
    bounds = {std::min(bounds.first, pause), std::max(bounds.second, pause)};
  }
  return bounds;
}

}  // namespace

TEST_CASE("pauses double with each failure up to the longest") {
  const Backoff backoff(100ms, 1000ms);
  CHECK(bounds(backoff, 0).second == 0ms);
  Duration expected = 100ms;
  for (std::uint32_t failures = 1; failures <= 40; ++failures) {
    const auto [shortest, longest] = bounds(backoff, failures);
    CHECK(shortest >= expected * 8 / 10);
    CHECK(longest <= expected * 12 / 10);
    expected = std::min<Duration>(expected * 2, 1000ms);
  }
}

TEST_CASE("cat_N06 a fifth more or less by chance") {
  const auto [shortest, longest] = bounds(Backoff(100ms, 1000ms), 3);
  CHECK(shortest < 340ms);
  CHECK(longest > 460ms);
}

TEST_CASE("a longest pause below the first one does not shorten it") {
  CHECK(bounds(Backoff(500ms, 100ms), 5).first >= 400ms);
}

TEST_CASE("a first pause of zero stays zero") {
  CHECK(bounds(Backoff(0ms, 1000ms), std::numeric_limits<std::uint32_t>::max()).second == 0ms);
}

TEST_CASE("cat_N15 no pause wraps, however long and after however many failures") {
  for (const Duration first : {Duration(1), Duration(1h), Duration::max() / 2, Duration::max()}) {
    for (const std::uint32_t failures : {1U, 2U, 63U, std::numeric_limits<std::uint32_t>::max()}) {
      const auto [shortest, longest] = bounds(Backoff(first, Duration::max()), failures);
      CHECK(shortest >= Duration::zero());
      CHECK(longest >= first / 10 * 8);
    }
  }
}

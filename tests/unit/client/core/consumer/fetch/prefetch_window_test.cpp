#include "client/src/core/consumer/fetch/prefetch_window.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>

using barnabas::client::PrefetchWindow;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

}  // namespace

TEST_CASE("prefetch window: grows while the way to the broker is what is waited for") {
  PrefetchWindow window(64 * megabyte, 4 * megabyte);
  CHECK(window.of(1) == 4 * megabyte);
  CHECK(window.of(3) == 12 * megabyte);
  CHECK(window.of(1000) == 64 * megabyte);
  window.on_answer(4 * megabyte, 3 * megabyte, 20ms, 0, 1);
  CHECK(window.of(1) == 8 * megabyte);
  for (int i = 0; i < 10; ++i) window.on_answer(megabyte, megabyte, 20ms, 0, 1);
  CHECK(window.of(1) == 64 * megabyte);
}

TEST_CASE("prefetch window: does not grow for brokers near by, nor for those with little to tell") {
  PrefetchWindow window(64 * megabyte, 4 * megabyte);
  window.on_answer(4 * megabyte, 4 * megabyte, 4ms, 0, 1);
  window.on_answer(4 * megabyte, megabyte, 20ms, 0, 1);
  window.on_answer(4 * megabyte, 0, 500ms, 0, 1);
  window.on_answer(4 * megabyte, 4 * megabyte, 20ms, 1, 1);
  CHECK(window.of(1) == 4 * megabyte);
}

TEST_CASE("prefetch window: what made it grow may be over") {
  PrefetchWindow window(64 * megabyte, 4 * megabyte);
  CHECK(window.is_least());
  for (int i = 0; i < 2; ++i) window.on_answer(4 * megabyte, 4 * megabyte, 20ms, 0, 1);
  CHECK(window.of(1) == 16 * megabyte);
  CHECK_FALSE(window.is_least());
  window.on_answer(4 * megabyte, 4 * megabyte, 4ms, 1, 1);
  CHECK(window.of(1) == 16 * megabyte);
  window.on_answer(4 * megabyte, 4 * megabyte, 4ms, 0, 1);
  CHECK(window.of(1) == 12 * megabyte);
  for (int i = 0; i < 10; ++i) window.on_answer(4 * megabyte, 4 * megabyte, 4ms, 0, 1);
  CHECK(window.of(1) == 4 * megabyte);
  CHECK(window.is_least());
}

TEST_CASE("prefetch window: shrinks when most of it waits, down to where it began") {
  PrefetchWindow window(64 * megabyte, 4 * megabyte);
  for (int i = 0; i < 2; ++i) window.on_answer(megabyte, megabyte, 20ms, 0, 2);
  CHECK(window.of(2) == 32 * megabyte);
  window.on_answer(megabyte, megabyte, 20ms, 16 * megabyte, 2);
  CHECK(window.of(2) == 32 * megabyte);
  window.on_answer(megabyte, megabyte, 20ms, 17 * megabyte, 2);
  CHECK(window.of(2) == 24 * megabyte);
  for (int i = 0; i < 10; ++i) window.on_answer(megabyte, megabyte, 20ms, 17 * megabyte, 2);
  CHECK(window.of(2) == 8 * megabyte);
}

TEST_CASE("prefetch window: a limit below what it would begin with is all there is") {
  PrefetchWindow window(100, 4 * megabyte);
  CHECK(window.of(1) == 100);
  CHECK(window.of(7) == 100);
  window.on_answer(100, 100, 20ms, 0, 1);
  window.on_answer(100, 100, 20ms, 100, 1);
  CHECK(window.of(1) == 100);
}

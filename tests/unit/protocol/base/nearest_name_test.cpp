#include "protocol/base/nearest_name.hpp"

#include <doctest/doctest.h>

#include <array>

namespace barnabas {
namespace {

constexpr std::array<std::string_view, 4> names{"linger.ms", "acks", "retries", "batch.size"};

TEST_CASE("nearest_name: typing mistakes find their name") {
  CHECK(nearest_name("linger_ms", names) == "linger.ms");
  CHECK(nearest_name("ligner.ms", names) == "linger.ms");
  CHECK(nearest_name("LINGER.MS", names) == "linger.ms");
  CHECK(nearest_name("acsk", names) == "acks");
  CHECK(nearest_name("batchsize", names) == "batch.size");
}

TEST_CASE("nearest_name: nothing is suggested for something else") {
  CHECK(nearest_name("compression", names).empty());
  CHECK(nearest_name("", names).empty());
  CHECK(nearest_name(std::string(4000, 'a'), names).empty());
  CHECK(nearest_name("x", std::array<std::string_view, 1>{"y"}).empty());
}

TEST_CASE("nearest_name: a swap counts as one edit") {
  constexpr std::array<std::string_view, 2> two{"abxx", "bacd"};
  CHECK(nearest_name("abcd", two) == "bacd");
}

TEST_CASE("did_you_mean: makes a phrase or nothing") {
  CHECK(did_you_mean("retrys", names) == " (did you mean \"retries\"?)");
  CHECK(did_you_mean("zzzzzzzz", names).empty());
}

}  // namespace
}  // namespace barnabas

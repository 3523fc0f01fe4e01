#include "client/src/core/cluster/address_rotation.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace barnabas;
using barnabas::client::AddressRotation;

namespace {

network::Address address(std::uint8_t last) {
  network::Address address;
  address.bytes = {10, 0, 0, last};
  address.port = 9092;
  return address;
}

std::vector<network::Address> addresses(const std::vector<std::uint8_t>& lasts) {
  std::vector<network::Address> all;
  for (const std::uint8_t last : lasts) all.push_back(address(last));
  return all;
}

// A round in which only `working` answers, or none; the addresses that were tried.
std::string try_all(AddressRotation& rotation, const std::vector<std::uint8_t>& lasts,
                    std::uint8_t working = 0) {
  std::string tried;
  rotation.begin(addresses(lasts));
  while (const auto next = rotation.next()) {
    tried += std::to_string(next->bytes[3]);
    if (next->bytes[3] == working) {
      rotation.worked();
      return tried;
    }
    rotation.failed();
  }
  return tried;
}

}  // namespace

TEST_CASE("addresses are tried in the resolver's order, each once") {
  AddressRotation rotation;
  CHECK(try_all(rotation, {3, 1, 2}) == "312");
  CHECK_FALSE(rotation.next().has_value());
}

TEST_CASE("cat_N04 what failed lately comes last, in the resolver's order") {
  AddressRotation rotation;
  CHECK(try_all(rotation, {1, 2, 3}, 3) == "123");
  CHECK(try_all(rotation, {1, 2, 3}, 3) == "3");
  CHECK(try_all(rotation, {2, 1, 3, 4}) == "3421");
}

TEST_CASE("an address that works again is as good as any") {
  AddressRotation rotation;
  CHECK(try_all(rotation, {1, 2}) == "12");
  CHECK(try_all(rotation, {1, 2}, 1) == "1");
  CHECK(try_all(rotation, {2, 1}, 1) == "1");  // 2 has not worked since
  CHECK(try_all(rotation, {2, 1}, 2) == "12");
  CHECK(try_all(rotation, {2, 1}, 2) == "2");
}

TEST_CASE("cat_N04 an address that the name lost is forgotten") {
  AddressRotation rotation;
  CHECK(try_all(rotation, {1, 2}, 2) == "12");
  CHECK(try_all(rotation, {2}, 2) == "2");
  CHECK(try_all(rotation, {1, 2}, 2) == "12");
}

TEST_CASE("a name without addresses, and outcomes of nothing") {
  AddressRotation rotation;
  rotation.failed();
  rotation.worked();
  CHECK(try_all(rotation, {}).empty());
  rotation.failed();
  CHECK(try_all(rotation, {1}, 1) == "1");
}

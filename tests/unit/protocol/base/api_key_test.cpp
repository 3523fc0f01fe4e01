#include <barnabas/api_key.hpp>

#include "protocol/messages/descriptors.hpp"

#include <doctest/doctest.h>

using barnabas::ApiKey;
using barnabas::name;
using barnabas::protocol::find_descriptor;
using barnabas::protocol::Route;

TEST_CASE("keys have Kafka's names") {
  CHECK(name(ApiKey::Produce) == "Produce");
  CHECK(name(ApiKey::DeleteShareGroupOffsets) == "DeleteShareGroupOffsets");
  CHECK(name(static_cast<ApiKey>(-1)) == "Unknown");
  CHECK(name(static_cast<ApiKey>(9999)) == "Unknown");
}

TEST_CASE("descriptors are found by key") {
  for (const auto& descriptor : barnabas::protocol::descriptors) {
    CHECK(find_descriptor(descriptor.key) == &descriptor);
    CHECK(descriptor.name == name(descriptor.key));
  }
  CHECK(find_descriptor(ApiKey::LeaderAndIsr) == nullptr);
  CHECK(find_descriptor(static_cast<ApiKey>(9999)) == nullptr);
}

TEST_CASE("descriptors know versions, headers and routes") {
  const auto* produce = find_descriptor(ApiKey::Produce);
  REQUIRE(produce != nullptr);
  CHECK(produce->versions == barnabas::VersionRange{3, 13});
  CHECK(produce->advertised == barnabas::VersionRange{0, 13});
  CHECK(produce->route == Route::leader);
  CHECK(produce->request_header_version(8) == 1);
  CHECK(produce->request_header_version(9) == 2);
  CHECK(produce->response_header_version(8) == 0);
  CHECK(produce->response_header_version(9) == 1);

  const auto* versions = find_descriptor(ApiKey::ApiVersions);
  REQUIRE(versions != nullptr);
  CHECK(versions->request_header_version(3) == 2);
  CHECK(versions->response_header_version(3) == 0);

  const auto* deletion = find_descriptor(ApiKey::OffsetDelete);
  REQUIRE(deletion != nullptr);
  CHECK(deletion->request_header_version(0) == 1);
  CHECK(deletion->response_header_version(0) == 0);
}

#include "protocol/messages/api_versions.hpp"

#include "tests/unit/broker/support/engine_world.hpp"

#include <doctest/doctest.h>

#include <map>

namespace barnabas::broker::test {
namespace {

using protocol::ApiVersionsRequest;
using protocol::ApiVersionsResponse;

ApiVersionsRequest request() {
  ApiVersionsRequest named;
  named.client_software_name = "barnabas-test";
  named.client_software_version = "1.0";
  return named;
}

std::map<std::int16_t, VersionRange> ranges(const ApiVersionsResponse& response) {
  std::map<std::int16_t, VersionRange> by_key;
  for (const auto& entry : response.api_keys) {
    by_key[entry.api_key] = {entry.min_version, entry.max_version};
  }
  return by_key;
}

TEST_CASE(
    "api_versions: every version lists what is served, with the ranges old clients look for") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  for (std::int16_t version = 0; version <= 4; ++version) {
    const auto response = world.call(client, request(), version);
    CHECK(response.error_code == ErrorCode::none);
    const auto by_key = ranges(response);
    CHECK(by_key.size() == routes().size());
    CHECK(by_key.at(0) == VersionRange{0, 13});
    CHECK(by_key.at(1) == VersionRange{4, 18});
    CHECK(by_key.at(3) == VersionRange{0, 13});
    CHECK(by_key.at(10) == VersionRange{0, 6});
    CHECK(by_key.at(11) == VersionRange{0, 9});
    CHECK(by_key.at(18) == VersionRange{0, 4});
    CHECK(by_key.at(22).min == 0);
    CHECK_FALSE(by_key.contains(71));  // telemetry would make clients push it
  }
}

TEST_CASE("api_versions: an unknown version is answered in version 0, and the connection lives") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  // ApiVersions version 99 with header version 2, correlation id 7, client id "x", empty tags.
  const std::string frame("\0\0\0\x0e\0\x12\0\x63\0\0\0\7\0\1x\0\1\1", 18);
  world.send_bytes(client, BytesView(frame));
  const auto response = world.receive<ApiVersionsRequest>(client, 0, 7);
  REQUIRE(response);
  CHECK(response->error_code == ErrorCode::unsupported_version);
  REQUIRE(response->api_keys.size() == 1);
  CHECK(ranges(*response).at(18) == VersionRange{0, 4});
  CHECK(world.call(client, request(), 3).error_code == ErrorCode::none);
}

TEST_CASE("api_versions: software names must look like names") {
  EngineWorld world;
  const ConnectionId client = world.connect();
  for (const std::string_view bad : {"", "-x", "x-", "a b", "a/b"}) {
    ApiVersionsRequest named = request();
    named.client_software_name = bad;
    CHECK(world.call(client, named, 3).error_code == ErrorCode::invalid_request);
    named = request();
    named.client_software_version = bad;
    CHECK(world.call(client, named, 4).error_code == ErrorCode::invalid_request);
  }
}

}  // namespace
}  // namespace barnabas::broker::test

#include "client/src/core/cluster/version_negotiation.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/wire/request_frame.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace barnabas;
using barnabas::client::BrokerVersions;
using barnabas::client::VersionNegotiation;
using protocol::ApiVersionsResponse;

namespace {

using Outcome = Result<std::optional<BrokerVersions>>;

// A broker's answer in the form of `version`, which says that it serves ApiVersions up to `highest`
// if that is given.
ApiVersionsResponse answer_with(ErrorCode error, std::optional<std::int16_t> highest) {
  ApiVersionsResponse response;
  response.error_code = error;
  auto& other = response.api_keys.emplace_back();
  other.api_key = 0;
  other.max_version = 99;
  if (highest) {
    auto& entry = response.api_keys.emplace_back();
    entry.api_key = static_cast<std::int16_t>(ApiKey::ApiVersions);
    entry.max_version = *highest;
  }
  return response;
}

Outcome give(VersionNegotiation& negotiation, const ApiVersionsResponse& response,
             std::int16_t version) {
  const std::vector<std::byte> frame = wire::encode_response(response, version, 1)->flatten();
  const BytesView body(frame.data() + 8, frame.size() - 8);  // behind size and correlation id
  return negotiation.response(wire::Reader(body));
}

Outcome refuse(VersionNegotiation& negotiation, std::optional<std::int16_t> highest) {
  return give(negotiation, answer_with(ErrorCode::unsupported_version, highest), 0);
}

}  // namespace

TEST_CASE("the first question is asked at our highest version and names the software") {
  VersionNegotiation negotiation;
  CHECK(negotiation.version() == 4);
  const std::vector<std::byte> frame = negotiation.request(9, "me", "barnabas", "1.2")->flatten();
  const BytesView bytes(frame.data() + 4, frame.size() - 4);
  const auto header = wire::decode_request_header(bytes);
  REQUIRE(header);
  CHECK(header->version == 4);
  CHECK(header->correlation_id == 9);
  const auto request = wire::decode_body<protocol::ApiVersionsRequest>(header->body, 4);
  REQUIRE(request);
  CHECK(request->client_software_name == "barnabas");
  CHECK(request->client_software_version == "1.2");
}

TEST_CASE("an answer without an error ends the negotiation") {
  VersionNegotiation negotiation;
  const Outcome outcome = give(negotiation, answer_with(ErrorCode::none, 4), 4);
  REQUIRE(outcome);
  REQUIRE(outcome->has_value());
  CHECK((**outcome).range(ApiKey::Produce)->max == 99);
}

TEST_CASE("cat_N19 a refusal leads to the version that the broker names") {
  VersionNegotiation negotiation;
  const Outcome outcome = refuse(negotiation, 2);
  REQUIRE(outcome);
  CHECK_FALSE(outcome->has_value());
  CHECK(negotiation.version() == 2);
  CHECK(give(negotiation, answer_with(ErrorCode::none, 2), 2)->has_value());
}

TEST_CASE("cat_N19 a broker that names nothing is asked at version 0") {
  VersionNegotiation negotiation;
  CHECK_FALSE(refuse(negotiation, std::nullopt)->has_value());
  CHECK(negotiation.version() == 0);
}

TEST_CASE("cat_N19 a broker that refuses what it names is asked lower and lower, not for ever") {
  VersionNegotiation negotiation;
  for (std::int16_t version = 4; version > 0; --version) {
    CHECK(negotiation.version() == version);
    CHECK_FALSE(refuse(negotiation, 99)->has_value());
  }
  CHECK(negotiation.version() == 0);
  CHECK(refuse(negotiation, 99).error() == ErrorCode::unsupported_version);
}

TEST_CASE("a negative version means 0") {
  VersionNegotiation negotiation;
  CHECK_FALSE(refuse(negotiation, std::int16_t{-5})->has_value());
  CHECK(negotiation.version() == 0);
}

TEST_CASE("other errors and what cannot be read end it") {
  VersionNegotiation negotiation;
  CHECK(give(negotiation, answer_with(ErrorCode::cluster_authorization_failed, 4), 4).error() ==
        ErrorCode::cluster_authorization_failed);
  const auto read = [&](const std::string& bytes) {
    return negotiation.response(wire::Reader(BytesView(bytes))).error().code();
  };
  CHECK(read(std::string("\0\x23\0", 3)) == ErrorCode::malformed_message);  // a cut refusal
  CHECK(read(std::string("\0\0\x09\0", 4)) == ErrorCode::malformed_message);
  CHECK(read("") == ErrorCode::malformed_message);
  CHECK(negotiation.version() == 4);
}

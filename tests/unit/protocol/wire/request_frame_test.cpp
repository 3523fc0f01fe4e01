#include "protocol/wire/request_frame.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "tests/support/hex.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using barnabas::protocol::ApiVersionsRequest;
using barnabas::protocol::ApiVersionsResponse;
using barnabas::protocol::HeartbeatRequest;
using barnabas::test::from_hex;
using barnabas::test::to_hex;

namespace {

BytesView view(const std::vector<std::byte>& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

TEST_CASE("an ApiVersions v3 request has the known bytes") {
  ApiVersionsRequest request;
  request.client_software_name = "a";
  request.client_software_version = "1";
  const auto frame = wire::encode_request(request, 3, 1, "x");
  REQUIRE(frame);
  CHECK(to_hex(frame->flatten()) ==
        "0000001100120003000000010001780002610231"
        "00");
}

TEST_CASE("a request header keeps the old form of the client id and gains tags when flexible") {
  HeartbeatRequest request;
  request.group_id = "g";
  request.member_id = "m";
  const auto old_form = wire::encode_request(request, 3, 7, "id");
  REQUIRE(old_form);
  CHECK(to_hex(old_form->flatten()) ==
        "00000018"
        "000c"
        "0003"
        "00000007"
        "00026964"
        "000167"
        "00000000"
        "00016d"
        "ffff");
  const auto flexible = wire::encode_request(request, 4, 7, std::nullopt);
  REQUIRE(flexible);
  CHECK(to_hex(flexible->flatten()) ==
        "00000015"
        "000c"
        "0004"
        "00000007"
        "ffff"
        "00"
        "0267"
        "00000000"
        "026d"
        "00"
        "00");
}

TEST_CASE("a request header comes back from its frame") {
  const std::vector<std::byte> frame = from_hex("00120003 00000001 0001 78 00 0261 0231 00");
  auto request = wire::decode_request_header(view(frame));
  REQUIRE(request);
  CHECK(request->api->key == ApiKey::ApiVersions);
  CHECK(request->version == 3);
  CHECK(request->correlation_id == 1);
  CHECK(request->client_id == "x");
  const auto body = wire::decode_body<ApiVersionsRequest>(request->body, request->version);
  REQUIRE(body);
  CHECK(body->client_software_name == "a");
  CHECK(body->client_software_version == "1");
}

TEST_CASE("the header of a version that we do not speak is readable, its body is refused") {
  const std::vector<std::byte> frame = from_hex("00120063 00000005 ffff 00 0261 0231 00");
  auto request = wire::decode_request_header(view(frame));
  REQUIRE(request);
  CHECK(request->version == 99);
  CHECK(request->correlation_id == 5);
  const auto body = wire::decode_body<ApiVersionsRequest>(request->body, request->version);
  REQUIRE_FALSE(body);
  CHECK(body.error() == ErrorCode::unsupported_version);
}

TEST_CASE("the response to ApiVersions has header version 0 even where its body is flexible") {
  const auto frame = wire::encode_response(ApiVersionsResponse(), 3, 9);
  REQUIRE(frame);
  CHECK(to_hex(frame->flatten()) ==
        "0000000c"
        "00000009"
        "0000"
        "01"
        "00000000"
        "00");
  const auto heartbeat = wire::encode_response(protocol::HeartbeatResponse(), 4, 9);
  REQUIRE(heartbeat);
  CHECK(to_hex(heartbeat->flatten()) ==
        "0000000c"
        "00000009"
        "00"
        "00000000"
        "0000"
        "00");
}

TEST_CASE("a response header comes back from its frame") {
  const std::vector<std::byte> frame = from_hex("00000009 00 00000005 001b 00");
  CHECK(wire::peek_correlation_id(view(frame)).value() == 9);
  auto response = wire::decode_response_header(view(frame), ApiKey::Heartbeat, 4);
  REQUIRE(response);
  CHECK(response->correlation_id == 9);
  const auto body = wire::decode_body<protocol::HeartbeatResponse>(response->body, 4);
  REQUIRE(body);
  CHECK(body->throttle_time_ms == 5);
  CHECK(body->error_code == ErrorCode::rebalance_in_progress);
}

TEST_CASE("headers that are too short or name an unknown API are errors") {
  CHECK(wire::decode_request_header({}).error() == ErrorCode::malformed_message);
  CHECK(wire::peek_correlation_id(BytesView("abc")).error() == ErrorCode::malformed_message);
  CHECK(wire::decode_response_header(BytesView("abc"), ApiKey::Heartbeat, 4).error() ==
        ErrorCode::malformed_message);
  const std::vector<std::byte> unknown = from_hex("7fff0000 00000001 ffff");
  CHECK(wire::decode_request_header(view(unknown)).error() == ErrorCode::unsupported_version);
  const std::vector<std::byte> cut = from_hex("000c0003 00000001 0005 61");
  CHECK(wire::decode_request_header(view(cut)).error() == ErrorCode::malformed_message);
}

TEST_CASE("encoding errors name the message, its version and the field") {
  HeartbeatRequest request;
  request.group_instance_id = "static-1";
  const auto old_version = wire::encode_request(request, 2, 1, std::nullopt);
  REQUIRE_FALSE(old_version);
  CHECK(old_version.error() == ErrorCode::unsupported_version);
  CHECK(old_version.error().context().find("HeartbeatRequest v2: group_instance_id") == 0);

  const std::string long_text(32768, 'x');
  request.group_id = long_text;
  const auto too_long = wire::encode_request(request, 4, 1, std::nullopt);
  REQUIRE_FALSE(too_long);
  CHECK(too_long.error() == ErrorCode::invalid_argument);

  CHECK(wire::encode_request(HeartbeatRequest(), 5, 1, std::nullopt).error() ==
        ErrorCode::unsupported_version);
}

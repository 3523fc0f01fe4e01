#include "protocol/network/address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using barnabas::ErrorCode;
using barnabas::network::HostPort;
using barnabas::network::parse_host_port;
using barnabas::network::parse_host_port_list;

namespace {

std::string parsed(std::string_view text) {
  const auto result = parse_host_port(text);
  return result ? result->to_string() : "error";
}

}  // namespace

TEST_CASE("every form of an address is understood") {
  CHECK(parsed("kafka-1:19092") == "kafka-1:19092");
  CHECK(parsed("kafka_1.example.com.") == "kafka_1.example.com.:9092");
  CHECK(parsed(" localhost:0 ") == "localhost:0");
  CHECK(parsed("10.0.0.2:65535") == "10.0.0.2:65535");
  CHECK(parsed("[::1]:1") == "[::1]:1");
  CHECK(parsed("[::1]") == "[::1]:9092");
  CHECK(parsed("::1") == "[::1]:9092");
  CHECK(parsed("[fe80::1%eth0]:1") == "[fe80::1%eth0]:1");
  CHECK(parsed("PLAINTEXT://kafka:1") == "kafka:1");
  CHECK(parsed("SASL_SSL://[::1]:1") == "[::1]:1");
  CHECK(parse_host_port("[::1]:1")->host == "::1");
  CHECK(parse_host_port("kafka", 19092)->port == 19092);
}

TEST_CASE("what is not an address is refused with its text and a form that works") {
  for (const char* text : {"",
                           " ",
                           ":9092",
                           "kafka:",
                           "kafka:port",
                           "kafka:65536",
                           "kafka:-1",
                           "kafka:+1",
                           "kafka:1 2",
                           "kafka 1:9092",
                           "[::1",
                           "[::1]9092",
                           "[kafka]:9092",
                           "[]:1",
                           "a:b:c",
                           "kafka:9092/path",
                           "user@kafka:9092",
                           "://kafka:9092",
                           "PLAIN TEXT://kafka:1",
                           "[10.0.0.1]:1",
                           "kafka;1",
                           "[fe80::1%]:1",
                           "fe80::1%:9",
                           "[fe80::1%a b]"}) {
    CAPTURE(text);
    const auto result = parse_host_port(text);
    REQUIRE(!result);
    CHECK(result.error() == ErrorCode::invalid_argument);
    const std::string& context = result.error().context();
    CHECK(context.find("\"" + std::string(text) + "\"") != std::string::npos);
    CHECK(context.find("expected host:port") != std::string::npos);
  }
}

TEST_CASE("lists keep their order and skip empty elements") {
  const auto list = parse_host_port_list("b:1, a:2,,[::1]:3,", 7);
  REQUIRE(list);
  REQUIRE(list->size() == 3);
  CHECK((*list)[0] == HostPort{"b", 1});
  CHECK((*list)[1] == HostPort{"a", 2});
  CHECK((*list)[2] == HostPort{"::1", 3});
  CHECK(parse_host_port_list("a")->front().port == 9092);
  CHECK(!parse_host_port_list(""));
  CHECK(!parse_host_port_list(" , "));
  const auto bad = parse_host_port_list("a:1,b:x");
  REQUIRE(!bad);
  CHECK(bad.error().context().find("\"b:x\"") != std::string::npos);
}

#include "broker/src/core/config/listener_properties.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker {
namespace {

TEST_CASE("listener_properties: names, hosts and ports") {
  const auto listeners = parse_listeners("PLAINTEXT://:9092, LOCAL://[::1]:0,localhost:19092");
  REQUIRE(listeners);
  CHECK(*listeners == std::vector<ListenerAddress>{{"PLAINTEXT", {"", 9092}},
                                                   {"LOCAL", {"::1", 0}},
                                                   {"", {"localhost", 19092}}});
  CHECK(print_listeners(*listeners) == "PLAINTEXT://:9092,LOCAL://[::1]:0,localhost:19092");
  CHECK_FALSE(parse_listeners(""));
  CHECK_FALSE(parse_listeners("a:b"));
}

TEST_CASE("listener_properties: security that is not there is refused") {
  CHECK_FALSE(parse_listeners("SSL://:9093"));
  CHECK_FALSE(parse_listeners("SASL_PLAINTEXT://:9093"));
}

TEST_CASE("listener_properties: advertised addresses go by name, else by place") {
  BrokerSettings settings;
  settings.listeners = parse_listeners("A://:1,B://:2,:3").value();
  settings.advertised = parse_listeners("B://b:20,A://a:10").value();
  CHECK(advertised_address(settings, 0) == network::HostPort{"a", 10});
  CHECK(advertised_address(settings, 1) == network::HostPort{"b", 20});
  CHECK_FALSE(advertised_address(settings, 2));
  settings.advertised = parse_listeners("x:1,y:2").value();
  CHECK(advertised_address(settings, 0) == network::HostPort{"x", 1});
  CHECK(advertised_address(settings, 1) == network::HostPort{"y", 2});
}

}  // namespace
}  // namespace barnabas::broker

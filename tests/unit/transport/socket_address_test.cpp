#include "protocol/transport/socket_address.hpp"

#include <doctest/doctest.h>

using barnabas::network::Address;
using barnabas::network::parse_literal;
using barnabas::transport::from_socket_address;
using barnabas::transport::to_socket_address;

TEST_CASE("addresses survive the way through the system's form") {
  for (const char* host : {"127.0.0.1", "10.1.2.3", "::1", "2001:db8::1:2", "fe80::1%3"}) {
    CAPTURE(host);
    const Address address = parse_literal(host, 9092).front();
    CHECK(from_socket_address(to_socket_address(address).get()) == address);
  }
}

TEST_CASE("an IPv4 peer of an IPv6 socket is shown as IPv4") {
  const Address mapped = parse_literal("::ffff:10.0.0.2", 9092).front();
  CHECK(from_socket_address(to_socket_address(mapped).get()) ==
        parse_literal("10.0.0.2", 9092).front());
}

#include "protocol/network/address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using barnabas::network::Address;
using barnabas::network::parse_literal;

namespace {

// The text form of the literal `host` at port 9092, "none" when it is not one.
std::string literal(std::string_view host) {
  const std::vector<Address> addresses = parse_literal(host, 9092);
  return addresses.empty() ? "none" : addresses.front().to_string();
}

}  // namespace

TEST_CASE("IPv4 literals") {
  CHECK(literal("10.0.0.2") == "10.0.0.2:9092");
  CHECK(literal("255.255.255.255") == "255.255.255.255:9092");
  CHECK(literal("0.0.0.0") == "0.0.0.0:9092");
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "01.2.3.4",
                           "1.2.3.-4", "1.2.3.4 ", "a.b.c.d", "1..2.3", "70000.1.1.1"}) {
    CAPTURE(text);
    CHECK(literal(text) == "none");
  }
}

TEST_CASE("IPv6 literals are read in every form and written in the canonical one") {
  CHECK(literal("::1") == "[::1]:9092");
  CHECK(literal("::") == "[::]:9092");
  CHECK(literal("fe80::") == "[fe80::]:9092");
  CHECK(literal("2001:DB8:0:0:8:800:200C:417A") == "[2001:db8::8:800:200c:417a]:9092");
  CHECK(literal("2001:db8:0:1:1:1:1:1") == "[2001:db8:0:1:1:1:1:1]:9092");
  CHECK(literal("2001:0:0:1:0:0:0:1") == "[2001:0:0:1::1]:9092");
  CHECK(literal("1:2:3:4:5:6:7::") == "[1:2:3:4:5:6:7:0]:9092");
  CHECK(literal("::ffff:10.0.0.2") == "[::ffff:10.0.0.2]:9092");
  CHECK(literal("64:ff9b::10.0.0.2") == "[64:ff9b::a00:2]:9092");
  CHECK(literal("fe80::1%3") == "[fe80::1%3]:9092");
}

TEST_CASE("what is not quite IPv6 is not a literal") {
  for (const char* text :
       {":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::2",
        "12345::", "g::", "1:", ":1", "::1:", "1.2.3.4::", "::1.2.3", "::1.2.3.4:5", "fe80::1%eth0",
        "fe80::1%", "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "-1::"}) {
    CAPTURE(text);
    CHECK(literal(text) == "none");
  }
}

TEST_CASE("addresses of different families differ") {
  const Address v4 = parse_literal("0.0.0.0", 1).front();
  const Address v6 = parse_literal("::", 1).front();
  CHECK(v4 != v6);
  CHECK(v4 == parse_literal("0.0.0.0", 1).front());
  CHECK(v4 != parse_literal("0.0.0.0", 2).front());
}

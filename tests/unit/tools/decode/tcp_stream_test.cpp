#include "tools/barnabas/decode/tcp_stream.hpp"

#include <doctest/doctest.h>

using barnabas::tools::TcpStream;

TEST_CASE("segments that come twice, overlap or change places make one stream") {
  TcpStream stream;
  stream.start(0xFFFFFFFE);  // The numbers wrap on the way.
  stream.add(0xFFFFFFFF, "abc");
  stream.add(0xFFFFFFFF, "abc");
  stream.add(5, "ghi");
  CHECK(stream.has_gap());
  CHECK(stream.ready().text() == "abc");
  stream.add(0, "bcdefg");
  CHECK_FALSE(stream.has_gap());
  CHECK(stream.ready().text() == "abcdefghi");
  stream.consume(4);
  CHECK(stream.ready().text() == "efghi");
}

TEST_CASE("a capture that begins in the middle begins with its first segment") {
  TcpStream stream;
  stream.add(1000, "xy");
  stream.add(1002, "z");
  CHECK(stream.ready().text() == "xyz");
}

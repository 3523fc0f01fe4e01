#include "protocol/base/byte_buffer.hpp"

#include <doctest/doctest.h>

#include <string>

using barnabas::ByteBuffer;
using barnabas::BytesView;

TEST_CASE("content survives growth, truncation and moves") {
  ByteBuffer buffer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "piece " + std::to_string(i) + ";";
    buffer.append(BytesView(text));
    expected += text;
  }
  CHECK(buffer.view() == BytesView(expected));
  buffer.truncate(8);
  CHECK(buffer.view() == "piece 0;");
  ByteBuffer moved(std::move(buffer));
  buffer = ByteBuffer();
  CHECK(buffer.empty());
  CHECK(moved.view() == "piece 0;");
  buffer = std::move(moved);
  CHECK(buffer.view() == "piece 0;");
}

TEST_CASE("room is added without growing the content, and memory is kept until it is given back") {
  ByteBuffer buffer;
  CHECK(buffer.room(10).size() >= 10);
  CHECK(buffer.empty());
  buffer.append(BytesView("abc"));
  buffer.reserve(5000);
  CHECK(buffer.capacity() == 5000);
  CHECK(buffer.room(5001).size() >= 5001);
  buffer.clear();
  CHECK(buffer.capacity() >= 5001);
  buffer.append(BytesView("xyz"));
  buffer.shrink_to_fit();
  CHECK(buffer.capacity() == 3);
  CHECK(buffer.view() == "xyz");
  buffer.clear();
  buffer.shrink_to_fit();
  CHECK(buffer.capacity() == 0);
  CHECK(buffer.data() == nullptr);
}

#include "broker/src/core/storage/record_frame.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace barnabas;
using namespace barnabas::broker::storage;

namespace {

std::string two_frames() {
  std::string file;
  append_frame(file, 1, "first");
  append_frame(file, 7, "");
  append_frame(file, 2, "second");
  return file;
}

}  // namespace

TEST_CASE("frames come back") {
  const std::string file = two_frames();
  const auto frames = parse_frames(file).value();
  REQUIRE(frames.size() == 3);
  CHECK(frames[0].version == 1);
  CHECK(frames[0].data == BytesView("first"));
  CHECK(frames[1].version == 7);
  CHECK(frames[1].data.empty());
  CHECK(frames[2].data == BytesView("second"));
  CHECK(parse_frames("").value().empty());
}

TEST_CASE("a frame cut short is refused") {
  const std::string file = two_frames();
  const std::size_t first = 8 + 2 + 5;
  const std::size_t second = first + 8 + 2;
  for (std::size_t size = 1; size < file.size(); ++size) {
    const std::string cut = file.substr(0, size);
    CHECK(parse_frames(cut).has_value() == (size == first || size == second));
  }
}

TEST_CASE("any changed bit is noticed") {
  const std::string file = two_frames();
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string changed = file;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    CHECK_FALSE(parse_frames(changed));
  }
}

TEST_CASE("a length of nearly 4 GiB is refused without using it") {
  const std::string file("\xff\xff\xff\xff\0\0\0\0\0\0", 10);
  CHECK(parse_frames(file).error() == ErrorCode::malformed_message);
}

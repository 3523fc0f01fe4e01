#include "protocol/wire/record_segments.hpp"

#include "tests/support/test_file.hpp"

#include <doctest/doctest.h>

#include <memory>

using barnabas::BytesView;
using barnabas::wire::RecordSegments;

TEST_CASE("null, empty and filled differ") {
  const RecordSegments null;
  const RecordSegments none = RecordSegments::none();
  const RecordSegments some("abc");
  CHECK(null.is_null());
  CHECK(null.size() == 0);
  CHECK(null.segments().empty());
  CHECK_FALSE(none.is_null());
  CHECK(none.segments().empty());
  CHECK(some.size() == 3);
  CHECK(some.contiguous() == BytesView("abc"));
  CHECK_FALSE(null == none);
  CHECK_FALSE(none == some);
}

TEST_CASE("segments keep their order; empty ones are left out") {
  RecordSegments records;
  records.add("");
  CHECK_FALSE(records.is_null());
  records.add("a");
  CHECK(records.contiguous() == BytesView("a"));
  records.add("bc");
  records.add("");
  records.add("d");
  REQUIRE(records.segments().size() == 3);
  CHECK(records.segments()[0] == BytesView("a"));
  CHECK(records.segments()[1] == BytesView("bc"));
  CHECK(records.segments()[2] == BytesView("d"));
  CHECK(records.size() == 4);
  CHECK(records.contiguous().empty());
}

TEST_CASE("equality is of the bytes, however they are split") {
  RecordSegments split("ab");
  split.add("cdef");
  split.add("g");
  RecordSegments other("abcd");
  other.add("efg");
  CHECK(split == other);
  CHECK(split == RecordSegments("abcdefg"));
  CHECK_FALSE(split == RecordSegments("abcdefx"));
  CHECK_FALSE(split == RecordSegments("abcdef"));
}

TEST_CASE("a range of a file is there without segments") {
  const auto file = std::make_shared<barnabas::test::TestFile>("0123456789");
  const RecordSegments records(barnabas::wire::FileRange{file, 2, 5});
  CHECK_FALSE(records.is_null());
  CHECK_FALSE(records.empty());
  CHECK(records.size() == 5);
  CHECK(records.segments().empty());
  CHECK(records.contiguous().empty());
  REQUIRE(records.range() != nullptr);
  CHECK(records.range()->position == 2);
  CHECK(RecordSegments("23456").range() == nullptr);
  CHECK(records == RecordSegments(barnabas::wire::FileRange{file, 2, 5}));
  CHECK_FALSE(records == RecordSegments(barnabas::wire::FileRange{file, 3, 5}));
  CHECK_FALSE(records == RecordSegments("23456"));
}

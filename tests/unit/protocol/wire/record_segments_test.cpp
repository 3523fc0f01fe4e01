#include "protocol/wire/record_segments.hpp"

#include <doctest/doctest.h>

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

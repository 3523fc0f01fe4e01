#include "tests/unit/protocol/schemac/schema_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

// One bad schema for every rule, with what is said about it.

using barnabas::test::Compiled;
using barnabas::test::with_fields;

namespace {

struct Case {
  std::string text;
  std::string first_message;  // Behind "x.schema:".
};

void check_all(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const Compiled compiled(each.text);
    CAPTURE(each.text);
    REQUIRE_FALSE(compiled.messages().empty());
    CHECK(compiled.messages().front() == "x.schema:" + each.first_message);
  }
}

}  // namespace

TEST_CASE("declarations") {
  check_all({
      {"apo Ping key 3 versions 0 flexible 0+ route any\n",
       "1:1: error: unknown declaration \"apo\"; did you mean \"api\"?"},
      {"= 3\n", "1:1: error: expected a declaration"},
      {"  stray  int32\n", "1:3: error: an indented line that belongs to nothing"},
      {"request\n  a  int32\n",
       "1:1: error: a request or response outside of an API; put an \"api\" line before it"},
      {"api Ping  key 3  versions 0  flexible 0+  route any\n  a  int32\n",
       "2:3: error: a field outside of request and response; put a \"request\" or \"response\" "
       "line before it"},
      {"api Ping  key 3  versions 0  flexible 0+  route any\nrequest\n",
       "1:1: error: Ping needs a request and a response"},
      {"api Ping  key 3  versions 0  flexible 0+  route any\nrequest\nrequest\n",
       "3:1: error: Ping has two of these"},
      {with_fields("", "api Ping  key x  versions 0  flexible 0+  route any"),
       "2:15: error: expected the API's key"},
      {with_fields("", "api Ping  key 40000  versions 0  flexible 0+  route any"),
       "2:15: error: the API's key is out of range; use 0 to 32767"},
      {with_fields("", "api Ping  versions 0  flexible 0+  route any"),
       "2:11: error: expected \"key\" before \"versions\""},
      {with_fields("", "api Ping  key 3  versions 0"), "2:28: error: expected \"flexible\""},
      {with_fields("", "api Ping  key 3  versions 4-2  flexible 0+  route any"),
       "2:27: error: the range of versions ends before it begins"},
      {with_fields("", "api Ping  key 3  versions 0+  flexible 0+  route any"),
       "2:1: error: the versions of Ping have no end; write a range such as 0-4"},
      {with_fields("", "api Ping  key 3  versions 0-4  advertised 1-4  flexible 0+  route any"),
       "2:1: error: the advertised versions do not include the real ones"},
      {with_fields("", "api Ping  key 3  versions 0-4  flexible 0+  route leeder"),
       "2:1: error: unknown route \"leeder\"; did you mean \"leader\"?"},
      {with_fields("", "api ping  key 3  versions 0-4  flexible 0+  route any"),
       "2:1: error: an API's name is not in PascalCase"},
      {with_fields("", "api Ping  key 3  versions 0-4  flexible 0+  route any  responce_header 0"),
       "2:56: error: unexpected \"responce_header\"; did you mean \"response_header\"?"},
      {with_fields("") + with_fields(""), "8:1: error: key 3 belongs to Ping already"},
      {with_fields("") + with_fields("", "api Ping  key 4  versions 0  flexible 0+  route any"),
       "8:1: error: the API Ping exists already"},
      {with_fields("", "api Ping  key 3  versions 0-4  flexible 5+  route any"),
       "2:1: error: Ping has no version 5 to be flexible; write \"flexible none\""},
      {"data Note  versions 0  flexible 1+\n",
       "1:1: error: Note has no version 1 to be flexible; write \"flexible none\""},
      {"api\n", "1:4: error: expected the API's name"},
      {with_fields("", "api Ping  key 3  versions 0  flexible some  route any"),
       "2:39: error: expected the first flexible version or none"},
      {with_fields("", "api Ping  key 3  versions 0  flexible 0  route any"),
       "2:42: error: expected \"+\" before \"route\""},
      {"data Note  versions 0+  flexible none\n",
       "1:1: error: the versions of Note have no end; write a range such as 0-4"},
      {"data Note  versions 0  flexible none\ndata Note  versions 0  flexible none\n",
       "2:1: error: the message Note exists already"},
  });
}

TEST_CASE("types, errors and keys") {
  check_all({
      {"type name  strng\n",
       "1:12: error: \"strng\" is not a primitive type; did you mean \"string\"?"},
      {"type a  int32\ntype a  int16\n", "2:1: error: the type \"a\" exists already"},
      {"type int32  int16\n", "1:1: error: the type \"int32\" exists already"},
      {"type GroupId  string\n",
       "1:1: error: a type's name is not in snake_case; write \"group_id\""},
      {"type a  string enum Code\n", "1:1: error: only integers can stand for an enumeration"},
      {"errors\n  2 B  // b\n  1 A  // a\n", "3:3: error: error numbers do not ascend"},
      {"errors\n  1 A  // a\n  2 A  // a\n", "3:3: error: the error A exists already"},
      {"errors\n  1 A\n", "2:3: error: A does not say what it means; add it behind //"},
      {"errors\n  1 A retriable fatal  // a\n", "2:3: error: A cannot be both retriable and fatal"},
      {"errors\n  1 A retryable  // a\n",
       "2:7: error: unexpected \"retryable\"; did you mean \"retriable\"?"},
      {"errors\n  A 1  // a\n", "2:3: error: expected an error number"},
      {"errors\n  1 TooBad  // a\n",
       "2:3: error: an error's name is not in UPPER_CASE; write \"TOO_BAD\""},
      {"keys\n  1 A\n  2 A\n", "3:3: error: the API A has a key already"},
      {"type a\n", "1:7: error: expected a primitive type"},
      {"type a  int32 enum\n", "1:19: error: expected the name of a C++ enumeration"},
      {"keys\n  1 A\n  1 B\n", "3:3: error: API keys do not ascend"},
  });
}

TEST_CASE("fields") {
  check_all({
      {with_fields("  a\n"), "4:4: error: expected a type"},
      {with_fields("  a  strng\n"), "4:6: error: unknown type \"strng\"; did you mean \"string\"?"},
      {with_fields("  a  int32 ignorible\n"),
       "4:12: error: unexpected \"ignorible\"; did you mean \"ignorable\"?"},
      {with_fields("  groupId  string\n"),
       "4:3: error: a field's name is not in snake_case; write \"group_id\""},
      {with_fields("  default  int32\n"),
       "4:3: error: the name \"default\" is taken in C++; append something, for instance "
       "\"default_value\""},
      {with_fields("  encode  int32\n"),
       "4:3: error: the name \"encode\" is taken in C++; append something, for instance "
       "\"encode_value\""},
      {with_fields("  a  int32\n  a  int16\n"), "5:3: error: the field a exists already"},
      {with_fields("  a  int32\n    b  int32\n"),
       "4:6: error: the type int32 cannot have fields; only a struct can; its name is in "
       "PascalCase"},
      {with_fields("    a  int32\n"),
       "4:5: error: unexpected indentation; indent by two spaces below the field or struct that "
       "this belongs to"},
      {with_fields("  a  A\n      b  int32\n"),
       "5:7: error: unexpected indentation; indent by two spaces below the field or struct that "
       "this belongs to"},
      {with_fields("  a  []bool\n"), "4:8: error: an array of bool is not supported"},
      {with_fields("  a  []records\n"), "4:8: error: an array of records is not supported"},
      {with_fields("  a  int32 plain\n"), "4:3: error: only a string can be plain"},
      {with_fields("  a  A secret\n    b  int32\n"),
       "4:3: error: a struct cannot be secret; mark its fields"},
  });
}

TEST_CASE("versions and null") {
  check_all({
      {with_fields("  a  int32 3-9\n"),
       "4:3: error: the versions of a lie outside of 0-4, those of what it stands in"},
      {with_fields("  a  int32 5+\n"),
       "4:3: error: the versions of a lie outside of 0-4, those of what it stands in"},
      {with_fields("  a  A 2-3\n    b  int32 1+\n"),
       "5:5: error: the versions of b lie outside of 2-3, those of what it stands in"},
      {with_fields("  a  int32 0+\n"),
       "4:3: error: the versions of a say nothing new; leave them out"},
      {with_fields("  a  int32 0-4\n"),
       "4:3: error: the versions of a say nothing new; leave them out"},
      {with_fields("  a  int32?\n"),
       "4:6: error: int32 cannot be null; only strings, bytes, records, arrays and structs can"},
      {with_fields("  a  string?(0+)\n"),
       "4:3: error: the versions in which a may be null are not a part of 0-4; leave them out if "
       "null is always legal"},
      {with_fields("  a  string?(1+) 2+\n"),
       "4:3: error: the versions in which a may be null are not a part of 2-4; leave them out if "
       "null is always legal"},
  });
}

TEST_CASE("defaults") {
  check_all({
      {with_fields("  a  string? = null\n"),
       "4:16: error: null is not written as a default; a type with \"?\" starts as null when null "
       "is legal in all versions of the field"},
      {with_fields("  a  int32 = x\n"),
       "4:14: error: expected a default: a number, true, false, \"\", [] or {}"},
      {with_fields("  a  int32 = 1 = 2\n"), "4:18: error: a second default"},
      {with_fields("  a  string = 3\n"), "4:15: error: a number cannot be the default of a"},
      {with_fields("  a  []int32 = 3\n"), "4:16: error: a number cannot be the default of a"},
      {with_fields("  a  int16 = 40000\n"), "4:14: error: the default does not fit int16"},
      {with_fields("  a  uint16 = -1\n"), "4:15: error: the default does not fit uint16"},
      {with_fields("  a  int32 = 0\n"), "4:14: error: 0 is the default anyway; leave it out"},
      {with_fields("  a  int32 = true\n"), "4:14: error: a is not a bool"},
      {with_fields("  a  bool = false\n"),
       "4:13: error: false is the default anyway; leave it out"},
      {with_fields("  a  string = \"\"\n"),
       "4:15: error: an empty default says nothing new; it is for strings, bytes and arrays that "
       "would start as null"},
      {with_fields("  a  int32 = {}\n"),
       "4:14: error: {} cannot be the default of a; it is for structs that would start as null"},
      {with_fields("  a  []A? = {}\n    b  int32\n"),
       "4:13: error: {} cannot be the default of a; it is for structs that would start as null"},
      {with_fields("", "api Ping  key 3  versions 0-4  unstable 6  flexible 0+  route any"),
       "2:41: error: the unstable versions of Ping do not follow 0-4, the others; write a range "
       "that begins with 5"},
      {with_fields("  a  A? = []\n    b  int32\n"),
       "4:11: error: an empty default says nothing new; it is for strings, bytes and arrays that "
       "would start as null"},
  });
}

TEST_CASE("tags") {
  check_all({
      {with_fields("  a  int32 1+ tag 0\n"),
       "4:3: error: a tagged field in versions that are not flexible; flexible versions begin at "
       "2"},
      {"data Note  versions 0-1  flexible none\n  a  int32 tag 0\n",
       "2:3: error: a tagged field in versions that are not flexible; the message is never "
       "flexible"},
      {with_fields("  a  records? 2+ tag 0\n"), "4:3: error: records cannot be tagged"},
      {with_fields("  a  int32 2+ tag 0\n  b  int32 2+ tag 0\n"),
       "5:3: error: tag 0 is used already"},
      {with_fields("  a  int32 2+ tag 1\n"), "3:1: error: the tags of PingRequest have a gap"},
      {with_fields("  a  int32 2+ tag 0 tag 1\n"), "4:25: error: a second tag"},
      {with_fields("  a  int32 2+ tag -1\n"), "4:19: error: a tag is out of range; use 0 to 32767"},
  });
}

TEST_CASE("structs") {
  check_all({
      {with_fields("  struct A\n    b  int32\n"), "4:3: error: the struct A is not used"},
      {with_fields("  struct A\n  b  A\n"), "4:3: error: the struct A has no fields"},
      {with_fields("  a  A\n    b  int32\n  c  A\n    d  int32\n"),
       "6:6: error: the struct A exists already in this message"},
      {with_fields("  a  lower\n    b  int32\n"),
       "4:6: error: a struct's name is not in PascalCase"},
      {with_fields("  a  Response\n    b  int32\n"),
       "4:6: error: the name \"Response\" is taken: a request has it for its response; say of "
       "what, "
       "for instance \"TopicResponse\""},
      {with_fields("  struct A\n    b  []A\n  c  A\n"),
       "5:10: error: the struct A contains itself"},
      {with_fields("  a  []A\n    b  int32 1+\n"),
       "4:8: error: the struct A is empty in version 0"},
  });
}

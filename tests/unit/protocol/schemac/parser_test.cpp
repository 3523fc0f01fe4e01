#include "protocol/schemac/parser.hpp"

#include "tests/unit/protocol/schemac/schema_text.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace barnabas::schemac;
using barnabas::test::Compiled;
using barnabas::test::with_fields;

TEST_CASE("an API has its facts, its prose and two messages") {
  const Compiled compiled(
      "// Prose that belongs to nothing.\n"
      "\n"
      "// Says\n"
      "// hello.\n"
      "api Ping  key 3  versions 2-4  advertised 0-4  flexible 4+  route group  response_header 0\n"
      "\n"
      "request\n"
      "  // Before.\n"
      "  name  string?  3+ ignorable  // Behind.\n"
      "response\n"
      "  error_code  int16 = -1\n");
  REQUIRE(compiled.messages().empty());
  REQUIRE(compiled.schema.apis.size() == 1);
  const Api& api = *compiled.schema.apis[0];
  CHECK(api.name == "Ping");
  CHECK(api.doc == "Says\nhello.");
  CHECK(api.key == 3);
  CHECK(api.versions == Versions{2, 4});
  CHECK(api.advertised == Versions{0, 4});
  CHECK(api.first_flexible == 4);
  CHECK(api.route == "group");
  CHECK(api.response_header == 0);
  const Field& name = api.request->root->fields.at(0);
  CHECK(name.name == "name");
  CHECK(name.doc == "Before.\nBehind.");
  CHECK(name.type.primitive == Primitive::string);
  CHECK(name.nullable_always());
  CHECK(name.versions == Versions{3, 4});
  CHECK(name.ignorable);
  const Field& error = api.response->root->fields.at(0);
  CHECK(error.versions == Versions{2, 4});
  CHECK(error.default_value->number == -1);
}

TEST_CASE("indentation makes structs, which come before what contains them") {
  const Compiled compiled(
      with_fields("  topics        []Topic\n"
                  "    name        string\n"
                  "    partitions  []Partition  1+\n"
                  "      index     int32\n"
                  "      epoch     int32  3+\n"
                  "  after         bool\n"));
  REQUIRE(compiled.messages().empty());
  const Message& request = *compiled.schema.apis[0]->request;
  REQUIRE(request.order.size() == 3);
  CHECK(request.order[0]->name == "Partition");
  CHECK(request.order[0]->versions == Versions{1, 4});
  CHECK(request.order[0]->fields.at(1).versions == Versions{3, 4});
  CHECK(request.order[1]->name == "Topic");
  CHECK(request.order[2] == request.root);
  CHECK(request.root->fields.at(1).name == "after");
}

TEST_CASE("a struct can be shared between fields") {
  const Compiled compiled(
      with_fields("  struct Node\n"
                  "    id    int32\n"
                  "  leader    Node\n"
                  "  replicas  []Node  1+\n"));
  REQUIRE(compiled.messages().empty());
  const Message& request = *compiled.schema.apis[0]->request;
  CHECK(request.root->fields.at(0).type.structure == request.order[0]);
  CHECK(request.root->fields.at(1).type.structure == request.order[0]);
  CHECK(request.order[0]->versions == Versions{0, 4});
}

TEST_CASE("null may be legal in some versions only") {
  const Compiled compiled(with_fields("  topics  []int32?(2-3)\n"));
  REQUIRE(compiled.messages().empty());
  const Field& field = compiled.schema.apis[0]->request->root->fields.at(0);
  CHECK(field.nullable_ever());
  CHECK_FALSE(field.nullable_always());
  CHECK(field.nullable == Versions{2, 3});
}

TEST_CASE("types, errors, keys, data and headers") {
  const Compiled compiled(
      "type error  int16 enum ErrorCode  // A code.\n"
      "errors\n"
      "  -1 UNKNOWN            // Anything.\n"
      "  3  GONE retriable     // Went away.\n"
      "  4  OVER needs_abort   // Is over.\n"
      "keys\n"
      "  0 Produce  // Writes.\n"
      "data Note  versions 0-1  flexible none\n"
      "  code  error\n"
      "header Top  versions 1-2  flexible 2+\n"
      "  id  string? plain\n");
  REQUIRE(compiled.messages().empty());
  CHECK(compiled.schema.aliases.at(0).enumeration == "ErrorCode");
  CHECK(compiled.schema.errors.at(0).number == -1);
  CHECK(compiled.schema.errors.at(1).retriable);
  CHECK(compiled.schema.errors.at(1).meaning == "Went away.");
  CHECK(compiled.schema.errors.at(2).needs_abort);
  CHECK(compiled.schema.keys.at(0).name == "Produce");
  CHECK(compiled.schema.messages.at(0)->root->fields.at(0).type.enumeration == "ErrorCode");
  CHECK(compiled.schema.messages.at(0)->first_flexible == Versions::open);
  CHECK(compiled.schema.messages.at(1)->root->fields.at(0).plain);
}

TEST_CASE("several mistakes are reported at once") {
  const Compiled compiled(with_fields("  a  int32 = x\n  b  int32 tag y\n"));
  CHECK(compiled.messages().size() == 2);
}

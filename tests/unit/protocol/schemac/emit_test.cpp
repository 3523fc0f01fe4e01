#include "protocol/schemac/emit.hpp"

#include "tests/unit/protocol/schemac/schema_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace barnabas::schemac;
using barnabas::test::Compiled;
using barnabas::test::with_fields;

namespace {

/// What is emitted into the file of that name; the test fails when there is none.
std::string emitted(const std::string& schema, std::string_view name) {
  const Compiled compiled(schema);
  REQUIRE(compiled.messages().empty());
  for (const OutputFile& file : emit_file(compiled.schema, "ping")) {
    if (file.name == name) return file.content;
  }
  FAIL("no file ", name);
  return {};
}

std::string header(std::string_view fields) { return emitted(with_fields(fields), "ping.hpp"); }
std::string source(std::string_view fields) { return emitted(with_fields(fields), "ping.cpp"); }

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("members have their schema's types and defaults") {
  const std::string code = header(
      "  a  int32 = -1\n  b  string\n  c  string?\n  d  string?(1+)\n  e  []int16\n"
      "  f  []string?\n  g  bool = true\n  h  uuid\n  i  records?\n  j  bytes\n  k  Node?\n"
      "    l  float64\n");
  CHECK(has(code, "std::int32_t a = -1;"));
  CHECK(has(code, "std::string_view b{};"));
  CHECK(has(code, "std::optional<std::string_view> c{};"));
  CHECK(has(code, "std::optional<std::string_view> d = std::string_view();"));
  CHECK(has(code, "std::vector<std::int16_t> e{};"));
  CHECK(has(code, "std::optional<std::vector<std::string_view>> f{};"));
  CHECK(has(code, "bool g = true;"));
  CHECK(has(code, "Uuid h{};"));
  CHECK(has(code, "wire::RecordSegments i{};"));
  CHECK(has(code, "BytesView j{};"));
  CHECK(has(code, "std::optional<Node> k{};"));
  CHECK(has(code, "struct Node {\n  double l{};"));
}

TEST_CASE("the header documents and states the facts") {
  const std::string code = header("  a  int32 3+  // How many.\n");
  CHECK(has(code, "/// Says hello.\nstruct PingRequest {"));
  CHECK(has(code, "/// Versions 3+. How many.\n  std::int32_t a = 0;"));
  CHECK(has(code, "using Response = PingResponse;"));
  CHECK(has(code, "static constexpr VersionRange versions{0, 4};"));
  CHECK(has(code, "static constexpr std::int16_t first_flexible = 2;"));
}

TEST_CASE("headers include only what their members need") {
  CHECK_FALSE(has(header("  a  int32\n"), "uuid.hpp"));
  CHECK_FALSE(has(header("  a  int32\n"), "record_segments.hpp"));
  CHECK(has(header("  a  uuid\n"), "#include <barnabas/uuid.hpp>"));
  CHECK(has(header("  a  records\n"), "#include \"protocol/wire/record_segments.hpp\""));
}

TEST_CASE("fields of the same versions share a condition; always means none") {
  const std::string code = source("  a  int32\n  b  int32 1-2\n  c  int32 1-2\n");
  CHECK(has(code,
            "  at = out.fixed(at, self.a);\n"
            "  if (version >= 1 && version <= 2) {\n"
            "    at = out.fixed(at, self.b, self.c);\n"
            "  }\n"));
  CHECK(has(code, "size.owned += 8;"));
}

TEST_CASE("a field that is set but absent fails unless it is ignorable") {
  const std::string code = source("  a  int32 1+\n  b  int32 1+ ignorable\n");
  CHECK(has(code, "if (!(version >= 1) && self.a != 0) out.fail_absent(\"a\");"));
  CHECK_FALSE(has(code, "out.fail_absent(\"b\");"));
}

TEST_CASE("arrays are bounded by the least size of an element") {
  // In the old form 2 + 4 + 4, flexible 1 + 1 + 4 and a tag section.
  CHECK(has(source("  a  []A\n    b  string\n    c  []int32\n    d  int32\n"),
            "in.array_size(flexible, 7, sizeof(PingRequest::A), \"a\")"));
  CHECK(has(source("  a  []uuid\n"), "in.array_size(flexible, 16, sizeof(Uuid), \"a\")"));
}

TEST_CASE("secrets are printed hidden") {
  const std::string code = source("  password  string secret\n");
  CHECK(has(code, "out.secret(\"password\", self.password);"));
  CHECK_FALSE(has(code, "out.field(\"password\""));
}

TEST_CASE("tables are proven against the public enumerations") {
  const std::string errors = emitted("errors\n  3 TOO_BAD retriable  // Bad.\n", "error_table.hpp");
  CHECK(has(errors, "{3, \"TOO_BAD\", true, false, false},"));
  CHECK(has(errors, "static_assert(static_cast<int>(ErrorCode::too_bad) == 3);"));
  const std::string keys = emitted("keys\n  7 Knock\n", "api_key_table.hpp");
  CHECK(has(keys, "{ApiKey::Knock, \"Knock\"},"));
  CHECK(has(keys, "static_assert(static_cast<int>(ApiKey::Knock) == 7);"));
}

TEST_CASE("the index lists APIs by key") {
  const Compiled compiled(
      with_fields("") +
      with_fields("", "api Aha  key 1  versions 0-1  flexible none  route every"));
  REQUIRE(compiled.messages().empty());
  const auto files = emit_index(compiled.schema);
  REQUIRE(files.size() == 2);
  const std::string& table = files[0].content;
  CHECK(has(table, "{ApiKey::Aha, \"Aha\", {0, 1}, {0, 1}, never_flexible, Route::every, -1},"));
  CHECK(table.find("ApiKey::Aha") < table.find("ApiKey::Ping"));
  CHECK(has(files[1].content,
            "    &aha_request_type,\n    &aha_response_type,\n    &ping_request_type,\n"));
}

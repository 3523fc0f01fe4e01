#pragma once

#include "protocol/schemac/checker.hpp"
#include "protocol/schemac/model.hpp"
#include "protocol/schemac/parser.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// A schema given as text, parsed and checked as file "x.schema".
struct Compiled {
  explicit Compiled(std::string_view text) {
    schemac::parse("x.schema", text, schema, diagnostics);
    if (diagnostics.ok()) schemac::check(schema, diagnostics);
  }
  const std::vector<std::string>& messages() const { return diagnostics.messages(); }

  schemac::Schema schema;
  schemac::Diagnostics diagnostics;
};

/// An API with these request fields, each line indented by two spaces or more; they begin in
/// line 4.
inline std::string with_fields(std::string_view fields, std::string_view header = {}) {
  const std::string line = header.empty() ? "api Ping  key 3  versions 0-4  flexible 2+  route any"
                                          : std::string(header);
  return "// Says hello.\n" + line + "\nrequest\n" + std::string(fields) +
         "\nresponse\n  error_code  int16\n";
}

}  // namespace barnabas::test

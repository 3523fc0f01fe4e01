#pragma once

#include "tools/barnabas/record_fields.hpp"

#include <barnabas/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::tools {

/// The format of `consume -f`, with kcat's letters:
///   %s value   %S length of the value (-1 null)   %k key   %K length of the key (-1 null)
///   %t topic   %p partition   %o offset   %T timestamp in ms   %h headers as k=v,...   %% a
///   percent sign
/// Backslash escapes as in unescape().
class OutputFormat {
 public:
  /// Errors: invalid_argument, naming the unknown letter.
  static Result<OutputFormat> parse(std::string_view text);

  /// Appends `record` to `out`. Null keys and values are written as `null_text`.
  void write(const RecordFields& record, std::string_view null_text, std::string& out) const;

 private:
  struct Piece {
    char letter;  // '\0': `text` as it is
    std::string text;
  };
  std::vector<Piece> pieces_;
};

/// "a=1,b=2"; headers with null values are written as `null_text`.
void write_headers(const RecordFields& record, std::string_view null_text, std::string& out);

}  // namespace barnabas::tools

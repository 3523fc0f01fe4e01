#pragma once

#include "tools/barnabas/record_fields.hpp"

#include <barnabas/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas::tools {

/// Appends one line of JSON in kcat's envelope:
///   {"topic":"t","partition":0,"offset":1,"tstype":"create","ts":1700000000000,
///    "headers":["k","v"],"key":"k","payload":"v"}
/// Bytes that are not UTF-8 are replaced by U+FFFD.
void write_json_record(const RecordFields& record, std::string& out);

/// A record to produce, read from a line of JSON in the same envelope: payload (or value), key,
/// headers (or an object), partition and ts count, all optional. Other members of the envelope are
/// passed over, unknown ones refused. A payload or key that is neither text nor null is sent as its
/// JSON text.
struct JsonRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::optional<std::int32_t> partition;
  std::optional<std::int64_t> timestamp;
};

/// Errors: invalid_argument, saying what is wrong with the line.
Result<JsonRecord> read_json_record(std::string_view line);

}  // namespace barnabas::tools

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace barnabas::chaos {

/// Which record this is: the `number`-th that `producer` sent to `partition`.
struct RecordName {
  int producer = 0;
  int partition = 0;
  std::int64_t number = 0;
  bool operator==(const RecordName&) const = default;
};

/// The value of a record: its name, a hash, and padding that follows from both, so that a record
/// that was damaged, cut or mixed up with another is noticed. At least `size` bytes.
std::string make_body(const RecordName& name, std::size_t size);
/// Nothing when the value is not exactly one that make_body gives.
std::optional<RecordName> parse_body(std::string_view body);

}  // namespace barnabas::chaos

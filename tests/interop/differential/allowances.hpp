#pragma once

#include "tests/interop/differential/comparison.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace barnabas::differential {

/// One kind of difference that is meant, with its reason.
struct Allowance {
  std::string text;  ///< The line, for messages.
  std::size_t line = 0;
  std::string api;
  std::int16_t from = 0;
  std::int16_t to = std::numeric_limits<std::int16_t>::max();
  std::string field;
  Both<std::string> values;
  std::string step = "*";
  std::string reason;
  std::size_t matches = 0;
};

/// The list of intended differences. Its file says how it is written.
class Allowances {
 public:
  /// Throws std::runtime_error with file and line where the file is not right.
  static Allowances read(const std::string& path);

  /// Whether the difference is meant; counts the entry's match.
  bool allows(const Difference& difference);
  const std::vector<Allowance>& all() const noexcept { return all_; }

 private:
  std::vector<Allowance> all_;
};

/// Whether `text` fits `pattern`, in which * stands for any text.
bool fits(std::string_view pattern, std::string_view text);

}  // namespace barnabas::differential

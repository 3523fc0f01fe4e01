#pragma once

#include <barnabas/error_code.hpp>

#include <string_view>

namespace barnabas::protocol {

/// One line of errors.schema.
struct ErrorEntry {
  int number;
  std::string_view name;
  bool retriable;
  bool fatal;
  bool needs_abort;
};

/// The entry of a code, or nullptr for a number that the schema does not have.
const ErrorEntry* find_error(ErrorCode code) noexcept;

}  // namespace barnabas::protocol

#pragma once

#include <barnabas/error_code.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace barnabas {

/// What a caller can do about an error. Taken from the error schema, never decided case by case.
struct ErrorFlags {
  bool retriable = false;    ///< The same call may succeed later without a change.
  bool fatal = false;        ///< The client instance cannot go on; make a new one.
  bool needs_abort = false;  ///< The current transaction must be aborted.

  constexpr ErrorFlags() = default;
  friend bool operator==(const ErrorFlags&, const ErrorFlags&) = default;
};

/// One error: a code, its flags and context that a person can act on (which broker, topic,
/// partition, property; what was expected).
/// Thread-safety: a value; distinct objects are independent.
class [[nodiscard]] Error {
 public:
  /// No error: `ok()` is true.
  Error() = default;
  /// `context` says where and what, without the code's name: "orders[3] at broker 2
  /// (10.0.0.2:9092)".
  /*implicit*/ Error(ErrorCode code, std::string context = {});

  ErrorCode code() const noexcept { return code_; }
  ErrorFlags flags() const noexcept;
  bool retriable() const noexcept { return flags().retriable; }
  bool fatal() const noexcept { return fatal_ || flags().fatal; }
  bool needs_abort() const noexcept { return flags().needs_abort; }
  const std::string& context() const noexcept { return context_; }
  bool ok() const noexcept { return code_ == ErrorCode::none; }

  /// The same error with `outer + ": "` put before its context.
  Error within(std::string_view outer) const;
  /// The same error, marked as the end of this client instance.
  Error as_fatal() const;

  /// "orders[3] at broker 2 (10.0.0.2:9092): NOT_ENOUGH_REPLICAS, retriable".
  std::string to_string() const;

  friend bool operator==(const Error& a, ErrorCode b) noexcept { return a.code_ == b; }

 private:
  ErrorCode code_ = ErrorCode::none;
  bool fatal_ = false;
  std::string context_;
};

std::ostream& operator<<(std::ostream& out, const Error& error);

}  // namespace barnabas

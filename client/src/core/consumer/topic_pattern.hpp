#pragma once

#include <barnabas/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace barnabas::client {

/// A regular expression for topic names (ECMAScript), matched against the whole name.
/// Thread-safety: immutable.
class TopicPattern {
 public:
  /// Errors: invalid_argument.
  static Result<TopicPattern> compile(std::string_view text);
  bool matches(std::string_view topic) const;

 private:
  struct Expression;
  explicit TopicPattern(std::shared_ptr<const Expression> expression)
      : expression_(std::move(expression)) {}
  std::shared_ptr<const Expression> expression_;
};

}  // namespace barnabas::client

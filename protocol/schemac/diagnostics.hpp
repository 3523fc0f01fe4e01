#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace barnabas::schemac {

/// A place in a schema file; lines and columns count from 1.
struct Location {
  std::string_view file;
  int line = 0;
  int column = 0;
};

/// Collects what is wrong, so that one run reports everything.
class Diagnostics {
 public:
  /// `suggestion` says what to do about it; it may be empty.
  void error(const Location& where, std::string_view message, std::string_view suggestion = {});

  bool ok() const { return messages_.empty(); }
  /// "heartbeat.schema:7:22: error: unknown type "strng"; did you mean "string"?"
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  std::vector<std::string> messages_;
};

/// "did you mean "x"?" for the candidate nearest to `word`, or nothing when none is near.
std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace barnabas::schemac

#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace barnabas::chaos {

/// Promises that were found broken: how often each, and the first case.
/// Thread-safety: none.
class Violations {
 public:
  void add(const std::string& kind, const std::string& what) {
    Seen& seen = seen_[kind];
    if (seen.count++ == 0) seen.first = what;
  }
  void add(const Violations& others) {
    for (const auto& [kind, seen] : others.seen_) {
      Seen& mine = seen_[kind];
      if (mine.count == 0) mine.first = seen.first;
      mine.count += seen.count;
    }
  }
  bool none() const noexcept { return seen_.empty(); }
  std::int64_t count(const std::string& kind) const {
    const auto found = seen_.find(kind);
    return found == seen_.end() ? 0 : found->second.count;
  }
  /// One line for each kind.
  std::string text() const {
    std::string lines;
    for (const auto& [kind, seen] : seen_) {
      lines += kind + ": " + std::to_string(seen.count) + ", first: " + seen.first + "\n";
    }
    return lines;
  }

 private:
  struct Seen {
    std::int64_t count = 0;
    std::string first;
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace barnabas::chaos

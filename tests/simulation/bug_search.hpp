#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// Looks for planted bugs: runs seeds with each switched on until a checker finds something that it
/// does not find without the bug.
struct BugSearch {
  std::vector<std::string> bugs;               ///< Empty: all.
  std::map<std::string, std::uint64_t> known;  ///< Seeds that are tried first.
  std::uint64_t first = 1;                     ///< Then from here
  std::uint64_t last = 2000;                   ///< to here.
  int jobs = 1;                                ///< Bugs that are looked for at the same time.

  /// Reads `known`: a line each with a bug and a seed; what follows # is left out. Errors: false.
  bool read_known(std::string_view text);
};

/// Prints a line for each bug as its search ends. How many were not found; -1 when this build has
/// none planted, or a name is unknown.
int search_bugs(const BugSearch& search);

}  // namespace barnabas::test

#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas::bench {

/// A benchmark program's arguments: a mode, then `--name value` pairs. Ends the program with what
/// is wrong: an unknown name, a missing value, no number.
class Arguments {
 public:
  /// `defaults` names what the program knows.
  Arguments(int argc, char** argv, std::map<std::string, std::string> defaults);

  const std::string& mode() const noexcept { return mode_; }
  const std::string& text(std::string_view name) const;
  std::uint64_t number(std::string_view name) const;

 private:
  std::string mode_;
  std::map<std::string, std::string> values_;
};

/// What all contestants know: where, what, how much, how.
std::map<std::string, std::string> contestant_defaults();

/// The whole of a contestant's `main`: calls the mode that the arguments name. Returns the exit
/// status; what is thrown, or a mode that is not there, is said on standard error.
using Mode = std::pair<std::string_view, void (*)(const Arguments&)>;
int run_contestant(int argc, char** argv, std::initializer_list<Mode> modes);

}  // namespace barnabas::bench

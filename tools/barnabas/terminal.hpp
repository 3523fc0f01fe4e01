#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::tools {

/// Whether the standard stream `descriptor` is a terminal that shows colour (NO_COLOR, TERM=dumb).
bool shows_colour(int descriptor);

/// `text` in bold, dim or red where standard output shows colour, else as it is.
std::string bold(std::string_view text);
std::string dim(std::string_view text);
/// The same for standard error.
std::string red(std::string_view text);

/// One line on standard error that a long run rewrites, if standard error is a terminal.
class Progress {
 public:
  /// `what` completes "1,234 records <what>".
  explicit Progress(std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Cheap: shows something ten times a second at most, and nothing in the first second.
  void update(std::uint64_t records, std::uint64_t bytes);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  bool enabled_;
  bool shown_ = false;
  std::uint64_t calls_ = 0;
  Clock::time_point started_;
  Clock::time_point next_;
};

}  // namespace barnabas::tools

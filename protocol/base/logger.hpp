#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>
#include <barnabas/log.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas {

/// One ` name=value` of a log line.
struct LogField {
  std::string_view name;
  std::string value;

  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, std::string text) : name(field), value(std::move(text)) {}
  LogField(std::string_view field, const Error& error) : name(field), value(error.to_string()) {}
  LogField(std::string_view field, std::integral auto number)
      : name(field), value(std::to_string(number)) {}
};

/// Turns events of a core into log lines. A message that repeats is let through a few times and
/// then at intervals, with the number of lines left out, so that a broken network cannot flood a
/// log.
/// Thread-safety: none; the engine's lock covers it.
class Logger {
 public:
  /// Lets `level` and graver through to `callback`; an empty callback discards everything.
  explicit Logger(LogCallback callback = {}, LogLevel level = LogLevel::info)
      : callback_(std::move(callback)), level_(level) {}

  bool enabled(LogLevel level) const noexcept { return callback_ && level <= level_; }

  /// `message` is a literal: it is the identity of the line for the limit on repetition. Values
  /// with spaces or quotes come out quoted.
  void log(const Now& now, LogLevel level, const char* message,
           std::initializer_list<LogField> fields = {});

 private:
  struct Repetition {
    Instant window_start{};
    std::uint32_t count = 0;
    std::uint64_t suppressed = 0;
  };
  bool admit(const Now& now, std::string_view message, std::uint64_t& suppressed);

  LogCallback callback_;
  LogLevel level_;
  std::map<std::string_view, Repetition> repetitions_;
};

}  // namespace barnabas

#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace barnabas {

/// How much a log line matters, the gravest first.
enum class LogLevel : std::uint8_t {
  error,    ///< Something the application asked for failed, or will not work without a change.
  warning,  ///< Something failed and is being retried, or a setting has no effect.
  info,     ///< A change of state that an operator wants to see once.
  debug,    ///< What happens and why.
};

/// "error", "warning", "info", "debug".
std::string_view name(LogLevel level) noexcept;

/// Takes one line, without a line feed: a constant message followed by ` name=value` fields.
/// Runs on whatever thread the client or broker works on at that moment, while it holds its lock:
/// it should be quick and must not call the object that it was given to.
using LogCallback = std::function<void(LogLevel level, std::string_view line)>;

}  // namespace barnabas

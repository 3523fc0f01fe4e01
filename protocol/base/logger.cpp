#include "protocol/base/logger.hpp"

#include <chrono>

namespace barnabas {

namespace {

constexpr std::uint32_t burst = 5;
constexpr Duration window = std::chrono::seconds(10);

void append_value(std::string& line, std::string_view value) {
  if (!value.empty() && value.find_first_of(" \"=\n\r\t") == std::string_view::npos) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    // Bytes from the network must not be able to forge a line of the log.
    line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  line += '"';
}

}  // namespace

void Logger::log(const Now& now, LogLevel level, const char* message,
                 std::initializer_list<LogField> fields) {
  if (!enabled(level)) return;
  std::uint64_t suppressed = 0;
  if (level != LogLevel::debug && !admit(now, message, suppressed)) return;
  std::string line(message);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_value(line, field.value);
  }
  if (suppressed > 0) line += " repeated=" + std::to_string(suppressed);
  callback_(level, line);
}

bool Logger::admit(const Now& now, std::string_view message, std::uint64_t& suppressed) {
  Repetition& repetition = repetitions_[message];
  if (repetition.count == 0 || now.monotonic - repetition.window_start >= window) {
    suppressed = std::exchange(repetition.suppressed, 0);
    repetition.window_start = now.monotonic;
    repetition.count = 1;
    return true;
  }
  if (repetition.count >= burst) {
    ++repetition.suppressed;
    return false;
  }
  ++repetition.count;
  return true;
}

}  // namespace barnabas

#include "tools/barnabas/terminal.hpp"

#include <unistd.h>
#include <cstdio>
#include <cstdlib>

namespace barnabas::tools {
namespace {

constexpr std::uint64_t calls_between_looks_at_the_clock = 256;

std::string styled(int descriptor, std::string_view code, std::string_view text) {
  if (!shows_colour(descriptor)) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

std::string with_thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

}  // namespace

bool shows_colour(int descriptor) {
  if (isatty(descriptor) == 0 || std::getenv("NO_COLOR") != nullptr) return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::string bold(std::string_view text) { return styled(STDOUT_FILENO, "1", text); }
std::string dim(std::string_view text) { return styled(STDOUT_FILENO, "2", text); }
std::string red(std::string_view text) { return styled(STDERR_FILENO, "31", text); }

Progress::Progress(std::string what)
    : what_(std::move(what)),
      enabled_(isatty(STDERR_FILENO) != 0),
      started_(Clock::now()),
      next_(started_ + std::chrono::seconds(1)) {}

Progress::~Progress() { clear(); }

void Progress::update(std::uint64_t records, std::uint64_t bytes) {
  if (!enabled_ || ++calls_ % calls_between_looks_at_the_clock != 0) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  const double seconds = std::chrono::duration<double>(now - started_).count();
  std::fprintf(stderr, "\r%s records %s, %.1f MB, %.0f records/s\033[K",
               with_thousands(records).c_str(), what_.c_str(), static_cast<double>(bytes) / 1e6,
               static_cast<double>(records) / seconds);
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (!shown_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace barnabas::tools

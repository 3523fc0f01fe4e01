#pragma once

#include "protocol/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace barnabas::client {

/// How much fetched data should wait for the application: as much as keeps it busy until the next
/// answer comes, and no more, because what waits long falls out of the processor's caches and has
/// to be brought back from memory for every look at it.
///
/// For each broker the window begins with `least` bytes. It doubles when an answer that is about as
/// large as was asked for, and took long, finds that nothing waits any more: the way to the broker
/// is long. It shrinks by a quarter when an answer finds more than half of it still waiting, or
/// that nothing waits although it did not take long.
/// Thread-safety: none.
class PrefetchWindow {
 public:
  /// Enough for one answer on the way and one being read, at a broker near by.
  static constexpr std::size_t usual = std::size_t{4} << 20;
  /// Below this the way is not what the application waits for, but the bytes.
  static constexpr Duration long_way = std::chrono::milliseconds(5);

  /// All brokers together never have more than `limit` bytes (prefetch.max.bytes), and each has at
  /// least `least` of it to begin with.
  PrefetchWindow(std::size_t limit, std::size_t least) noexcept
      : limit_(limit), least_(std::min(limit, least)), window_(least_) {}

  /// Bytes for so many brokers together.
  std::size_t of(std::size_t brokers) const noexcept {
    return brokers >= limit_ / window_ ? limit_ : brokers * window_;
  }
  /// Whether the ways are short, as far as is known.
  bool is_least() const noexcept { return window_ == least_; }

  /// `came` bytes where up to `asked` were asked for `took` ago, when of all `brokers` `waiting`
  /// bytes had not been read yet.
  void on_answer(std::size_t asked, std::size_t came, Duration took, std::size_t waiting,
                 std::size_t brokers) noexcept {
    if (waiting > of(brokers) / 2 || (waiting == 0 && took < long_way)) {
      window_ = std::max(least_, window_ - window_ / 4);
    } else if (waiting == 0 && came >= asked / 2) {
      window_ = window_ > limit_ / 2 ? limit_ : 2 * window_;
    }
  }

 private:
  std::size_t limit_;
  std::size_t least_;
  std::size_t window_;  // of one broker, never 0
};

}  // namespace barnabas::client

#pragma once

#include "client/src/core/producer/append_lock.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>

namespace barnabas::client {

/// The order of threads that wait for buffer memory: the one that came first is served first, so
/// that a large record is not overtaken for ever by small ones. Who comes newly need not wait where
/// there is enough for all that do, and all for whom there is enough are served together: a line
/// that is served one by one would never end once several threads send.
/// Thread-safety: complete.
class WaitingLine {
 public:
  /// A place in the line for `need` bytes, from construction to destruction.
  class Place {
   public:
    Place(WaitingLine& line, std::size_t need)
        : line_(line), need_(need), ticket_(line.join(need)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { line_.leave(ticket_, need_); }

    /// Whether `available` bytes are enough for those in front and this one.
    bool is_served(std::size_t available) const { return line_.needed(ticket_) <= available; }
    bool is_first() const { return line_.needed(ticket_) == need_; }

   private:
    WaitingLine& line_;
    std::size_t need_;
    std::uint64_t ticket_;
  };

  /// Nobody waits; for those who come newly.
  bool empty() const noexcept { return needed_.load(std::memory_order_relaxed) == 0; }
  /// Whether who comes newly and needs `need` of `available` bytes takes nothing from those who
  /// wait.
  bool lets_pass(std::size_t need, std::size_t available) const noexcept {
    return needed_.load(std::memory_order_relaxed) + need <= available;
  }

 private:
  std::uint64_t join(std::size_t need) {
    AppendGuard guard(lock_);
    needs_.emplace_hint(needs_.end(), ++last_ticket_, need);
    add(need);
    return last_ticket_;
  }
  void leave(std::uint64_t ticket, std::size_t need) {
    AppendGuard guard(lock_);
    needs_.erase(ticket);
    add(0 - need);
  }
  void add(std::size_t need) noexcept {
    needed_.store(needed_.load(std::memory_order_relaxed) + need, std::memory_order_relaxed);
  }
  /// By `ticket` and those in front of it.
  std::size_t needed(std::uint64_t ticket) const {
    AppendGuard guard(lock_);
    std::size_t sum = 0;
    for (auto place = needs_.begin(); place != needs_.end() && place->first <= ticket; ++place) {
      sum += place->second;
    }
    return sum;
  }

  mutable AppendLock lock_;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, std::size_t> needs_;  // by ticket; none is 0
  std::atomic<std::size_t> needed_ = 0;
};

}  // namespace barnabas::client

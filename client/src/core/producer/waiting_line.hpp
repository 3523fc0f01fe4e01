#pragma once

#include "client/src/core/producer/append_lock.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>

namespace barnabas::client {

/// The order of threads that wait for buffer memory: the one that came first is served first, so
/// that a large record is not overtaken for ever by small ones.
/// Thread-safety: complete.
class WaitingLine {
 public:
  /// A place in the line, from construction to destruction.
  class Place {
   public:
    explicit Place(WaitingLine& line) : line_(line), ticket_(line.join()) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { line_.leave(ticket_); }

    bool is_first() const {
      AppendGuard guard(line_.lock_);
      return *line_.tickets_.begin() == ticket_;
    }

   private:
    WaitingLine& line_;
    std::uint64_t ticket_;
  };

  /// Nobody waits; for those who come newly.
  bool empty() const noexcept { return size_.load(std::memory_order_relaxed) == 0; }

 private:
  std::uint64_t join() {
    AppendGuard guard(lock_);
    tickets_.insert(tickets_.end(), ++last_ticket_);
    size_.store(tickets_.size(), std::memory_order_relaxed);
    return last_ticket_;
  }
  void leave(std::uint64_t ticket) {
    AppendGuard guard(lock_);
    tickets_.erase(ticket);
    size_.store(tickets_.size(), std::memory_order_relaxed);
  }

  AppendLock lock_;
  std::uint64_t last_ticket_ = 0;
  std::set<std::uint64_t> tickets_;
  std::atomic<std::size_t> size_ = 0;
};

}  // namespace barnabas::client

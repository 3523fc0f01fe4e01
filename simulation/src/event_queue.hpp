#pragma once

#include "protocol/base/time.hpp"
#include "simulation/src/event.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace barnabas::simulation {

/// What is going to happen, in the order of time; what falls on the same instant happens in the
/// order in which it was asked for.
/// Thread-safety: none.
class EventQueue {
 public:
  void add(Instant when, Event event);
  std::optional<Instant> next() const;
  /// Takes the next event and makes its call, which may add others. Requires: not empty.
  void run();
  bool empty() const noexcept { return heap_.empty(); }
  std::size_t size() const noexcept { return heap_.size(); }

 private:
  // The heap moves these, and events stay where they are.
  struct Entry {
    Instant when;
    std::uint64_t number_and_place;
  };
  static bool earlier(const Entry& a, const Entry& b) noexcept {
    return a.when != b.when ? a.when < b.when : a.number_and_place < b.number_and_place;
  }
  void remove_first();

  static constexpr int place_bits = 24;  // so many events may wait at once

  std::vector<Entry> heap_;  // four children each: shallower, and they share a cache line
  std::deque<Event> events_;
  std::vector<std::size_t> free_;
  std::uint64_t next_number_ = 0;
};

}  // namespace barnabas::simulation

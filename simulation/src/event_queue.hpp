#pragma once

#include "protocol/base/time.hpp"
#include "simulation/src/event.hpp"

#include <cstddef>
#include <cstdint>
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
  /// Requires: not empty.
  Event take();
  bool empty() const noexcept { return heap_.empty(); }
  std::size_t size() const noexcept { return heap_.size(); }

 private:
  // The heap moves these, and events stay where they are.
  struct Entry {
    Instant when;
    std::uint64_t number;
    std::size_t place;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const noexcept {
      return a.when != b.when ? a.when > b.when : a.number > b.number;
    }
  };

  std::vector<Entry> heap_;
  std::vector<Event> events_;
  std::vector<std::size_t> free_;
  std::uint64_t next_number_ = 0;
};

}  // namespace barnabas::simulation

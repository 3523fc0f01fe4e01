#include "simulation/src/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::simulation {

void EventQueue::add(Instant when, Event event) {
  std::size_t place = events_.size();
  if (free_.empty()) {
    events_.push_back(std::move(event));
  } else {
    place = free_.back();
    free_.pop_back();
    events_[place] = std::move(event);
  }
  heap_.push_back({when, next_number_++, place});
  std::push_heap(heap_.begin(), heap_.end(), Later());
}

std::optional<Instant> EventQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

Event EventQueue::take() {
  std::pop_heap(heap_.begin(), heap_.end(), Later());
  const std::size_t place = heap_.back().place;
  heap_.pop_back();
  free_.push_back(place);
  return std::move(events_[place]);
}

}  // namespace barnabas::simulation

#include "simulation/src/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::simulation {

void EventQueue::add(Instant when, Event event) {
  heap_.push_back({when, next_number_++, std::move(event)});
  std::push_heap(heap_.begin(), heap_.end(), Later());
}

std::optional<Instant> EventQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

EventQueue::Event EventQueue::take() {
  std::pop_heap(heap_.begin(), heap_.end(), Later());
  Event event = std::move(heap_.back().event);
  heap_.pop_back();
  return event;
}

}  // namespace barnabas::simulation

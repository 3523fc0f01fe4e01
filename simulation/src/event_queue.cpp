#include "simulation/src/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::simulation {
namespace {

constexpr std::size_t children = 4;

}  // namespace

void EventQueue::add(Instant when, Event event) {
  std::size_t place = events_.size();
  if (free_.empty()) {
    events_.push_back(std::move(event));
  } else {
    place = free_.back();
    free_.pop_back();
    events_[place] = std::move(event);
  }
  const Entry entry{when, (next_number_++ << place_bits) | place};
  std::size_t at = heap_.size();
  heap_.push_back(entry);
  while (at > 0) {
    const std::size_t parent = (at - 1) / children;
    if (!earlier(entry, heap_[parent])) break;
    heap_[at] = heap_[parent];
    at = parent;
  }
  heap_[at] = entry;
}

std::optional<Instant> EventQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

void EventQueue::run() {
  constexpr std::uint64_t places = (std::uint64_t{1} << place_bits) - 1;
  const auto place = static_cast<std::size_t>(heap_.front().number_and_place & places);
  remove_first();
  Event& event = events_[place];
  event();
  event.clear();
  free_.push_back(place);
}

void EventQueue::remove_first() {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (heap_.empty()) return;
  std::size_t at = 0;
  for (;;) {
    const std::size_t first = at * children + 1;
    if (first >= heap_.size()) break;
    const std::size_t behind = std::min(first + children, heap_.size());
    std::size_t least = first;
    for (std::size_t child = first + 1; child < behind; ++child) {
      if (earlier(heap_[child], heap_[least])) least = child;
    }
    if (!earlier(heap_[least], last)) break;
    heap_[at] = heap_[least];
    at = least;
  }
  heap_[at] = last;
}

}  // namespace barnabas::simulation

#include "protocol/transport/write_queue.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::transport {

void WriteQueue::push(wire::GatherBuffer bytes) {
  if (bytes.size() == 0) return;
  size_ += bytes.size();
  const std::size_t unsent = bytes.size();
  entries_.push_back({std::move(bytes), unsent});
  entries_.back().bytes.for_each_part([this](std::span<const std::byte> part) {
    // sendmsg takes its buffers without const and does not write to them.
    parts_.push_back({const_cast<std::byte*>(part.data()), part.size()});
  });
}

std::span<iovec> WriteQueue::front(std::size_t most) {
  return {parts_.data() + next_part_, std::min(most, parts_.size() - next_part_)};
}

void WriteQueue::consume(std::size_t count) {
  size_ -= count;
  for (std::size_t left = count; left > 0;) {
    iovec& part = parts_[next_part_];
    const std::size_t taken = std::min(left, part.iov_len);
    part.iov_base = static_cast<std::byte*>(part.iov_base) + taken;
    part.iov_len -= taken;
    left -= taken;
    if (part.iov_len == 0) ++next_part_;
  }
  for (std::size_t left = count; left > 0;) {
    Entry& entry = entries_.front();
    const std::size_t taken = std::min(left, entry.unsent);
    entry.unsent -= taken;
    left -= taken;
    if (entry.unsent == 0) entries_.pop_front();
  }
  if (next_part_ == parts_.size()) {
    parts_.clear();
    next_part_ = 0;
  } else if (next_part_ > parts_.size() / 2) {
    parts_.erase(parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(next_part_));
    next_part_ = 0;
  }
}

void WriteQueue::clear() {
  entries_.clear();
  parts_.clear();
  next_part_ = 0;
  size_ = 0;
}

}  // namespace barnabas::transport

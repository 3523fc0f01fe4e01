#include "protocol/transport/write_queue.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::transport {
namespace {

/// Drops the first `done` of a row that is worked off, now and then: a queue that never runs empty
/// must not keep what is gone.
template <class Row>
void drop_done(Row& row, std::size_t& done) {
  if (done == row.size()) {
    row.clear();
    done = 0;
  } else if (done > row.size() / 2) {
    row.erase(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(done));
    done = 0;
  }
}

bool is_range(const iovec& part) { return part.iov_base == nullptr; }

}  // namespace

void WriteQueue::push(wire::GatherBuffer bytes) {
  if (bytes.size() == 0) return;
  size_ += bytes.size();
  const std::size_t unsent = bytes.size();
  entries_.push_back({std::move(bytes), unsent});
  struct {
    WriteQueue& queue;
    void operator()(std::span<const std::byte> part) const {
      // sendmsg takes its buffers without const and does not write to them.
      queue.parts_.push_back({const_cast<std::byte*>(part.data()), part.size()});
    }
    void operator()(const wire::FileRange& range) const {
      queue.parts_.push_back({nullptr, range.size});
      queue.ranges_.push_back(range);
    }
  } add{*this};
  entries_.back().bytes.for_each_part(add);
}

std::span<iovec> WriteQueue::front(std::size_t most) {
  const std::span<iovec> parts(parts_.data() + next_part_,
                               std::min(most, parts_.size() - next_part_));
  if (ranges_.empty()) return parts;
  const auto end = std::find_if(parts.begin(), parts.end(), is_range);
  return parts.first(static_cast<std::size_t>(end - parts.begin()));
}

const wire::FileRange* WriteQueue::front_range() const {
  const bool is_next = next_part_ < parts_.size() && is_range(parts_[next_part_]);
  return is_next ? &ranges_[next_range_] : nullptr;
}

void WriteQueue::consume(std::size_t count) {
  size_ -= count;
  consume_parts(count);
  release(count);
}

void WriteQueue::consume_parts(std::size_t count) {
  while (count > 0) {
    iovec& part = parts_[next_part_];
    const std::size_t taken = std::min(count, part.iov_len);
    part.iov_len -= taken;
    count -= taken;
    if (is_range(part)) {
      wire::FileRange& range = ranges_[next_range_];
      range.position += taken;
      range.size -= taken;
      if (range.size == 0) {
        range.file.reset();
        ++next_range_;
      }
    } else {
      part.iov_base = static_cast<std::byte*>(part.iov_base) + taken;
    }
    if (part.iov_len == 0) ++next_part_;
  }
  drop_done(parts_, next_part_);
  drop_done(ranges_, next_range_);
}

void WriteQueue::release(std::size_t count) {
  while (count > 0) {
    Entry& entry = entries_.front();
    const std::size_t taken = std::min(count, entry.unsent);
    entry.unsent -= taken;
    count -= taken;
    if (entry.unsent == 0) entries_.pop_front();
  }
}

void WriteQueue::clear() {
  entries_.clear();
  parts_.clear();
  next_part_ = 0;
  ranges_.clear();
  next_range_ = 0;
  size_ = 0;
}

}  // namespace barnabas::transport

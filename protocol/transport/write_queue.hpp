#pragma once

#include "protocol/wire/gather_buffer.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include <sys/uio.h>

namespace barnabas::transport {

/// The bytes of one stream that wait to be sent, as the parts of one gathered write.
class WriteQueue {
 public:
  void push(wire::GatherBuffer bytes);
  /// The parts to send next, at most `most` of them. Valid until the next call of another member.
  std::span<iovec> front(std::size_t most);
  /// The first `count` bytes were sent. Buffers whose last byte is among them are released.
  void consume(std::size_t count);
  void clear();

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  struct Entry {
    wire::GatherBuffer bytes;
    std::size_t unsent;
  };
  std::deque<Entry> entries_;
  std::vector<iovec> parts_;  // of all entries; those before next_part_ are sent
  std::size_t next_part_ = 0;
  std::size_t size_ = 0;
};

}  // namespace barnabas::transport

#pragma once

#include "protocol/wire/gather_buffer.hpp"

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include <sys/uio.h>

namespace barnabas::transport {

/// The bytes of one stream that wait to be sent, as the parts of gathered writes with ranges of
/// files between them.
class WriteQueue {
 public:
  void push(wire::GatherBuffer bytes);
  /// The parts to send next, at most `most` of them and none behind a range of a file: empty when
  /// that comes next. Valid until the next call of another member.
  std::span<iovec> front(std::size_t most);
  /// The range of a file to send next, null when bytes in memory are. Likewise.
  const wire::FileRange* front_range() const;
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
  void consume_parts(std::size_t count);
  void release(std::size_t count);

  std::deque<Entry> entries_;
  // Of all entries; those before next_part_ are sent. Without a base: the next one of ranges_.
  std::vector<iovec> parts_;
  std::size_t next_part_ = 0;
  std::vector<wire::FileRange> ranges_;
  std::size_t next_range_ = 0;
  std::size_t size_ = 0;
};

}  // namespace barnabas::transport

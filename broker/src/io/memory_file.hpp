#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace barnabas::broker::io {

/// The content of one file in memory, which remembers how to get back to what was last synced.
/// Appending costs nothing beyond the bytes; memory grows in chunks, so that neither many small
/// files nor one large one waste it.
/// Thread-safety: none.
class MemoryFile {
 public:
  std::uint64_t size() const noexcept { return size_; }

  /// Copies what lies from `position` on and returns how much that was.
  std::size_t read(std::uint64_t position, std::span<std::byte> into) const;
  void write(std::uint64_t position, std::span<const std::byte> bytes);
  void resize(std::uint64_t size);

  /// Names the present content, for `mark_durable`.
  std::uint64_t seal();
  /// What `seal` named is durable now.
  void mark_durable(std::uint64_t sealed);
  bool is_durable() const noexcept { return changes_.empty(); }

  /// Back to what is durable. With `random` any part of the later changes survives: every
  /// 512-byte sector that differs has by chance the durable or the present content, or zeros where
  /// the file grew; and the size lies somewhere between the two.
  void lose_changes(Random* random);

 private:
  // What undoes one change: the size before it, and the bytes that it destroyed.
  struct Change {
    std::uint64_t number;
    std::uint64_t old_size;
    std::uint64_t position;
    std::vector<std::byte> old_bytes;
  };
  static constexpr std::size_t chunk_size = std::size_t{256} << 10;
  static constexpr std::size_t sector_size = 512;

  void remember(std::uint64_t position, std::uint64_t end);
  void overwrite(std::uint64_t position, std::span<const std::byte> bytes);
  void append(std::span<const std::byte> bytes);
  void set_size(std::uint64_t size);
  void undo_changes();
  std::vector<std::byte> content() const;
  void replace(std::span<const std::byte> content);

  std::vector<ByteBuffer> chunks_;  // all but the last are full
  std::uint64_t size_ = 0;
  std::deque<Change> changes_;
  std::uint64_t next_number_ = 1;
  bool sealed_ = true;  // whether the last change must stay apart from the next
};

}  // namespace barnabas::broker::io

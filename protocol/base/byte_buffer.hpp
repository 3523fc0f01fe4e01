#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <span>

namespace barnabas {

/// A growable run of bytes for bulk output. Unlike std::vector it never fills what it adds, so
/// memory that is reserved but not written costs no pages; and it keeps its memory on `clear`.
/// Thread-safety: none.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer&& other) noexcept;
  ByteBuffer& operator=(ByteBuffer&& other) noexcept;
  ~ByteBuffer();

  const std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }
  BytesView view() const noexcept { return {data_, size_}; }
  std::span<std::byte> span() noexcept { return {data_, size_}; }

  /// Makes the capacity at least `capacity`, at once and exactly. Throws std::bad_alloc.
  void reserve(std::size_t capacity);
  /// Room for at least `count` bytes behind the content, growing by doubling. Valid until the next
  /// call; `commit` makes its front part of the content.
  std::span<std::byte> room(std::size_t count);
  /// Requires: `count` bytes of `room` were written.
  void commit(std::size_t count) noexcept { size_ += count; }
  void append(std::span<const std::byte> bytes);
  void clear() noexcept { size_ = 0; }
  /// Drops the content behind `size`. Requires: size <= this->size().
  void truncate(std::size_t size) noexcept { size_ = size; }
  /// Gives back the memory behind the content.
  void shrink_to_fit();

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace barnabas

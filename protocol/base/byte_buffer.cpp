#include "protocol/base/byte_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace barnabas {
namespace {

constexpr std::size_t smallest_capacity = 256;

}  // namespace

ByteBuffer::ByteBuffer(ByteBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

ByteBuffer& ByteBuffer::operator=(ByteBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

ByteBuffer::~ByteBuffer() { std::free(data_); }

void ByteBuffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  // realloc moves large blocks by remapping pages: no copy, and never both blocks in memory.
  void* const grown = std::realloc(data_, capacity);
  if (grown == nullptr) throw std::bad_alloc();
  data_ = static_cast<std::byte*>(grown);
  capacity_ = capacity;
}

std::span<std::byte> ByteBuffer::room(std::size_t count) {
  if (capacity_ - size_ < count) {
    reserve(std::max({size_ + count, 2 * capacity_, smallest_capacity}));
  }
  return {data_ + size_, capacity_ - size_};
}

void ByteBuffer::append(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  std::memcpy(room(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void ByteBuffer::shrink_to_fit() {
  if (size_ == capacity_) return;
  if (size_ == 0) {
    std::free(std::exchange(data_, nullptr));
    capacity_ = 0;
    return;
  }
  void* const shrunk = std::realloc(data_, size_);
  if (shrunk == nullptr) return;
  data_ = static_cast<std::byte*>(shrunk);
  capacity_ = size_;
}

}  // namespace barnabas

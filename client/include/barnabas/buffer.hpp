#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace barnabas {

/// What serializers write to: bytes that grow at the end.
/// Thread-safety: a value.
class Buffer {
 public:
  Buffer& append(BytesView bytes) { return bytes_.append(bytes.text()), *this; }
  Buffer& append(char byte) { return bytes_.push_back(byte), *this; }
  /// Appends `count` bytes of zero and returns where they are; valid until the next change.
  char* extend(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return bytes_.data() + bytes_.size() - count;
  }
  void reserve(std::size_t bytes) { bytes_.reserve(bytes_.size() + bytes); }
  void clear() noexcept { bytes_.clear(); }

  std::size_t size() const noexcept { return bytes_.size(); }
  BytesView view() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace barnabas

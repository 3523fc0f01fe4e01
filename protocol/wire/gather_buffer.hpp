#pragma once

#include "protocol/base/byte_buffer.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace barnabas::wire {

/// Bytes on their way out: encoded bytes owned by the buffer, interleaved with borrowed segments
/// (record batches) that are never copied. Its parts in order are what one gathered write sends.
/// Lifetime: borrowed bytes stay valid as long as the owners given to `keep_alive` live, which is
/// at least as long as this buffer.
/// Thread-safety: none.
class GatherBuffer {
 public:
  GatherBuffer() = default;
  /// The buffer that was moved from is empty.
  GatherBuffer(GatherBuffer&& other) noexcept
      : owned_(std::move(other.owned_)),
        splices_(std::exchange(other.splices_, {})),
        owners_(std::exchange(other.owners_, {})),
        borrowed_size_(std::exchange(other.borrowed_size_, 0)) {}
  GatherBuffer& operator=(GatherBuffer&& other) noexcept {
    owned_ = std::move(other.owned_);
    other.owned_.clear();
    splices_ = std::exchange(other.splices_, {});
    owners_ = std::exchange(other.owners_, {});
    borrowed_size_ = std::exchange(other.borrowed_size_, 0);
    return *this;
  }

  /// Makes room for `bytes` more owned bytes.
  void reserve(std::size_t bytes) { owned_.reserve(owned_.size() + bytes); }
  /// Appends owned bytes.
  void append(std::span<const std::byte> bytes) { owned_.append(bytes); }
  /// Appends `count` owned bytes of unspecified content and returns them. Valid until the next
  /// append.
  std::span<std::byte> extend(std::size_t count) {
    const std::span<std::byte> added = owned_.room(count).first(count);
    owned_.commit(count);
    return added;
  }
  /// Appends a segment without copying it.
  void borrow(std::span<const std::byte> segment) { borrow_at(owned_.size(), segment); }
  /// Puts a segment before the owned byte at `offset`, for a writer that extends first and fills
  /// in later. Requires: offset <= owned_size(), and not before an earlier segment's.
  void borrow_at(std::size_t offset, std::span<const std::byte> segment) {
    if (segment.empty()) return;
    splices_.push_back({offset, segment});
    borrowed_size_ += segment.size();
  }
  /// Ties the lifetime of borrowed bytes to this buffer.
  void keep_alive(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }

  std::size_t size() const noexcept { return owned_.size() + borrowed_size_; }
  std::size_t owned_size() const noexcept { return owned_.size(); }
  /// The owned bytes, for patching a length that was not known at first.
  std::span<std::byte> owned() noexcept { return owned_.span(); }

  /// Calls `visit(std::span<const std::byte>)` for each part in order.
  template <class Visitor>
  void for_each_part(Visitor&& visit) const {
    const std::span<const std::byte> owned(owned_.data(), owned_.size());
    std::size_t at = 0;
    for (const Splice& splice : splices_) {
      if (splice.offset > at) visit(owned.subspan(at, splice.offset - at));
      visit(splice.segment);
      at = splice.offset;
    }
    if (owned.size() > at) visit(owned.subspan(at));
  }

  /// All parts copied into one vector; for tests and small messages.
  std::vector<std::byte> flatten() const;

 private:
  struct Splice {
    std::size_t offset;  // in owned_, before which the segment stands
    std::span<const std::byte> segment;
  };
  ByteBuffer owned_;
  std::vector<Splice> splices_;
  std::vector<std::shared_ptr<const void>> owners_;
  std::size_t borrowed_size_ = 0;
};

}  // namespace barnabas::wire

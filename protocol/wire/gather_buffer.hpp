#pragma once

#include "protocol/base/byte_buffer.hpp"
#include "protocol/wire/file_range.hpp"

#include <barnabas/result.hpp>

#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace barnabas::wire {

/// Bytes on their way out: encoded bytes owned by the buffer, interleaved with borrowed segments
/// and ranges of files (record batches) that are never copied. Its parts in order are what is sent.
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
        borrowed_size_(std::exchange(other.borrowed_size_, 0)),
        has_files_(std::exchange(other.has_files_, false)) {}
  GatherBuffer& operator=(GatherBuffer&& other) noexcept {
    owned_ = std::move(other.owned_);
    other.owned_.clear();
    splices_ = std::exchange(other.splices_, {});
    owners_ = std::exchange(other.owners_, {});
    borrowed_size_ = std::exchange(other.borrowed_size_, 0);
    has_files_ = std::exchange(other.has_files_, false);
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
    borrowed_size_ += segment.size();
    splices_.push_back({offset, segment});
  }
  /// The same with bytes that are in a file. They are not of this process's memory until they are
  /// read.
  void borrow_at(std::size_t offset, FileRange range) {
    if (range.size == 0) return;
    borrowed_size_ += range.size;
    has_files_ = true;
    splices_.push_back({offset, std::move(range)});
  }
  /// Ties the lifetime of borrowed bytes to this buffer.
  void keep_alive(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }

  std::size_t size() const noexcept { return owned_.size() + borrowed_size_; }
  std::size_t owned_size() const noexcept { return owned_.size(); }
  /// The owned bytes, for patching a length that was not known at first.
  std::span<std::byte> owned() noexcept { return owned_.span(); }

  /// Whether there are ranges of files among the parts.
  bool has_files() const noexcept { return has_files_; }
  /// Replaces them by their bytes. Errors: as read_all; the buffer is as it was then.
  Result<void> read_files();

  /// Calls `visit(std::span<const std::byte>)` or `visit(const FileRange&)` for each part in order.
  /// A visitor that takes no FileRange requires !has_files().
  template <class Visitor>
  void for_each_part(Visitor&& visit) const {
    const std::span<const std::byte> owned(owned_.data(), owned_.size());
    std::size_t at = 0;
    for (const Splice& splice : splices_) {
      if (splice.offset > at) visit(owned.subspan(at, splice.offset - at));
      if (const auto* segment = std::get_if<std::span<const std::byte>>(&splice.part)) {
        visit(*segment);
      } else if constexpr (std::is_invocable_v<Visitor&, const FileRange&>) {
        visit(std::get<FileRange>(splice.part));
      } else {
        assert(false);
      }
      at = splice.offset;
    }
    if (owned.size() > at) visit(owned.subspan(at));
  }

  /// All parts copied into one vector; for tests and small messages. Requires: !has_files().
  std::vector<std::byte> flatten() const;

 private:
  struct Splice {
    std::size_t offset;  // in owned_, before which the part stands
    std::variant<std::span<const std::byte>, FileRange> part;
  };
  ByteBuffer owned_;
  std::vector<Splice> splices_;
  std::vector<std::shared_ptr<const void>> owners_;
  std::size_t borrowed_size_ = 0;
  bool has_files_ = false;
};

}  // namespace barnabas::wire

#pragma once

#include "protocol/wire/file_range.hpp"

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace barnabas::wire {

/// The record data of one partition inside a message: null, or bytes in zero or more segments that
/// belong to somebody else, or a range of a file. Encoding lends them to the frame, decoding yields
/// one segment that views the frame; neither copies.
/// Lifetime: the bytes of segments must outlive this object and every frame it was encoded into.
/// Thread-safety: none.
class RecordSegments {
 public:
  /// Null.
  RecordSegments() = default;
  /// One segment. An empty view is present and empty, not null.
  /*implicit*/ RecordSegments(BytesView bytes) : null_(false), first_(bytes) {}

  /// What a range of a file holds.
  explicit RecordSegments(FileRange range) : null_(false), range_(std::move(range)) {}

  /// Present and empty.
  static RecordSegments none() { return RecordSegments(BytesView()); }

  /// Appends a segment and makes null present; empty segments are left out.
  /// Requires: range() == nullptr.
  void add(BytesView segment) {
    null_ = false;
    if (segment.empty()) return;
    if (first_.empty()) {
      first_ = segment;
      return;
    }
    if (more_.empty()) more_.push_back(first_);
    more_.push_back(segment);
  }

  bool is_null() const noexcept { return null_; }
  /// The range of a file that holds all bytes; null when they are in segments.
  const FileRange* range() const noexcept { return range_.size > 0 ? &range_ : nullptr; }
  /// The segments in order; none of them is empty. None when there is a range.
  std::span<const BytesView> segments() const noexcept {
    if (!more_.empty()) return more_;
    return {&first_, first_.empty() ? 0U : 1U};
  }
  /// Bytes in all segments together, or in the range.
  std::size_t size() const noexcept {
    std::size_t total = range_.size;
    for (const BytesView& segment : segments()) total += segment.size();
    return total;
  }
  bool empty() const noexcept { return first_.empty() && range_.size == 0; }
  /// All bytes as one view, when they are one; what decoding yields. Empty when null, split or in a
  /// file.
  BytesView contiguous() const noexcept { return more_.empty() ? first_ : BytesView(); }

  /// Equal when null alike and of the same bytes, however they are split. Files are not read:
  /// ranges equal the same range only.
  friend bool operator==(const RecordSegments& a, const RecordSegments& b) noexcept {
    return a.null_ == b.null_ && a.range_ == b.range_ && a.same_bytes(b);
  }

 private:
  bool same_bytes(const RecordSegments& other) const noexcept;

  bool null_ = true;
  BytesView first_;              // The only segment while more_ is empty.
  std::vector<BytesView> more_;  // All segments, once there are several.
  FileRange range_;              // Instead of segments, when it is not empty.
};

}  // namespace barnabas::wire

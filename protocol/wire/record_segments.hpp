#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace barnabas::wire {

/// The record data of one partition inside a message: null, or bytes in zero or more segments that
/// belong to somebody else. Encoding lends the segments to the frame, decoding yields one segment
/// that views the frame; neither copies.
/// Lifetime: the bytes must outlive this object and every frame it was encoded into.
/// Thread-safety: none.
class RecordSegments {
 public:
  /// Null.
  RecordSegments() = default;
  /// One segment. An empty view is present and empty, not null.
  /*implicit*/ RecordSegments(BytesView bytes) : null_(false), first_(bytes) {}

  /// Present and empty.
  static RecordSegments none() { return RecordSegments(BytesView()); }

  /// Appends a segment and makes null present; empty segments are left out.
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
  /// The segments in order; none of them is empty.
  std::span<const BytesView> segments() const noexcept {
    if (!more_.empty()) return more_;
    return {&first_, first_.empty() ? 0U : 1U};
  }
  /// Bytes in all segments together.
  std::size_t size() const noexcept {
    std::size_t total = 0;
    for (const BytesView& segment : segments()) total += segment.size();
    return total;
  }
  bool empty() const noexcept { return first_.empty(); }
  /// All bytes as one view, when they are one; what decoding yields. Empty when null or split.
  BytesView contiguous() const noexcept { return more_.empty() ? first_ : BytesView(); }

  /// Equal when null alike and of the same bytes, however they are split.
  friend bool operator==(const RecordSegments& a, const RecordSegments& b) noexcept {
    return a.null_ == b.null_ && a.same_bytes(b);
  }

 private:
  bool same_bytes(const RecordSegments& other) const noexcept;

  bool null_ = true;
  BytesView first_;              // The only segment while more_ is empty.
  std::vector<BytesView> more_;  // All segments, once there are several.
};

}  // namespace barnabas::wire

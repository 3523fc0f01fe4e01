#pragma once

#include <barnabas/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace barnabas::broker::storage {

/// The newest offset of each key in a stretch of a log. Keys are kept whole, so that no two are
/// ever taken for one.
/// Thread-safety: none.
class KeyOffsets {
 public:
  /// `budget`: bytes of memory that it may take, as an estimate.
  explicit KeyOffsets(std::size_t budget) : budget_(budget) {}

  /// Requires: offsets grow.
  void put(BytesView key, std::int64_t offset) {
    const auto [entry, is_new] = offsets_.try_emplace(std::string(key.text()), offset);
    entry->second = offset;
    if (is_new) used_ += key.size() + overhead;
  }
  /// -1 for a key that does not occur.
  std::int64_t find(BytesView key) const {
    const auto entry = offsets_.find(std::string(key.text()));
    return entry == offsets_.end() ? -1 : entry->second;
  }
  /// Whether it takes all of its budget: nothing more should be put in.
  bool full() const noexcept { return used_ >= budget_; }
  bool empty() const noexcept { return offsets_.empty(); }

 private:
  static constexpr std::size_t overhead = 96;  // of an entry: node, bucket, string

  std::size_t budget_;
  std::size_t used_ = 0;
  std::unordered_map<std::string, std::int64_t> offsets_;
};

}  // namespace barnabas::broker::storage

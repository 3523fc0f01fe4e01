#pragma once

#include "tests/chaos/ledger.hpp"
#include "tests/chaos/violations.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace barnabas::chaos {

/// Checks that a row of records holds what a ledger promises: every acknowledged record once, at
/// its offset, in the order of sending; nothing that was refused; nothing damaged or misplaced.
///
/// Kinds of violations: "lost", "duplicate", "reordered", "offset went back", "wrong offset",
/// "refused but stored", "damaged", "misplaced".
/// Thread-safety: none.
class StreamCheck {
 public:
  StreamCheck(int producers, int partitions);

  /// The next record of `partition`.
  void take(int partition, std::int64_t offset, std::string_view value);
  /// Records taken, without duplicates.
  std::int64_t count() const noexcept { return count_; }
  /// How many records that `ledger` calls acknowledged were not taken yet.
  std::int64_t missing(const Ledger& ledger) const;
  /// Compares with what the producers were told in the end.
  void finish(const Ledger& ledger);

  const Violations& violations() const noexcept { return violations_; }

 private:
  struct Row {
    std::vector<std::int64_t> offsets;  // by number; -1: not seen
    std::int64_t last = -1;
  };
  Row& row(int producer, int partition) {
    return rows_[static_cast<std::size_t>(producer * partitions_ + partition)];
  }

  int producers_;
  int partitions_;
  std::vector<Row> rows_;
  std::vector<std::int64_t> last_offsets_;
  std::int64_t count_ = 0;
  Violations violations_;
};

}  // namespace barnabas::chaos

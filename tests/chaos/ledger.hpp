#pragma once

#include "tests/chaos/record_body.hpp"

#include <barnabas/error.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace barnabas::chaos {

/// What a producer was told about a record.
enum class Outcome : std::uint8_t {
  pending,        ///< Nothing yet.
  acknowledged,   ///< It is stored.
  indeterminate,  ///< It may be stored or not.
  refused,        ///< It is not stored.
};

/// Every record that was sent and what its producer was told about it.
/// Thread-safety: all members may be called from any thread.
class Ledger {
 public:
  Ledger(int producers, int partitions);

  int producers() const noexcept { return producers_; }
  int partitions() const noexcept { return partitions_; }

  /// The name of the next record of `producer` for `partition`, which counts as sent from now on.
  RecordName send(int producer, int partition);
  /// `offset` is -1 when the producer was not told.
  void acknowledged(const RecordName& name, std::int64_t offset);
  void failed(const RecordName& name, const Error& error);

  std::int64_t sent() const;
  std::int64_t acknowledged() const;
  /// Errors by their code, with how many records met them.
  std::map<std::string, std::int64_t> errors() const;

  struct Entry {
    Outcome outcome = Outcome::pending;
    std::int64_t offset = -1;
  };
  /// What is known of all records of `producer` for `partition`, by number.
  std::vector<Entry> entries(int producer, int partition) const;

 private:
  std::vector<Entry>& of(int producer, int partition) {
    return entries_[static_cast<std::size_t>(producer * partitions_ + partition)];
  }
  const std::vector<Entry>& of(int producer, int partition) const {
    return entries_[static_cast<std::size_t>(producer * partitions_ + partition)];
  }

  const int producers_;
  const int partitions_;
  mutable std::mutex mutex_;
  std::vector<std::vector<Entry>> entries_;
  std::int64_t sent_ = 0;
  std::int64_t acknowledged_ = 0;
  std::map<std::string, std::int64_t> errors_;
};

}  // namespace barnabas::chaos

#pragma once

#include "broker/src/core/storage/partition_log.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error_code.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace barnabas::broker {

/// Appends that wait until they are stored as firmly as barnabas.fsync asks for, which is when the
/// high watermark passes them.
/// Thread-safety: none.
class CommitWaits {
 public:
  using Done = std::function<void(const Now&, ErrorCode)>;

  /// Calls `done`, once, with none when log.high_watermark() passes `last_offset`, at once if it
  /// has; else with request_timed_out at `deadline`, kafka_storage_error when the log or its disk
  /// failed, or what `fail` says.
  void add(const Now& now, storage::PartitionLog& log, std::int64_t last_offset,
           std::optional<Instant> deadline, Done done);
  /// The high watermark of `log` moved, or the log went offline.
  void log_advanced(const Now& now, storage::PartitionLog& log);
  /// Ends all waits on `log` with `code`.
  void fail(const Now& now, storage::PartitionLog& log, ErrorCode code);
  /// Ends all waits with `code`.
  void fail_all(const Now& now, ErrorCode code);

  std::size_t size() const noexcept { return waits_.size(); }
  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);

 private:
  using WaitId = std::uint64_t;
  struct Wait {
    storage::PartitionLog* log = nullptr;
    std::int64_t last_offset = 0;
    std::optional<Instant> deadline;
    Done done;
  };

  void end(const Now& now, WaitId id, ErrorCode code);

  std::map<WaitId, Wait> waits_;
  // Looked up only: the order of pointers decides nothing.
  std::unordered_map<const storage::PartitionLog*, std::set<std::pair<std::int64_t, WaitId>>>
      by_log_;
  std::set<std::pair<Instant, WaitId>> deadlines_;
  WaitId next_id_ = 0;
};

}  // namespace barnabas::broker

#pragma once

#include "broker/src/core/storage/log_read.hpp"
#include "protocol/records/batch_header.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>

namespace barnabas::broker::storage {

/// The batches appended last, in memory, for readers at the tail of their logs. Large batches are
/// shared with whoever brought them; small ones are copied next to each other, so that many of them
/// make one piece. Over all logs the oldest give way first.
/// Thread-safety: none. Lifetime: what was handed out outlives the cache.
class TailCache {
 public:
  /// Names a log in the cache; never used twice.
  enum class LogId : std::uint64_t {};

  /// `capacity`: bytes held at most, with an allowance for bookkeeping; 0 switches it off.
  explicit TailCache(std::size_t capacity) : capacity_(capacity) {}

  LogId add_log() { return LogId{next_log_++}; }
  void remove_log(LogId log);

  /// Adds a batch at the end of `log`. `owner` keeps its bytes; null: they are copied. A batch that
  /// does not go on where the last one ended replaces all that is held of the log.
  void append(LogId log, const records::BatchHeader& header, std::span<const std::byte> bytes,
              std::shared_ptr<const void> owner);
  /// Forgets all of `log`.
  void clear(LogId log);

  /// As PartitionLog::read, up to the batch that begins at `end` or behind it. Nothing when the
  /// batch with `offset` is not held.
  std::optional<LogRead> read(LogId log, std::int64_t offset, std::int64_t end,
                              std::size_t max_bytes) const;

  std::size_t used() const noexcept { return used_; }

 private:
  // Adjoining batches in one run of memory. `room` is set while more can be copied behind them.
  struct Run {
    std::int64_t base_offset;
    std::int64_t next_offset;
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
    std::span<std::byte> room;
    std::size_t charge;
  };
  struct Log {
    std::deque<Run> runs;
    std::uint64_t first = 0;  // number of the first run
  };
  struct Age {
    LogId log;
    std::uint64_t run;
  };

  void copy(Log& log, LogId id, const records::BatchHeader& header,
            std::span<const std::byte> bytes);
  void add(Log& log, LogId id, Run run);
  void drop_oldest();
  void drop_front(Log& log);
  bool is_held(const Age& age) const;
  void forget_gone();

  std::size_t capacity_;
  std::size_t used_ = 0;
  std::size_t run_count_ = 0;
  std::map<LogId, Log> logs_;
  std::deque<Age> by_age_;  // of all runs, and of some that are gone
  std::uint64_t next_log_ = 1;
};

}  // namespace barnabas::broker::storage

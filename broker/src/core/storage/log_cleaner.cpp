#include "broker/src/core/storage/log_cleaner.hpp"

#include "broker/src/core/storage/partition_log.hpp"

namespace barnabas::broker::storage {

std::optional<Instant> LogCleaner::next_deadline(Instant now) const {
  if (!data_.config().cleaner_enabled) return std::nullopt;
  if (!log_) return next_look_;
  const PartitionLog* log = logs_.find(*log_);
  const bool waits =
      log != nullptr && log->compaction().running() && !log->compaction().wants_step();
  if (waits) return std::nullopt;
  return now;
}

void LogCleaner::advance(const Now& now) {
  if (!data_.config().cleaner_enabled || data_.failed()) return;
  if (log_) {
    PartitionLog* log = logs_.find(*log_);
    if (log != nullptr && log->compaction().running()) {
      if (log->compaction().wants_step()) log->compaction().step(now);
      return;
    }
    log_.reset();
    data_.request_checkpoint();  // removes segments that had to wait for the end
    // What failed for a passing reason, such as a full disk, is not tried at once again.
    const bool done = log == nullptr || log->compaction().clean_to() > clean_before_;
    next_look_ =
        done ? now.monotonic : deadline_after(now.monotonic, data_.config().cleaner_backoff);
  }
  if (now.monotonic < next_look_) return;
  if (!look_for_work(now))
    next_look_ = deadline_after(now.monotonic, data_.config().cleaner_backoff);
}

bool LogCleaner::look_for_work(const Now& now) {
  // Gaps are no damage only below the recovery point that the next start will
  // know.
  if (!checkpoints_.durable()) return false;
  PartitionLog* dirtiest = nullptr;
  CompactionPlan plan;
  logs_.for_each([&](PartitionLog& log) {
    const CompactionPlan found =
        log.plan_compaction(now, checkpoints_.recovery_point(log.partition()));
    if (!found.due || (dirtiest != nullptr && found.dirty_ratio <= plan.dirty_ratio)) return;
    dirtiest = &log;
    plan = found;
  });
  if (dirtiest == nullptr) return false;
  const std::int64_t clean = dirtiest->compaction().clean_to();
  dirtiest->start_compaction(plan);
  log_ = dirtiest->number();
  clean_before_ = clean;
  return true;
}

}  // namespace barnabas::broker::storage

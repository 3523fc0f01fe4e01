#include "broker/src/core/wait/commit_waits.hpp"

#include <utility>

namespace barnabas::broker {

void CommitWaits::add(const Now& now, storage::PartitionLog& log, std::int64_t last_offset,
                      std::optional<Instant> deadline, Done done) {
  if (log.high_watermark() > last_offset) {
    done(now, ErrorCode::none);
    return;
  }
  const WaitId id = next_id_++;
  by_log_[&log].insert({last_offset, id});
  if (deadline) deadlines_.insert({*deadline, id});
  waits_.emplace(id, Wait{&log, last_offset, deadline, std::move(done)});
}

void CommitWaits::log_advanced(const Now& now, storage::PartitionLog& log) {
  if (!log.offline().ok()) {
    fail(now, log, ErrorCode::kafka_storage_error);
    return;
  }
  for (;;) {
    const auto waiting = by_log_.find(&log);
    if (waiting == by_log_.end()) return;
    const auto [last_offset, id] = *waiting->second.begin();
    if (log.high_watermark() <= last_offset) return;
    end(now, id, ErrorCode::none);
  }
}

void CommitWaits::fail(const Now& now, storage::PartitionLog& log, ErrorCode code) {
  for (;;) {
    const auto waiting = by_log_.find(&log);
    if (waiting == by_log_.end()) return;
    end(now, waiting->second.begin()->second, code);
  }
}

void CommitWaits::fail_all(const Now& now, ErrorCode code) {
  while (!waits_.empty()) end(now, waits_.begin()->first, code);
}

std::optional<Instant> CommitWaits::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

void CommitWaits::advance(const Now& now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.monotonic) {
    end(now, deadlines_.begin()->second, ErrorCode::request_timed_out);
  }
}

void CommitWaits::end(const Now& now, WaitId id, ErrorCode code) {
  const auto entry = waits_.find(id);
  const Wait wait = std::move(entry->second);
  waits_.erase(entry);
  if (wait.deadline) deadlines_.erase({*wait.deadline, id});
  const auto waiting = by_log_.find(wait.log);
  waiting->second.erase({wait.last_offset, id});
  if (waiting->second.empty()) by_log_.erase(waiting);
  wait.done(now, code);
}

}  // namespace barnabas::broker

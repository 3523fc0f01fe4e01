#include "tests/chaos/group_ledger.hpp"

#include <algorithm>
#include <string>

namespace barnabas::chaos {

namespace {

std::string text(const char* before, std::int64_t number) {
  return before + std::to_string(number);
}

}  // namespace

GroupLedger::GroupLedger(int producers, int partitions)
    : partitions_(static_cast<std::size_t>(partitions)), stream_(producers, partitions) {}

std::int64_t GroupLedger::committed(int partition) const {
  const std::lock_guard lock(mutex_);
  return partitions_[static_cast<std::size_t>(partition)].committed;
}

void GroupLedger::claim(std::uint64_t member, int partition, std::int64_t position,
                        std::int64_t committed) {
  const std::lock_guard lock(mutex_);
  Partition& at = partitions_[static_cast<std::size_t>(partition)];
  const std::string where = text("partition ", partition) + text(": starts at ", position) + ", ";
  if (position < committed) violations_.add("commit lost", where + text("committed ", committed));
  if (position > at.attempted) {
    violations_.add("commit invented", where + text("at most tried ", at.attempted));
  }
  if (position > at.next) violations_.add("skipped", where + text("processed up to ", at.next));
  at.owner = member;
  ++figures_.claims;
}

void GroupLedger::release(std::uint64_t member, int partition) {
  const std::lock_guard lock(mutex_);
  Partition& at = partitions_[static_cast<std::size_t>(partition)];
  if (at.owner == member) at.owner = 0;
}

void GroupLedger::process(std::uint64_t member, int partition, std::int64_t offset,
                          std::string_view value) {
  const std::lock_guard lock(mutex_);
  Partition& at = partitions_[static_cast<std::size_t>(partition)];
  if (at.owner != member) {
    ++figures_.late;
  } else if (offset < at.next) {
    ++figures_.rereads;
  } else {
    stream_.take(partition, offset, value);
    at.next = offset + 1;
  }
}

GroupLedger::Attempt GroupLedger::committing(std::uint64_t member, int partition,
                                             std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  Partition& at = partitions_[static_cast<std::size_t>(partition)];
  at.attempted = std::max(at.attempted, offset);
  attempts_.push_back({member, at.owner == member || at.owner == 0});
  return attempts_.size() - 1;
}

void GroupLedger::commit_succeeded(Attempt attempt, int partition, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  Partition& at = partitions_[static_cast<std::size_t>(partition)];
  if (!attempts_[attempt].was_owner) {
    violations_.add("two owners", text("partition ", partition) + text(", commit of ", offset));
  }
  at.committed = std::max(at.committed, offset);
  ++figures_.commits;
}

void GroupLedger::check_final(int partition, std::int64_t committed) {
  const std::lock_guard lock(mutex_);
  const Partition& at = partitions_[static_cast<std::size_t>(partition)];
  const std::string where = text("partition ", partition) + text(": at last ", committed) + ", ";
  if (committed < at.committed) {
    violations_.add("commit lost", where + text("committed ", at.committed));
  }
  if (committed > at.attempted) {
    violations_.add("commit invented", where + text("at most tried ", at.attempted));
  }
}

bool GroupLedger::complete(const Ledger& ledger) const {
  const std::lock_guard lock(mutex_);
  return stream_.count() >= ledger.acknowledged() && stream_.missing(ledger) == 0;
}

Violations GroupLedger::finish(const Ledger& ledger) {
  const std::lock_guard lock(mutex_);
  stream_.finish(ledger);
  Violations all = violations_;
  all.add(stream_.violations());
  return all;
}

GroupLedger::Figures GroupLedger::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures = figures_;
  figures.processed = stream_.count();
  return figures;
}

}  // namespace barnabas::chaos

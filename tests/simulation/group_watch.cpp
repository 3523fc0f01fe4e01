#include "tests/simulation/group_watch.hpp"

#include <algorithm>

namespace barnabas::test {

void GroupWatch::handed_out(const std::string& member, const TopicPartition& partition,
                            std::int64_t offset, std::int64_t index, bool first) {
  const auto [known, is_new] = handed_[partition].try_emplace(offset, index);
  if (!is_new && known->second != index) {
    findings_.add("read-is-kept", member + " was handed another record at " + to_string(partition) +
                                      " offset " + std::to_string(offset) + " than before");
  }
  std::int64_t& end = ends_[partition];
  if (offset > end) {
    findings_.add("no-gaps", member + " was handed " + to_string(partition) + " offset " +
                                 std::to_string(offset) + (first ? " first" : "") +
                                 ", but nobody in " + id_ + " has seen offset " +
                                 std::to_string(end));
  }
  end = std::max(end, offset + 1);
}

void GroupWatch::handed_out_again(const TopicPartition& partition, std::int64_t offset) {
  std::int64_t& end = ends_[partition];
  end = std::max(end, offset + 1);
}

void GroupWatch::note_commit(const TopicPartition& partition, std::int64_t offset, bool lossy) {
  const auto known = in_log_.find(partition);
  if (known != in_log_.end() && offset < known->second) {
    // Whoever commits next may have asked for the group's offsets before a late commit arrived.
    if (!lossy && !may_go_back_to(partition, offset) && !came_late(partition, known->second)) {
      findings_.add("commits-go-forward", id_ + " " + to_string(partition) + " was committed at " +
                                              std::to_string(known->second) + " and then at " +
                                              std::to_string(offset));
    }
    // What was promised before is overtaken; what is promised from here on counts again.
    Returns& returns = returns_[partition];
    if (++returns.in_log > returns.known) {
      returns.known = returns.in_log;
      const auto promise = promised_.find(partition);
      if (promise != promised_.end()) promise->second = std::min(promise->second, offset);
    }
  }
  in_log_[partition] = offset;
}

void GroupWatch::forget_commits() {
  in_log_.clear();
  for (auto& [partition, returns] : returns_) returns.in_log = 0;
}

void GroupWatch::take_commits(bool lossy) {
  for (const auto& [partition, known] : committed_) {
    const auto found = in_log_.find(partition);
    if (!lossy &&
        (found == in_log_.end() || (found->second < known && !came_late(partition, known) &&
                                    !may_go_back_to(partition, found->second)))) {
      findings_.add("commits-go-forward", id_ + " " + to_string(partition) + " was committed at " +
                                              std::to_string(known) + ", which is gone");
    }
  }
  for (const auto& [partition, offset] : in_log_) {
    if (offset > end_of(partition) && !lossy) {
      findings_.add("commits-what-was-read", id_ + " " + to_string(partition) +
                                                 " is committed at " + std::to_string(offset) +
                                                 ", handed out up to " +
                                                 std::to_string(end_of(partition)));
    }
  }
  committed_ = in_log_;
}

void GroupWatch::sought(const TopicPartition& partition, std::int64_t offset) {
  const auto [known, is_new] = sought_.try_emplace(partition, offset);
  if (!is_new) known->second = std::min(known->second, offset);
}

void GroupWatch::expect_late_commit(const std::map<TopicPartition, std::int64_t>& offsets) {
  for (const auto& [partition, offset] : offsets) late_commits_[partition].insert(offset);
}

bool GroupWatch::may_go_back_to(const TopicPartition& partition, std::int64_t offset) const {
  const auto sought = sought_.find(partition);
  if (sought != sought_.end() && offset >= sought->second) return true;
  return came_late(partition, offset);
}

bool GroupWatch::came_late(const TopicPartition& partition, std::int64_t offset) const {
  const auto late = late_commits_.find(partition);
  return late != late_commits_.end() && late->second.contains(offset);
}

void GroupWatch::promised(const TopicPartition& partition, std::int64_t offset) {
  std::int64_t& known = promised_[partition];
  known = std::max(known, offset);
}

void GroupWatch::check_promises() {
  for (const auto& [partition, offset] : promised_) {
    const std::int64_t committed = committed_of(partition);
    if (committed >= offset || may_go_back_to(partition, committed)) continue;
    findings_.add("commits-are-kept", id_ + " " + to_string(partition) + " was committed at " +
                                          std::to_string(offset) + ", the log says " +
                                          std::to_string(committed));
  }
}

void GroupWatch::check_handed_out(const std::map<TopicPartition, std::vector<StoredRecord>>& logs,
                                  const Ledger& ledger) {
  for (const auto& [partition, log] : logs) {
    const auto handed = handed_.find(partition);
    if (handed == handed_.end()) continue;
    for (const StoredRecord& record : log) {
      const auto known = handed->second.find(record.offset);
      if (known == handed->second.end() || !record.value) continue;
      if (ledger.find(*record.value) != known->second) {
        findings_.add("read-is-kept", id_ + " was handed another record at " +
                                          to_string(partition) + " offset " +
                                          std::to_string(record.offset) + " than the log has");
      }
    }
  }
}

void GroupWatch::log_lost(const TopicPartition& partition, std::int64_t end) {
  const auto found = ends_.find(partition);
  if (found != ends_.end()) found->second = std::min(found->second, end);
}

std::int64_t GroupWatch::end_of(const TopicPartition& partition) const {
  const auto found = ends_.find(partition);
  return found == ends_.end() ? 0 : found->second;
}

std::int64_t GroupWatch::committed_of(const TopicPartition& partition) const {
  const auto found = committed_.find(partition);
  return found == committed_.end() ? -1 : found->second;
}

}  // namespace barnabas::test

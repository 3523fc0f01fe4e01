#pragma once

#include "tests/simulation/findings.hpp"
#include "tests/simulation/ledger.hpp"

#include <barnabas/stored_record.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace barnabas::test {

/// What the members of one group have been handed, what they committed, and what they own.
class GroupWatch {
 public:
  GroupWatch(std::string id, Findings& findings) : id_(std::move(id)), findings_(findings) {}

  const std::string& id() const noexcept { return id_; }
  /// A member was handed the ledger's record `index` at `offset`; `first` since it took the
  /// partition over.
  void handed_out(const std::string& member, const TopicPartition& partition, std::int64_t offset,
                  std::int64_t index, bool first);
  /// The same where records may have been lost: nothing is expected.
  void handed_out_again(const TopicPartition& partition, std::int64_t offset);
  /// The coordinator's log has a commit. `lossy`: it may have forgotten earlier ones.
  void note_commit(const TopicPartition& partition, std::int64_t offset, bool lossy);
  /// The log is read from its beginning again.
  void forget_commits();
  /// The log was read to its end.
  void take_commits(bool lossy);
  /// A member was told that this commit is stored.
  void promised(const TopicPartition& partition, std::int64_t offset);
  void check_promises();
  /// A member goes back: its commits may, too, as far.
  void sought(const TopicPartition& partition, std::int64_t offset);
  bool was_sought(const TopicPartition& partition) const { return sought_.contains(partition); }
  /// A commit that its member gave up may be carried out behind later ones; the protocol knows no
  /// order between connections.
  void expect_late_commit(const std::map<TopicPartition, std::int64_t>& offsets);
  /// What was handed out is what the logs have.
  void check_handed_out(const std::map<TopicPartition, std::vector<StoredRecord>>& logs,
                        const Ledger& ledger);
  /// Records behind `end` were lost with the log, so they may come again, different.
  void log_lost(const TopicPartition& partition, std::int64_t end);

  /// Where the group's records end, without a gap.
  std::int64_t end_of(const TopicPartition& partition) const;
  std::int64_t committed_of(const TopicPartition& partition) const;
  const std::map<TopicPartition, std::int64_t>& committed() const noexcept { return committed_; }

  /// Whether the group may have gone back to `offset`.
  bool may_go_back_to(const TopicPartition& partition, std::int64_t offset) const;
  /// Whether it is what a commit says whose connection its member gave up.
  bool came_late(const TopicPartition& partition, std::int64_t offset) const;

 private:
  /// How often commits went back.
  struct Returns {
    int in_log = 0;  ///< As far as the log has been read.
    int known = 0;
  };

  std::string id_;
  Findings& findings_;
  std::map<TopicPartition, std::int64_t> ends_;
  std::map<TopicPartition, std::int64_t> committed_;
  std::map<TopicPartition, std::int64_t> in_log_;
  std::map<TopicPartition, std::int64_t> promised_;
  std::map<TopicPartition, std::map<std::int64_t, std::int64_t>> handed_;  // offset to index
  std::map<TopicPartition, Returns> returns_;
  std::map<TopicPartition, std::int64_t> sought_;  // the lowest
  std::map<TopicPartition, std::set<std::int64_t>> late_commits_;
};

}  // namespace barnabas::test

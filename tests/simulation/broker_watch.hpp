#pragma once

#include "simulation/src/broker_machine.hpp"
#include "tests/simulation/findings.hpp"
#include "tests/simulation/group_watch.hpp"

#include <barnabas/stored_record.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace barnabas::test {

/// Looks into the broker from time to time: what it promised to keep does not go back.
class BrokerWatch {
 public:
  using Groups = std::vector<std::unique_ptr<GroupWatch>>;
  using Logs = std::map<TopicPartition, std::vector<StoredRecord>>;
  using LogBytes = std::map<TopicPartition, std::string>;

  BrokerWatch(simulation::BrokerMachine& broker, Findings& findings, const Groups& groups)
      : broker_(broker), findings_(findings), groups_(groups) {}

  void look();
  /// Brings what the groups are known to have committed up to date.
  void look_at_commits();
  /// From now on acknowledged data may be missing.
  void set_lossy() noexcept { lossy_ = true; }
  bool lossy() const noexcept { return lossy_; }
  /// Whether the disk has failed reads, so that a starting broker may have given up a log until it
  /// is started again.
  void set_may_be_offline(bool may) noexcept { may_be_offline_ = may; }
  bool may_be_offline() const noexcept { return may_be_offline_; }
  /// Whether the last look found such a log.
  bool has_offline() const noexcept { return has_offline_; }

  /// Everything in the logs of the topics that clients use. Requires: it serves.
  Logs logs();
  /// The same as it is stored, batches one behind the other.
  LogBytes log_bytes();

 private:
  /// What `read` makes of each of these logs.
  template <class Content>
  std::map<TopicPartition, Content> read_logs(
      Result<Content> (*read)(broker::storage::PartitionLog& log));
  void follow_offsets();
  bool follow_offsets(broker::storage::PartitionLog& log, std::int64_t& from);

  simulation::BrokerMachine& broker_;
  Findings& findings_;
  const Groups& groups_;
  bool lossy_ = false;
  bool may_be_offline_ = false;
  bool has_offline_ = false;
  std::map<TopicPartition, std::int64_t> high_watermarks_;
  std::uint64_t boot_ = 0;  ///< Of the process whose log was followed so far.
  std::map<TopicPartition, std::int64_t> followed_;
};

}  // namespace barnabas::test

#pragma once

#include "broker/src/core/group/coordinator_log.hpp"
#include "broker/src/core/group/coordinator_places.hpp"
#include "broker/src/core/group/group_coordinator.hpp"
#include "broker/src/core/storage/log_manager.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/core/wait/commit_waits.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// The topic that keeps groups and their offsets.
inline constexpr std::string_view offsets_topic_name = "__consumer_offsets";

/// Keeps the group coordinator's records in `__consumer_offsets`, which is made with the first one.
/// Thread-safety: none.
class OffsetsTopic final : public CoordinatorLog {
 public:
  /// Lifetime: all arguments outlive this object. `clock` tells the time of the event under way.
  OffsetsTopic(TopicRegistry& topics, storage::LogManager& logs, CommitWaits& waits,
               CoordinatorPlaces& places, std::function<Now()> clock);

  void append(std::string_view group_id, std::vector<CoordinatorRecord> records,
              Done done) override;

  /// Feeds everything that the topic holds to `coordinator`, partition by partition. Groups whose
  /// partition is offline get no coordinator.
  /// Errors: corrupt_message, decompression_failed, malformed_message, kafka_storage_error. The
  /// coordinator is not fit for use then.
  Result<void> replay(GroupCoordinator& coordinator);

 private:
  Result<void> replay_partition(storage::PartitionLog& log, GroupCoordinator& coordinator);

  TopicRegistry& topics_;
  storage::LogManager& logs_;
  CommitWaits& waits_;
  CoordinatorPlaces& places_;
  std::function<Now()> clock_;
};

}  // namespace barnabas::broker

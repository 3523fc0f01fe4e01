#pragma once

#include "broker/src/core/cluster/cluster.hpp"
#include "broker/src/core/topic/topic.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// A topic to be made.
struct TopicRequest {
  std::string name;
  std::int32_t partitions = -1;          ///< -1: num.partitions.
  std::int16_t replication_factor = -1;  ///< -1: default.replication.factor.
  storage::TopicProperties properties;
  std::vector<NodeId> leaders;  ///< By partition; what is missing is dealt out.
};

/// What happens to topics, for those whose own state depends on it.
class TopicListener {
 public:
  virtual ~TopicListener() = default;
  /// The topic is not to be found any more; its logs exist until this returns.
  virtual void topic_deleted(const Now& now, const Topic& topic) = 0;
  /// Another node leads the partition now, in a new epoch.
  virtual void leader_moved(const Now& now, const Topic& topic, std::int32_t partition) = 0;
};

/// All topics, by name and by id, with their leaders. What is to survive a restart is kept by the
/// LogManager; leaders are dealt out anew.
/// Thread-safety: none.
class TopicRegistry {
 public:
  /// Lifetime: all arguments outlive the registry.
  TopicRegistry(const BrokerSettings& settings, const Cluster& cluster, storage::LogManager& logs,
                TopicListener& listener, std::uint64_t seed);

  /// Takes over what the LogManager found. Call it once, after LogManager::open.
  void load();

  const std::map<std::string, Topic, std::less<>>& all() const noexcept { return topics_; }
  /// Null when there is none.
  const Topic* find(std::string_view name) const;
  const Topic* find(const Uuid& id) const;

  /// The request with its defaults filled in, if `create` would do it.
  /// Errors: as of `create`, but for kafka_storage_error.
  Result<TopicRequest> check(TopicRequest request) const;
  /// Errors: invalid_topic_exception, topic_already_exists, invalid_partitions,
  /// invalid_replication_factor, invalid_config, kafka_storage_error.
  Result<const Topic*> create(const Now& now, TopicRequest request);
  /// The topic, made with the broker's defaults if need be. Internal topics have settings of their
  /// own. Errors: as of `create`.
  Result<const Topic*> find_or_create(const Now& now, std::string_view name);
  /// Errors: unknown_topic_or_partition, topic_deletion_disabled, invalid_request for an internal
  /// topic, kafka_storage_error.
  Result<void> remove(const Now& now, std::string_view name);
  /// Errors: unknown_topic_or_partition, invalid_partitions, kafka_storage_error.
  Result<void> check_partitions(std::string_view name, std::int32_t count) const;
  /// `leaders` are those of the added partitions; what is missing is dealt out.
  Result<void> add_partitions(const Now& now, std::string_view name, std::int32_t count,
                              std::vector<NodeId> leaders = {});
  /// Replaces what was set for the topic.
  /// Errors: unknown_topic_or_partition, invalid_config, kafka_storage_error.
  Result<void> check_properties(std::string_view name,
                                const storage::TopicProperties& properties) const;
  Result<void> set_properties(const Now& now, std::string_view name,
                              storage::TopicProperties properties);

  /// Makes `node` the leader, in a new epoch even when it was already, but for a broker that takes
  /// no appends yet (LogManager::takes_appends). Errors: unknown_topic_or_partition,
  /// broker_not_available for a node that does not run.
  Result<void> move_leader(const Now& now, const TopicPartition& partition, NodeId node);
  /// Moves everything that stopped nodes lead to running ones, if there are any.
  void leave_stopped_nodes(const Now& now);

 private:
  using Topics = std::map<std::string, Topic, std::less<>>;

  Topic& adopt(const storage::StoredTopic& stored, const std::vector<NodeId>& leaders);
  void adopt_partitions(Topic& topic, std::int32_t count, const std::vector<NodeId>& leaders);
  void lead(const Now& now, Topic& topic, std::int32_t partition, NodeId node);
  Topic* find_mutable(std::string_view name);

  const BrokerSettings& settings_;
  const Cluster& cluster_;
  storage::LogManager& logs_;
  TopicListener& listener_;
  Random random_;
  TopicConfig defaults_;
  Topics topics_;
  std::map<Uuid, const Topic*> by_id_;  // map nodes of topics_ do not move
};

}  // namespace barnabas::broker

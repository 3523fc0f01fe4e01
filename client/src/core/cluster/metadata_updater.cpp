#include "client/src/core/cluster/metadata_updater.hpp"

#include "protocol/messages/metadata.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

using Response = protocol::MetadataResponse;
using ResponseTopic = Response::MetadataResponseTopic;
using ResponsePartition = Response::MetadataResponsePartition;

// Partitions come numbered from 0 without gaps. A few gaps are tolerated; an index far beyond the
// number of partitions that were sent is not worth the memory.
std::int32_t index_limit(std::size_t partitions) {
  return static_cast<std::int32_t>(std::min<std::size_t>(partitions, 1'000'000)) * 2 + 1000;
}

PartitionMetadata to_partition(const ResponsePartition& from) {
  PartitionMetadata to;
  to.error = from.error_code;
  to.leader = from.leader_id;
  to.leader_epoch = from.leader_epoch;
  to.replicas = from.replica_nodes;
  to.in_sync_replicas = from.isr_nodes;
  to.offline_replicas = from.offline_replicas;
  if (to.error == ErrorCode::none && to.leader < 0) to.error = ErrorCode::leader_not_available;
  return to;
}

bool is_older(std::int32_t epoch, std::int32_t known) { return epoch >= 0 && epoch < known; }

bool was_recreated(const TopicMetadata& known, const ResponseTopic& news) {
  return !news.topic_id.is_zero() && !known.id.is_zero() && news.topic_id != known.id;
}

// The partitions of `news` over those that are known already.
void take_partitions(TopicMetadata& topic, const ResponseTopic& news) {
  const std::int32_t limit = index_limit(news.partitions.size());
  std::int32_t count = 0;
  for (const ResponsePartition& partition : news.partitions) {
    count = std::max(count, std::min(partition.partition_index, limit - 1) + 1);
  }
  // Partitions are never taken away from a topic; without an id fewer of them mean a new topic.
  auto size = static_cast<std::size_t>(count);
  if (!topic.id.is_zero()) size = std::max(size, topic.partitions.size());
  PartitionMetadata unknown;
  unknown.error = ErrorCode::leader_not_available;
  topic.partitions.resize(size, unknown);
  for (const ResponsePartition& partition : news.partitions) {
    if (partition.partition_index < 0 || partition.partition_index >= limit) continue;
    PartitionMetadata& known =
        topic.partitions[static_cast<std::size_t>(partition.partition_index)];
    if (is_older(partition.leader_epoch, known.leader_epoch)) continue;
    known = to_partition(partition);
  }
}

void take_topic(TopicMetadata& topic, const ResponseTopic& news) {
  if (news.error_code != ErrorCode::none) {
    topic.error = news.error_code;
    ++topic.failed_refreshes;
    return;
  }
  if (was_recreated(topic, news)) topic.partitions.clear();
  topic.id = news.topic_id;
  topic.internal = news.is_internal;
  topic.error = ErrorCode::none;
  topic.failed_refreshes = 0;
  take_partitions(topic, news);
}

}  // namespace

void MetadataUpdater::apply(const Response& response, const TopicNames& asked,
                            const TopicNames& kept, bool complete) {
  ++metadata_.generation_;
  metadata_.brokers_.clear();
  for (const auto& broker : response.brokers) {
    if (broker.port < 1 || broker.port > 65535) continue;
    BrokerMetadata& known = metadata_.brokers_[broker.node_id];
    known.id = broker.node_id;
    known.address = {std::string(broker.host), static_cast<std::uint16_t>(broker.port)};
    if (broker.rack) known.rack = std::string(*broker.rack);
  }
  metadata_.controller_ = response.controller_id;
  if (response.cluster_id) metadata_.cluster_id_ = *response.cluster_id;

  TopicNames described;
  take_topics(response, described);
  for (const std::string& name : asked) {
    if (described.contains(name)) continue;
    TopicMetadata& topic = metadata_.topics_[name];
    topic.name = name;
    topic.error = ErrorCode::unknown_topic_or_partition;
    ++topic.failed_refreshes;
  }
  if (!complete) return;
  for (auto next = metadata_.topics_.begin(); next != metadata_.topics_.end();) {
    const std::string name = (next++)->first;
    if (!described.contains(name) && !kept.contains(name)) forget(name);
  }
}

void MetadataUpdater::take_topics(const Response& response, TopicNames& described) {
  for (const ResponseTopic& news : response.topics) {
    if (!news.name) continue;
    const std::string name(*news.name);
    described.insert(name);
    TopicMetadata& topic = metadata_.topics_[name];
    topic.name = name;
    const Uuid before = topic.id;
    take_topic(topic, news);
    if (topic.id == before) continue;
    metadata_.names_.erase(before);
    if (!topic.id.is_zero()) metadata_.names_[topic.id] = name;
  }
}

void MetadataUpdater::forget(const std::string& name) {
  const auto topic = metadata_.topics_.find(name);
  metadata_.names_.erase(topic->second.id);
  metadata_.topics_.erase(topic);
}

bool MetadataUpdater::apply_leader(std::string_view topic_name, std::int32_t partition,
                                   NodeId leader, std::int32_t leader_epoch) {
  const auto topic = metadata_.topics_.find(topic_name);
  const auto index = static_cast<std::size_t>(partition);
  if (topic == metadata_.topics_.end() || partition < 0 ||
      index >= topic->second.partitions.size()) {
    return false;
  }
  PartitionMetadata& known = topic->second.partitions[index];
  if (leader < 0 || leader_epoch <= known.leader_epoch) return false;
  known.leader = leader;
  known.leader_epoch = leader_epoch;
  known.error = ErrorCode::none;
  ++metadata_.generation_;
  return true;
}

void MetadataUpdater::apply_broker(const BrokerMetadata& broker) {
  BrokerMetadata& known = metadata_.brokers_[broker.id];
  if (known == broker) return;
  std::optional<std::string> rack = broker.rack ? broker.rack : known.rack;
  known = broker;
  known.rack = std::move(rack);
  ++metadata_.generation_;
}

void MetadataUpdater::forget_brokers() {
  metadata_.brokers_.clear();
  metadata_.controller_ = no_node;
  ++metadata_.generation_;
}

}  // namespace barnabas::client

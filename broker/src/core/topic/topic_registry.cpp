#include "broker/src/core/topic/topic_registry.hpp"

#include "broker/src/core/topic/topic_name.hpp"

#include <utility>

namespace barnabas::broker {
namespace {

Error unknown_topic(std::string_view name) {
  return {ErrorCode::unknown_topic_or_partition,
          "the topic \"" + std::string(name) + "\" does not exist"};
}

// The same topic starts on the same node in every run; different topics start on different ones.
std::size_t first_ordinal(std::string_view name) {
  std::size_t hash = 5381;
  for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash % 1000003;
}

// As Kafka sets up its own topics.
storage::TopicProperties properties_of_internal_topic() {
  return {{"cleanup.policy", "compact"},
          {"compression.type", "producer"},
          {"segment.bytes", "104857600"}};
}

}  // namespace

TopicRegistry::TopicRegistry(const BrokerSettings& settings, const Cluster& cluster,
                             storage::LogManager& logs, TopicListener& listener, std::uint64_t seed)
    : settings_(settings),
      cluster_(cluster),
      logs_(logs),
      listener_(listener),
      random_(seed),
      defaults_(default_topic_config(settings)) {}

void TopicRegistry::load() {
  for (const storage::StoredTopic* stored : logs_.topics()) adopt(*stored, {});
}

Topic& TopicRegistry::adopt(const storage::StoredTopic& stored,
                            const std::vector<NodeId>& leaders) {
  Topic& topic = topics_[stored.name];
  topic.name = stored.name;
  topic.id = stored.id;
  topic.internal = is_internal_topic(stored.name);
  topic.properties = stored.properties;
  // The LogManager has accepted them, so they are valid; defaults stand in if a newer rule
  // disagrees.
  topic.config = apply_topic_properties(defaults_, stored.properties).value_or(defaults_);
  by_id_[topic.id] = &topic;
  adopt_partitions(topic, stored.partitions, leaders);
  return topic;
}

void TopicRegistry::adopt_partitions(Topic& topic, std::int32_t count,
                                     const std::vector<NodeId>& leaders) {
  const std::size_t first = first_ordinal(topic.name);
  const std::size_t known = topic.partitions.size();
  for (std::size_t i = known; i < static_cast<std::size_t>(count); ++i) {
    const bool chosen = i - known < leaders.size() && cluster_.is_running(leaders[i - known]);
    const NodeId leader = chosen ? leaders[i - known] : cluster_.spread(first + i);
    topic.partitions.push_back({logs_.log(topic.name, static_cast<std::int32_t>(i)), leader});
  }
}

const Topic* TopicRegistry::find(std::string_view name) const {
  const auto topic = topics_.find(name);
  return topic == topics_.end() ? nullptr : &topic->second;
}

Topic* TopicRegistry::find_mutable(std::string_view name) {
  const auto topic = topics_.find(name);
  return topic == topics_.end() ? nullptr : &topic->second;
}

const Topic* TopicRegistry::find(const Uuid& id) const {
  const auto topic = by_id_.find(id);
  return topic == by_id_.end() ? nullptr : topic->second;
}

Result<TopicRequest> TopicRegistry::check(TopicRequest request) const {
  if (const Result<void> valid = validate_topic_name(request.name); !valid) return valid.error();
  if (request.name == "__cluster_metadata") {
    return Error(ErrorCode::invalid_request, "\"__cluster_metadata\" is a name that Kafka keeps");
  }
  if (find(request.name)) {
    return Error(ErrorCode::topic_already_exists, "the topic \"" + request.name + "\" exists");
  }
  for (const auto& [name, topic] : topics_) {
    if (!topic_names_collide(name, request.name)) continue;
    return Error(ErrorCode::invalid_topic_exception,
                 "the topic name \"" + request.name + "\" collides with \"" + name +
                     "\": '.' and '_' are not told apart in metrics");
  }
  if (request.partitions == -1) request.partitions = settings_.topics.partitions;
  if (request.partitions < 1 || request.partitions > settings_.topics.max_partitions) {
    return Error(ErrorCode::invalid_partitions,
                 "a topic has 1 to " + std::to_string(settings_.topics.max_partitions) +
                     " partitions, not " + std::to_string(request.partitions));
  }
  if (request.replication_factor == -1) {
    request.replication_factor = settings_.topics.replication_factor;
  }
  const auto nodes = static_cast<std::int16_t>(cluster_.nodes().size());
  if (request.replication_factor < 1 || request.replication_factor > nodes) {
    return Error(ErrorCode::invalid_replication_factor,
                 "replication factor " + std::to_string(request.replication_factor) +
                     " needs as many brokers; there are " + std::to_string(nodes));
  }
  const auto config = broker::apply_topic_properties(defaults_, request.properties);
  if (!config) return config.error();
  return request;
}

Result<const Topic*> TopicRegistry::create(const Now& now, TopicRequest request) {
  Result<TopicRequest> checked = check(std::move(request));
  if (!checked) return checked.error();
  storage::StoredTopic stored{checked->name, random_.uuid(), checked->partitions,
                              std::move(checked->properties)};
  if (const Result<void> created = logs_.create_topic(now, stored); !created) {
    return created.error();
  }
  return &adopt(stored, checked->leaders);
}

Result<const Topic*> TopicRegistry::find_or_create(const Now& now, std::string_view name) {
  if (const Topic* topic = find(name)) return topic;
  TopicRequest request;
  request.name = name;
  if (is_internal_topic(name)) {
    request.partitions = settings_.topics.offsets_partitions;
    request.properties = properties_of_internal_topic();
  }
  return create(now, std::move(request));
}

Result<void> TopicRegistry::remove(const Now& now, std::string_view name) {
  const auto topic = topics_.find(name);
  if (topic == topics_.end()) return unknown_topic(name);
  if (!settings_.topics.deletable) {
    return Error(ErrorCode::topic_deletion_disabled, "delete.topic.enable is false");
  }
  if (topic->second.internal) {
    return Error(ErrorCode::invalid_request,
                 "the topic \"" + std::string(name) + "\" belongs to the broker");
  }
  // Whoever is told of it must not find the topic any more, but may still look at its logs.
  by_id_.erase(topic->second.id);
  Topics::node_type removed = topics_.extract(topic);
  listener_.topic_deleted(now, removed.mapped());
  const Result<void> deleted = logs_.delete_topic(now, name);
  if (!deleted) {
    const Topic& kept = topics_.insert(std::move(removed)).position->second;
    by_id_[kept.id] = &kept;
  }
  return deleted;
}

Result<void> TopicRegistry::check_partitions(std::string_view name, std::int32_t count) const {
  const Topic* topic = find(name);
  if (!topic) return unknown_topic(name);
  const auto current = static_cast<std::int32_t>(topic->partitions.size());
  if (count == current) {
    return Error(ErrorCode::invalid_partitions,
                 "the topic already has " + std::to_string(count) + " partition(s)");
  }
  if (count < current) {
    return Error(ErrorCode::invalid_partitions, "the topic has " + std::to_string(current) +
                                                    " partition(s); their number can only grow");
  }
  if (count > settings_.topics.max_partitions) {
    return Error(
        ErrorCode::invalid_partitions,
        "a topic has at most " + std::to_string(settings_.topics.max_partitions) + " partitions");
  }
  return {};
}

Result<void> TopicRegistry::add_partitions(const Now& now, std::string_view name,
                                           std::int32_t count, std::vector<NodeId> leaders) {
  if (const Result<void> possible = check_partitions(name, count); !possible) return possible;
  if (const Result<void> added = logs_.add_partitions(now, name, count); !added) return added;
  adopt_partitions(*find_mutable(name), count, leaders);
  return {};
}

Result<void> TopicRegistry::check_properties(std::string_view name,
                                             const storage::TopicProperties& properties) const {
  if (!find(name)) return unknown_topic(name);
  const auto config = broker::apply_topic_properties(defaults_, properties);
  if (!config) return config.error();
  return {};
}

Result<void> TopicRegistry::set_properties(const Now& now, std::string_view name,
                                           storage::TopicProperties properties) {
  Topic* topic = find_mutable(name);
  if (!topic) return unknown_topic(name);
  const auto config = broker::apply_topic_properties(defaults_, properties);
  if (!config) return config.error();
  if (const Result<void> stored = logs_.set_topic_properties(now, name, properties); !stored) {
    return stored;
  }
  topic->properties = std::move(properties);
  topic->config = *config;
  return {};
}

Result<void> TopicRegistry::move_leader(const Now& now, const TopicPartition& partition,
                                        NodeId node) {
  Topic* topic = find_mutable(partition.topic);
  if (!topic || !topic->find(partition.partition)) {
    return Error(ErrorCode::unknown_topic_or_partition, to_string(partition) + " does not exist");
  }
  if (!cluster_.is_running(node)) {
    return Error(ErrorCode::broker_not_available,
                 "there is no running node " + std::to_string(node));
  }
  lead(now, *topic, partition.partition, node);
  return {};
}

void TopicRegistry::leave_stopped_nodes(const Now& now) {
  if (cluster_.controller() == no_node) return;
  for (auto& [name, topic] : topics_) {
    const std::size_t first = first_ordinal(name);
    for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
      if (cluster_.is_running(topic.partitions[i].leader)) continue;
      lead(now, topic, static_cast<std::int32_t>(i), cluster_.spread(first + i));
    }
  }
}

void TopicRegistry::lead(const Now& now, Topic& topic, std::int32_t partition, NodeId node) {
  Partition& moved = topic.partitions[static_cast<std::size_t>(partition)];
  // While nothing is appended one epoch is enough. It is not durable either, so that the next start
  // may begin with the same, and clients do not believe in an epoch below one that they were told.
  if (logs_.takes_appends()) {
    // A disk that refuses the new epoch takes the log offline; the leader moves all the same, and
    // clients learn of the failure from the log.
    const Result<void> started = moved.log->start_leader_epoch(now, moved.log->leader_epoch() + 1);
    static_cast<void>(started);
  }
  moved.leader = node;
  listener_.leader_moved(now, topic, partition);
}

}  // namespace barnabas::broker

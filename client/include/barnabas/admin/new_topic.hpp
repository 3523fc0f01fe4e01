#pragma once

#include <barnabas/uuid.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas {

/// A topic to be created: `NewTopic("orders").partitions(12).config("retention.ms", "86400000")`.
/// Thread-safety: a value.
class NewTopic {
 public:
  using ReplicaAssignment = std::vector<std::vector<std::int32_t>>;

  explicit NewTopic(std::string name) : name_(std::move(name)) {}

  /// At least 1. Default: as the broker is configured (num.partitions).
  NewTopic& partitions(std::int32_t count) { return partitions_ = count, *this; }
  /// At least 1. Default: as the broker is configured (default.replication.factor).
  NewTopic& replication_factor(std::int16_t factor) { return replication_factor_ = factor, *this; }
  /// The brokers of each partition, the preferred leader first, instead of the two numbers.
  NewTopic& replicas(ReplicaAssignment assignment) {
    return replicas_ = std::move(assignment), *this;
  }
  /// A setting of the topic, by Kafka's name.
  NewTopic& config(std::string_view key, std::string_view value) {
    return config_.emplace_back(key, value), *this;
  }

  const std::string& name() const noexcept { return name_; }
  /// -1: as the broker is configured.
  std::int32_t partitions() const noexcept { return partitions_; }
  std::int16_t replication_factor() const noexcept { return replication_factor_; }
  const ReplicaAssignment& replicas() const noexcept { return replicas_; }
  const std::vector<std::pair<std::string, std::string>>& config() const noexcept {
    return config_;
  }

 private:
  std::string name_;
  std::int32_t partitions_ = -1;
  std::int16_t replication_factor_ = -1;
  ReplicaAssignment replicas_;
  std::vector<std::pair<std::string, std::string>> config_;
};

/// A topic as it was created.
struct CreatedTopic {
  Uuid id;                       ///< Zero when the broker is too old to tell.
  std::int32_t partitions = -1;  ///< -1: likewise.
  std::int16_t replication_factor = -1;

  CreatedTopic() = default;
};

/// More partitions for a topic that exists. Records keep their places; keys may map to other
/// partitions from then on.
class NewPartitions {
 public:
  /// `total`: how many partitions the topic shall have, more than now.
  NewPartitions(std::string topic, std::int32_t total) : topic_(std::move(topic)), total_(total) {}

  /// The brokers of each new partition, the preferred leader first. Default: the broker chooses.
  NewPartitions& replicas(NewTopic::ReplicaAssignment assignment) {
    return replicas_ = std::move(assignment), *this;
  }

  const std::string& topic() const noexcept { return topic_; }
  std::int32_t total() const noexcept { return total_; }
  const NewTopic::ReplicaAssignment& replicas() const noexcept { return replicas_; }

 private:
  std::string topic_;
  std::int32_t total_;
  NewTopic::ReplicaAssignment replicas_;
};

}  // namespace barnabas

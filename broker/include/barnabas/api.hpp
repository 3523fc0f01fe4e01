#pragma once

#include <cstdint>

namespace barnabas {

/// The kinds of requests that the broker serves, with their numbers on the wire and Kafka's names.
enum class Api : std::int16_t {
  any = -1,  ///< In filters: every kind.
  Produce = 0,
  Fetch = 1,
  ListOffsets = 2,
  Metadata = 3,
  OffsetCommit = 8,
  OffsetFetch = 9,
  FindCoordinator = 10,
  JoinGroup = 11,
  Heartbeat = 12,
  LeaveGroup = 13,
  SyncGroup = 14,
  DescribeGroups = 15,
  ListGroups = 16,
  ApiVersions = 18,
  CreateTopics = 19,
  DeleteTopics = 20,
  DeleteRecords = 21,
  InitProducerId = 22,
  OffsetForLeaderEpoch = 23,
  DescribeConfigs = 32,
  AlterConfigs = 33,
  CreatePartitions = 37,
  DeleteGroups = 42,
  IncrementalAlterConfigs = 44,
  OffsetDelete = 47,
  DescribeCluster = 60,
  DescribeTopicPartitions = 75,
};

}  // namespace barnabas

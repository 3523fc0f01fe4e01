#pragma once

#include <barnabas/result.hpp>
#include <barnabas/uuid.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace barnabas::broker::storage {

/// meta.properties: what a data folder is. Kafka's own keys, and ours behind "barnabas.".
struct FolderMeta {
  static constexpr std::int32_t current_format = 1;

  Uuid cluster_id;           ///< cluster.id
  Uuid directory_id;         ///< directory.id
  std::int32_t node_id = 1;  ///< node.id
  /// barnabas.format: of our own files; 0 in a folder of Apache Kafka.
  std::int32_t format = 0;
  /// barnabas.leader.epoch.floor: logs that were not closed cleanly go on with this epoch. It grows
  /// at each such start, and is durable before anything is appended, so that no epoch is ever used
  /// for two different ends of a log.
  std::int32_t epoch_floor = 0;

  bool operator==(const FolderMeta&) const = default;
};

std::string encode_folder_meta(const FolderMeta& meta);
/// Errors: malformed_message, data_from_newer_version.
Result<FolderMeta> decode_folder_meta(std::string_view text);

/// partition.metadata: the id of the topic that a partition's folder belongs to.
std::string encode_partition_metadata(const Uuid& topic_id);
/// Errors: malformed_message.
Result<Uuid> decode_partition_metadata(std::string_view text);

}  // namespace barnabas::broker::storage

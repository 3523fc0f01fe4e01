#pragma once

#include <barnabas/topic_partition.hpp>
#include <barnabas/uuid.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Names of files and folders, as Apache Kafka chooses them.

namespace barnabas::broker::storage {

namespace suffix {
inline constexpr std::string_view log = ".log";
inline constexpr std::string_view index = ".index";
inline constexpr std::string_view time_index = ".timeindex";
inline constexpr std::string_view transaction_index = ".txnindex";
inline constexpr std::string_view snapshot = ".snapshot";
/// Added to the above: to be removed, being written by compaction, complete and about to replace.
inline constexpr std::string_view deleted = ".deleted";
inline constexpr std::string_view cleaned = ".cleaned";
inline constexpr std::string_view swap = ".swap";
/// Added while a small file is being replaced.
inline constexpr std::string_view temporary = ".tmp";
}  // namespace suffix

namespace file_name {
inline constexpr std::string_view lock = ".lock";
inline constexpr std::string_view clean_shutdown = ".kafka_cleanshutdown";
inline constexpr std::string_view meta = "meta.properties";
inline constexpr std::string_view recovery_points = "recovery-point-offset-checkpoint";
inline constexpr std::string_view log_starts = "log-start-offset-checkpoint";
inline constexpr std::string_view high_watermarks = "replication-offset-checkpoint";
inline constexpr std::string_view topics = "barnabas-topics";
inline constexpr std::string_view producer_ids = "barnabas-producer-ids";
inline constexpr std::string_view leader_epochs = "leader-epoch-checkpoint";
inline constexpr std::string_view partition_metadata = "partition.metadata";
}  // namespace file_name

/// "00000000000000000042.log".
std::string segment_file(std::int64_t base_offset, std::string_view suffix);

struct SegmentFileName {
  std::int64_t base_offset = 0;
  std::string suffix;  ///< ".log", ".index.swap"
};
/// Nothing when `name` is not 20 digits and a suffix.
std::optional<SegmentFileName> parse_segment_file(std::string_view name);

/// "orders-3".
std::string partition_folder(const TopicPartition& partition);
/// The same for a partition under removal: "orders-3.<topic id in hex>-delete", with the topic
/// shortened where the name would be longer than file systems allow.
std::string deleted_folder(const TopicPartition& partition, const Uuid& topic_id);
/// Nothing when `name` is not a topic, a '-' and a number.
std::optional<TopicPartition> parse_partition_folder(std::string_view name);
/// The partition's number. Nothing when `name` is not one that deleted_folder gives.
std::optional<std::int32_t> parse_deleted_folder(std::string_view name);

/// `folder/name`.
std::string path_in(std::string_view folder, std::string_view name);

}  // namespace barnabas::broker::storage

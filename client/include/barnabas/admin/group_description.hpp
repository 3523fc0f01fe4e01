#pragma once

#include <barnabas/error.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas {

struct GroupListing {
  std::string id;
  std::string protocol_type;  ///< "consumer" for consumer groups, empty for simple ones.
  std::string state;          ///< "Stable", "Empty" and so on; empty when the broker is too old.
  std::string type;           ///< "classic", "consumer", "share"; empty when the broker is too old.

  GroupListing() = default;
};

/// The groups of a cluster. Each broker knows its own, so the list may be incomplete.
struct GroupListings {
  std::vector<GroupListing> groups;  ///< By id.
  /// Brokers that could not be asked, by id, and why; their groups are missing.
  std::vector<std::pair<std::int32_t, Error>> missing;

  GroupListings() = default;
};

struct GroupMember {
  std::string id;
  std::optional<std::string> instance_id;  ///< Of a static member.
  std::string client_id;
  std::string host;
  std::vector<TopicPartition> assignment;  ///< Empty while the group rebalances.

  GroupMember() = default;
};

struct GroupDescription {
  std::string id;
  std::string state;  ///< "Stable", "Empty", "PreparingRebalance", "CompletingRebalance", "Dead".
  std::string protocol_type;
  std::string assignor;
  std::int32_t coordinator = -1;
  std::vector<GroupMember> members;

  GroupDescription() = default;
};

/// How far a group is behind in one partition.
struct PartitionLag {
  std::int64_t committed = 0;  ///< Where the group goes on.
  std::int64_t end = 0;        ///< The offset of the next record to be written.

  PartitionLag() = default;
  PartitionLag(std::int64_t committed_offset, std::int64_t end_offset)
      : committed(committed_offset), end(end_offset) {}

  /// Records that the group has yet to read; compaction may have removed some of them.
  std::int64_t lag() const noexcept { return end > committed ? end - committed : 0; }
};

}  // namespace barnabas

#pragma once

#include "client/src/core/consumer/assignors/assignor.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

// The payloads that members and leader of a classic group of type "consumer" exchange through the
// coordinator, which does not look into them. They come from other clients: nothing in them is
// trusted.

namespace barnabas::client {

using Bytes = std::vector<std::byte>;

inline constexpr std::string_view consumer_protocol_type = "consumer";

/// What a member tells its leader, apart from the assignor's own data.
struct MemberSubscription {
  std::vector<std::string> topics;    ///< In order.
  std::vector<TopicPartition> owned;  ///< In order. What the member reads and has not given up.
  std::int32_t generation = -1;       ///< In which it got them.
  std::string rack;                   ///< Empty: unknown.
  /// What the sticky assignor gave the member last, although it has been given up (eager).
  std::vector<TopicPartition> last_assignment;
  std::int32_t last_generation = -1;
};

/// The metadata for one assignor in JoinGroup.
Bytes encode_subscription(const MemberSubscription& subscription, Assignor assignor);
/// A member as `assignor` wants to see it: with what it owned taken from the assignor's data where
/// that is its way. Errors: malformed_message.
Result<GroupMember> decode_subscription(BytesView metadata, Assignor assignor);

/// The assignment of one member in SyncGroup. Requires: partitions in order.
Bytes encode_assignment(std::span<const TopicPartition> partitions);
/// In order, without repetitions. Errors: malformed_message.
Result<std::vector<TopicPartition>> decode_assignment(BytesView assignment);

}  // namespace barnabas::client

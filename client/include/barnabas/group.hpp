#pragma once

#include <optional>
#include <string>
#include <utility>

namespace barnabas {

/// The consumer group that a consumer joins: its members share the partitions of the topics that
/// they subscribe to, and each partition is read by one member at a time.
/// Thread-safety: a value.
class Group {
 public:
  /// group.id: not empty.
  explicit Group(std::string id) : id_(std::move(id)) {}

  /// group.instance.id: makes the member static (KIP-345). A consumer that comes back with the same
  /// instance id within the session timeout gets its partitions back without a rebalance; closing
  /// does not leave the group. Two live consumers must not share one: the older one is fenced.
  Group& instance_id(std::string id) & { return instance_id_ = std::move(id), *this; }
  Group&& instance_id(std::string id) && { return std::move(instance_id(std::move(id))); }

  const std::string& id() const noexcept { return id_; }
  const std::optional<std::string>& instance_id() const noexcept { return instance_id_; }

 private:
  std::string id_;
  std::optional<std::string> instance_id_;
};

/// What becomes of a member's place in the group when its consumer closes (KIP-1092).
enum class GroupExit {
  by_default,  ///< Dynamic members leave, static ones stay (see leave_group_on_close).
  leave,       ///< The others take the partitions over at once.
  stay,        ///< The partitions wait for the session timeout, or for a static member's return.
};

}  // namespace barnabas

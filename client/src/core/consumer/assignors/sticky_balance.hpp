#pragma once

#include "client/src/core/consumer/assignors/assignor.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace barnabas::client {

/// Finds the assignment that assign_sticky promises, in three steps: members keep what they own and
/// may keep; what nobody owns goes to the least loaded; then partitions move from the most loaded
/// to less loaded members until no chain of moves evens anything out.
///
/// The last step is the search for augmenting paths: the heaviest member looks, breadth first over
/// "owns a partition of a topic that the other subscribes to", for one with at least two partitions
/// less. When it reaches none, everyone it reached is settled for good. Each success lowers the sum
/// of squared loads and each failure settles a member, so it ends; a limit on the steps bounds it
/// on hostile input too, at the price of balance. Thread-safety: none.
class StickyBalance {
 public:
  StickyBalance(std::span<const GroupMember> members, const PartitionCounts& counts);

  GroupAssignment solve();

 private:
  using Index = std::uint32_t;
  static constexpr Index nobody = ~Index{0};

  struct Topic {
    std::string name;
    Index first_partition = 0;
    Index partitions = 0;
    std::vector<Index> subscribers;
  };
  struct Member {
    const GroupMember* source = nullptr;
    std::size_t load = 0;
    std::map<Index, std::vector<Index>> held;  // partitions by topic; no empty lists
    bool settled = false;
  };
  // How the search came to a member: from whom, and by a partition of which topic.
  struct Step {
    Index from = nobody;
    Index topic = 0;
  };

  std::optional<Index> find_partition(const TopicPartition& partition, Index& topic) const;
  bool subscribes(Index member, Index topic) const;
  void keep_owned();
  void place_unowned();
  void balance();
  std::optional<Index> heaviest() const;
  std::size_t lightest_load() const;
  std::optional<Index> search(Index start, std::vector<Step>& steps);
  void shift(const std::vector<Step>& steps, Index start, Index end);
  void give(Index partition, Index topic, Index member);
  Index take(Index topic, Index from, Index to);

  std::vector<Topic> topics_;
  std::map<std::string, Index, std::less<>> topic_index_;
  std::vector<Member> members_;
  std::vector<Index> previous_;  // owner by the members' own account, by partition
  std::vector<bool> assigned_;
  std::size_t steps_left_;
};

}  // namespace barnabas::client

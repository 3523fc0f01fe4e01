#pragma once

#include "broker/src/core/group/group_membership.hpp"
#include "broker/src/core/group/group_offsets.hpp"
#include "broker/src/core/group/offset_store.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// The coordinator of all classic groups of this broker: the groups, their offsets, and what brings
/// both back after a restart.
/// Thread-safety: none.
class GroupCoordinator {
 public:
  /// Lifetime: `log` outlives this object; `config` is copied.
  GroupCoordinator(const GroupConfig& config, CoordinatorLog& log, std::uint64_t seed);
  GroupCoordinator(const GroupCoordinator&) = delete;
  GroupCoordinator& operator=(const GroupCoordinator&) = delete;

  /// Applies one record of `__consumer_offsets`. Called for all of them, in order, before anything
  /// else. Records of unknown kinds are passed over.
  /// Errors: malformed_message.
  Result<void> replay(BytesView key, std::optional<BytesView> value);
  /// Ends the replay: sessions of the members found start now.
  void loaded(const Now& now);

  GroupMembership& membership() noexcept { return membership_; }
  GroupOffsets& offsets() noexcept { return group_offsets_; }

  const CommittedOffset* committed(std::string_view group_id,
                                   const TopicPartition& partition) const {
    return offsets_.find(group_id, partition);
  }
  const OffsetStore::Partitions& committed(std::string_view group_id) const {
    return offsets_.of(group_id);
  }
  /// Nothing: no such group.
  const ClassicGroup* find(std::string_view group_id) const;
  const ClassicGroups& groups() const noexcept { return groups_; }

  /// DeleteGroups: non_empty_group, group_id_not_found or none.
  void delete_group(const Now& now, std::string_view group_id,
                    std::function<void(ErrorCode)> reply);
  void topic_deleted(std::string_view topic) { group_offsets_.topic_deleted(topic); }

  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);

 private:
  void drop_forgotten_groups(const Now& now);

  GroupConfig config_;
  CoordinatorLog& log_;
  ClassicGroups groups_;
  OffsetStore offsets_;
  GroupMembership membership_;
  GroupOffsets group_offsets_;
  std::optional<Instant> next_expiry_;
};

}  // namespace barnabas::broker

#pragma once

#include "client/src/core/consumer/group/group_link.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <optional>

namespace barnabas::client {

/// As whom, and whether, offsets can be committed at this moment.
class CommitStanding {
 public:
  virtual ~CommitStanding() = default;

  /// Nothing while the member is joining: commits wait. Outside of the group's coordination an
  /// identity without member and generation.
  virtual std::optional<MemberIdentity> committing_identity() const = 0;
  /// Names the time for which the group lets this member commit for the partition; nothing when it
  /// does not. A commit that was begun in an earlier time is void: others may have committed since.
  virtual std::optional<std::uint64_t> tenure(const TopicPartition& partition) const = 0;
  /// The coordinator refused the member itself.
  virtual void on_commit_refused(const Now& now, const MemberIdentity& identity,
                                 const Error& error) = 0;
  /// The group has the offset now.
  virtual void on_committed(const TopicPartition& partition, std::int64_t offset) = 0;
};

}  // namespace barnabas::client

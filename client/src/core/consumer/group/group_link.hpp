#pragma once

#include "client/src/core/consumer/group/consumer_protocol.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What a member of a classic group says to its coordinator and hears from it, free of wire details.

namespace barnabas::client {

/// Who a member is, for everything it asks of the coordinator.
struct MemberIdentity {
  std::string member_id;
  std::int32_t generation = -1;

  friend bool operator==(const MemberIdentity&, const MemberIdentity&) = default;
};

struct JoinCall {
  std::string member_id;  ///< Empty: not known to the coordinator.
  std::vector<std::pair<Assignor, Bytes>> protocols;
  std::string reason;  ///< For the broker's log (KIP-800).
};

struct JoinedMember {
  std::string id;
  std::optional<std::string> instance_id;
  Bytes metadata;
};

/// `error` none, or an error code of the response (then only `member_id` counts, for
/// MEMBER_ID_REQUIRED), or why there is no response.
struct JoinReply {
  Error error;
  MemberIdentity identity;
  bool leader = false;
  std::optional<Assignor> assignor;   ///< Nothing when the coordinator chose an unknown one.
  bool skip_assignment = false;       ///< The leader must not assign (static member, KIP-814).
  std::vector<JoinedMember> members;  ///< For the leader.
};

/// What a leader has decided.
struct PlannedAssignments {
  std::map<std::string, Bytes> by_member;
  /// Partitions were left out, because members have to give them up first (cooperative assignors):
  /// when they have, a rebalance follows, which assigns them.
  bool leaves_out = false;
};

struct SyncCall {
  MemberIdentity identity;
  Assignor assignor = Assignor::range;
  std::map<std::string, Bytes> assignments;  ///< By member id; from the leader only.
};

struct SyncReply {
  Error error;
  std::vector<TopicPartition> assignment;
};

/// The way to the coordinator. Calls return at once; answers come back through ClassicMembership's
/// on_... functions, never within the call. At most one call of each kind is under way.
class GroupLink {
 public:
  virtual ~GroupLink() = default;

  virtual void join(const Now& now, JoinCall call) = 0;
  /// Asks for the assignments that this member, as the leader, must make; what is needed about the
  /// topics of other members may have to be found out first.
  virtual void plan(const Now& now, Assignor assignor, std::vector<JoinedMember> members) = 0;
  /// This member leads again a group whose assignments stay (KIP-814): looks out for changes of its
  /// topics, and says once, by on_watched, what it would assign.
  virtual void watch(const Now& now, Assignor assignor,
                     const std::vector<JoinedMember>& members) = 0;
  virtual void sync(const Now& now, SyncCall call) = 0;
  virtual void heartbeat(const Now& now, const MemberIdentity& identity) = 0;
  /// Nobody waits for the answer.
  virtual void leave(const Now& now, const std::string& member_id, std::string_view reason) = 0;
  /// Gives up everything but `leave`: answers still under way are not delivered.
  virtual void cancel() = 0;
};

/// What membership means for the partitions.
class MembershipListener {
 public:
  virtual ~MembershipListener() = default;

  /// These are added to what the member reads; possibly none, after a rebalance that changed
  /// nothing.
  virtual void on_assigned(const Now& now, const std::vector<TopicPartition>& added) = 0;
  /// These are to be given up: no longer read, but still this member's until on_revoked is called
  /// on the membership.
  virtual void on_revoking(const Now& now, const std::vector<TopicPartition>& partitions) = 0;
  /// These belong to others already.
  virtual void on_lost(const Now& now, const std::vector<TopicPartition>& partitions) = 0;
  /// The group refuses the member for a reason that waiting does not mend. Joining is tried again
  /// unless the error is fatal.
  virtual void on_group_error(const Now& now, const Error& error) = 0;
};

}  // namespace barnabas::client

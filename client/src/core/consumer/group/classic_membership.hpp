#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/consumer/group/group_link.hpp"
#include "client/src/core/consumer/group/heartbeat.hpp"
#include "client/src/core/consumer/group/poll_watch.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

struct MembershipOptions {
  bool is_static = false;           ///< (group.instance.id)
  Duration session_timeout{};       ///< (session.timeout.ms)
  Duration heartbeat_interval{};    ///< (heartbeat.interval.ms)
  Duration max_poll_interval{};     ///< (max.poll.interval.ms)
  Duration retry_backoff{};         ///< (retry.backoff.ms)
  Duration retry_backoff_max{};     ///< (retry.backoff.max.ms)
  std::vector<Assignor> assignors;  ///< (partition.assignment.strategy)
  std::string rack;                 ///< (client.rack)
};

/// One member's part in a classic group: joins, keeps its place, follows rebalances, and says what
/// the member owns. Knows nothing of positions, commits or wire formats.
///
/// States, and where each leads to:
/// - idle: not in a group, wants none. To joining, once subscribed and polled.
/// - waiting: wants to join, not before a time. To joining.
/// - joining: JoinGroup under way. To planning, syncing, waiting, failed.
/// - planning: the leader's assignments are being made. To syncing.
/// - syncing: SyncGroup under way. To stable, revoking, waiting, failed.
/// - stable: heartbeats. To joining, revoking, waiting, failed.
/// - revoking: heartbeats; the application gives up partitions before the member rejoins. To
///   joining, waiting, failed.
/// - expelled: left because the application stopped polling. To joining, once polled.
/// - failed: for good; another instance took over.
///
/// From every state `leave` leads to idle, and from all but idle and failed an application that
/// stops polling to expelled. When members are only thrown out for not answering or
/// for an outdated generation, what they owned is lost and they join again; so it is for a static
/// member when it comes back from a generation that it had no part in. With cooperative assignors
/// nothing else ever takes partitions away without on_revoking. A leader that has left partitions
/// out until they are given up joins again if no rebalance has followed within
/// max.poll.interval.ms: who was to give them up may have lost its memory of them (KIP-814). At
/// most one JoinGroup or SyncGroup is under way: what calls for another one meanwhile waits.
/// Thread-safety: none.
class ClassicMembership {
 public:
  enum class State {
    idle,
    waiting,
    joining,
    planning,
    syncing,
    stable,
    revoking,
    expelled,
    failed
  };

  /// `seed` draws the chance in pauses. Lifetime: link and listener outlive it.
  ClassicMembership(MembershipOptions options, GroupLink& link, MembershipListener& listener,
                    std::uint64_t seed);

  // --- From the application

  /// Sets the topics, in order. A member whose topics change joins again to say so.
  void subscribe(const Now& now, std::vector<std::string> topics);
  /// A poll begins: joins if that is due. Nothing is sent before the first one.
  void poll_began(const Now& now);
  void poll_ended(const Now& now);
  /// What on_revoking named has been given up.
  void on_revoked(const Now& now);
  /// Leaves: owns nothing and wants nothing from here on. `tell` sends LeaveGroup. Nothing is
  /// reported to the listener.
  void leave(const Now& now, std::string_view reason, bool tell);
  /// The member must join again, because what the leader based its assignments on has changed.
  void rejoin(const Now& now, std::string_view reason);

  // --- From the link

  void on_joined(const Now& now, JoinReply reply);
  void on_planned(const Now& now, PlannedAssignments planned);
  /// What a leader that came back would assign, for comparison.
  void on_watched(const Now& now, PlannedAssignments planned);
  void on_synced(const Now& now, SyncReply reply);
  void on_heartbeat(const Now& now, const Error& error);
  /// An OffsetCommit that was sent as `identity` came back with an error about the member.
  void on_commit_refused(const Now& now, const MemberIdentity& identity, const Error& error);

  // --- Time

  std::optional<Instant> next_deadline() const;
  void advance(const Now& now);

  // --- What it is

  State state() const noexcept { return state_; }
  bool is_leader() const noexcept { return leader_ && is_member(); }
  const MemberIdentity& identity() const noexcept { return identity_; }
  /// As whom offsets can be committed now; nothing while the group would refuse them.
  std::optional<MemberIdentity> committing_identity() const;
  /// In order.
  const std::vector<TopicPartition>& owned() const noexcept { return owned_; }
  bool is_cooperative() const noexcept { return cooperative_; }

 private:
  bool is_member() const noexcept { return state_ == State::stable || state_ == State::revoking; }
  bool session_counts() const;
  void prepare_to_join(const Now& now, std::string_view reason);
  void revoke(const Now& now, std::vector<TopicPartition> partitions);
  void send_join(const Now& now);
  void send_sync(const Now& now, std::map<std::string, Bytes> assignments);
  void wait_and_join(const Now& now);
  void lose_everything(const Now& now);
  void refused(const Now& now, const Error& error);
  void fail(const Now& now, const Error& error);
  void adopt(const Now& now, std::vector<TopicPartition> assignment);
  bool somebody_misses_out(const PlannedAssignments& planned) const;

  MembershipOptions options_;
  GroupLink& link_;
  MembershipListener& listener_;
  bool cooperative_;

  State state_ = State::idle;
  MemberIdentity identity_;
  Assignor assignor_ = Assignor::range;
  bool leader_ = false;
  std::vector<std::string> topics_;
  std::vector<TopicPartition> owned_;
  std::vector<TopicPartition> revoking_;
  std::vector<TopicPartition> last_assignment_;
  std::int32_t last_generation_ = -1;

  std::optional<std::string> rejoin_reason_;  // wanted as soon as nothing is under way
  // Of a static member, in order: what the group may believe that it owns, because it said so in
  // its last join that was answered, or in one since.
  std::vector<TopicPartition> claimed_;
  bool came_back_ = false;  // without a member id; until it has learned what is assigned to it
  // Of a leader: this generation may leave partitions out, for which a rebalance has to follow; and
  // when it has waited for that long enough.
  bool leaves_out_ = false;
  std::optional<Instant> follow_up_at_;
  std::optional<PlannedAssignments> watched_;  // until it has learned what is assigned to it
  std::string join_reason_;
  Backoff backoff_;
  Random random_;
  std::uint32_t failures_ = 0;  // to join, in a row
  Instant join_at_{};
  Heartbeat heartbeat_;
  PollWatch poll_watch_;
};

}  // namespace barnabas::client

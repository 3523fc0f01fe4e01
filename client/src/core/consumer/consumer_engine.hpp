#pragma once

#include "client/src/core/cluster/client_engine.hpp"
#include "client/src/core/consumer/fetch/fetcher.hpp"
#include "client/src/core/consumer/fetch/iteration.hpp"
#include "client/src/core/consumer/fetch/record_drain.hpp"
#include "client/src/core/consumer/group/auto_commit.hpp"
#include "client/src/core/consumer/group/classic_membership.hpp"
#include "client/src/core/consumer/group/coordinator_link.hpp"
#include "client/src/core/consumer/group/rebalance_steps.hpp"
#include "client/src/core/consumer/offsets/committed_offsets.hpp"
#include "client/src/core/consumer/offsets/offset_commits.hpp"
#include "client/src/core/consumer/offsets/offset_lookup.hpp"
#include "client/src/core/consumer/offsets/partitions_query.hpp"
#include "client/src/core/consumer/positions/assignment.hpp"
#include "client/src/core/consumer/positions/epoch_validation.hpp"
#include "client/src/core/consumer/positions/position_finder.hpp"
#include "client/src/core/consumer/subscription.hpp"
#include "client/src/core/consumer/topic_interest.hpp"

#include <barnabas/consumer_config.hpp>
#include <barnabas/offset.hpp>
#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

/// A whole consumer without I/O and without the application's thread: subscription, membership,
/// positions, fetching and commits, put together. The facade adds the thread that polls: it carries
/// out rebalance steps, decodes records (RecordDrain) and reports what it handed out.
/// Thread-safety: none; the shell's lock covers it.
class ConsumerEngine final : public ClientEngine, MembershipListener, CommitStanding {
 public:
  ConsumerEngine(EngineContext context, ConsumerSettings settings);

  // --- What to read. Nothing is sent before the first poll, but for partitions assigned by hand.

  Result<void> subscribe(const Now& now, const std::vector<std::string>& topics);
  Result<void> subscribe_pattern(const Now& now, std::string_view pattern);
  Result<void> assign(const Now& now, const std::vector<TopicPartition>& partitions);
  const Subscription& subscription() const noexcept { return subscription_; }
  Assignment& assignment() noexcept { return assignment_; }
  const Assignment& assignment() const noexcept { return assignment_; }
  /// Those that the application has been told of, in order.
  std::vector<TopicPartition> known_partitions() const;
  bool has_group() const noexcept { return group_ != nullptr; }

  /// Ends reading, in two steps. First: what the application is to be told is revoked; nothing of
  /// it is delivered any more.
  std::vector<TopicPartition> stop_reading(const Now& now);
  /// Second: commits if commits are automatic, then leaves the group and forgets the subscription.
  void begin_leave(const Now& now, std::string_view reason, GroupExit exit);
  bool has_left() const noexcept { return !leaving_; }
  /// Why the last commit before leaving failed.
  std::optional<Error> take_leave_error() { return std::exchange(leave_error_, std::nullopt); }

  // --- The polling thread

  void poll_began(const Now& now);
  void poll_ended(const Now& now);
  /// Whether a poll has something to do or to return.
  bool has_news() const;
  /// Whether the application has to be told or called.
  bool wants_application() const { return steps_.has_next() || !callbacks_.empty(); }
  /// Something to tell the application; done when step_done is called. Nothing while one is under
  /// way.
  std::optional<RebalanceStep> next_step();
  void step_done(const Now& now);
  /// Callbacks of commits, to be made on the polling thread.
  std::vector<std::function<void()>> take_callbacks() { return std::exchange(callbacks_, {}); }
  std::optional<Error> take_error();
  /// Gives the drain what it may decode next, and takes back what it may not. To be called when all
  /// that was given before has been handed out.
  void fill(const Now& now, RecordDrain& drain);
  /// Records are handed to the application: the block without those that it must not see any more.
  std::shared_ptr<const detail::RecordBlock> hand_out(
      const Now& now, std::shared_ptr<const detail::RecordBlock> block);
  void on_damaged(const Now& now, const RecordDrain::Failure& failure);
  /// Buffers were emptied: fetches the next data at once.
  void fetch_more(const Now& now);

  // --- Positions

  Result<void> seek(const Now& now, const TopicPartition& partition, const OffsetAndMetadata& to);
  Result<void> seek_to_timestamp(const Now& now, const std::vector<TopicPartition>& partitions,
                                 Timestamp timestamp);
  Result<void> pause(const Now& now, const std::vector<TopicPartition>& partitions, bool paused);
  /// Has the position found out, even while the application is still being told of the partition.
  Result<void> want_position(const Now& now, const TopicPartition& partition);
  std::optional<std::int64_t> position(const TopicPartition& partition) const;
  /// Why there will be no position without a seek.
  std::optional<Error> position_error(const TopicPartition& partition) const;
  std::optional<std::int64_t> lag(const TopicPartition& partition) const;

  // --- Requests of the application. `done` runs within an event, with the lock held.

  void commit(const Now& now, Offsets offsets, Instant deadline, OffsetCommits::Done done);
  /// For the polling thread.
  void post_callback(std::function<void()> callback) { callbacks_.push_back(std::move(callback)); }
  CommittedOffsets* committed_offsets() noexcept { return group_ ? &group_->committed : nullptr; }
  OffsetLookup& offset_lookup() noexcept { return lookup_; }
  PartitionsQuery& partitions_query() noexcept { return partitions_query_; }
  Outbox& calls() noexcept { return outbox(); }
  /// Posts `call` to the outbox once there is news, `or_else()` holds, or at the deadline. Replaces
  /// an earlier one.
  void when_news(const Now& now, Instant deadline, std::function<bool()> or_else,
                 std::function<void()> call);
  /// Has everything started above carried out.
  void work_waits(const Now& now) { wake(now); }

  // --- ClientEngine

  void begin_close(const Now& now) override;
  void set_exit(GroupExit exit) noexcept { exit_ = exit; }
  bool is_drained() const override;
  void finish_close(const Now& now) override;
  void on_node_ready(const Now& now, NodeId node, Lane lane) override;
  void on_node_lost(const Now& now, NodeId node, Lane lane, const Error& reason) override;
  void on_metadata(const Now& now) override;

 private:
  /// What only a consumer with a group has.
  struct Group {
    Group(ConsumerEngine& engine, std::uint64_t seed);
    CommittedOffsets committed;
    OffsetCommits commits;
    CoordinatorLink link;
    ClassicMembership membership;
  };

  void run(const Now& now) override;
  std::optional<Instant> own_deadline() const override;

  void changed(const Now& now);
  void follow_leaders();
  void apply_subscription(const Now& now);
  void assign_all_partitions(const Now& now);
  void report_topic_errors();
  void run_auto_commit(const Now& now);
  void run_leave(const Now& now);
  void run_news_waiter(const Now& now);
  void finish_revocation(const Now& now, const std::vector<TopicPartition>& partitions);
  void add_error(Error error);
  bool is_group_managed() const noexcept { return group_ && subscription_.is_subscribed(); }
  bool is_known(const TopicPartition& partition, const PartitionState& state) const {
    return state.announced || steps_.is_assigning(partition);
  }
  Result<std::vector<PartitionState*>> find_all(const std::vector<TopicPartition>& partitions);

  // MembershipListener
  void on_assigned(const Now& now, const std::vector<TopicPartition>& added) override;
  void on_revoking(const Now& now, const std::vector<TopicPartition>& partitions) override;
  void on_lost(const Now& now, const std::vector<TopicPartition>& partitions) override;
  void on_group_error(const Now& now, const Error& error) override;

  // CommitStanding
  std::optional<MemberIdentity> committing_identity() const override;
  std::optional<std::uint64_t> tenure(const TopicPartition& partition) const override;
  void on_commit_refused(const Now& now, const MemberIdentity& identity,
                         const Error& error) override;
  void on_committed(const TopicPartition& partition, std::int64_t offset) override;

  ConsumerSettings settings_;
  Subscription subscription_;
  Assignment assignment_;
  TopicInterest interest_;
  OffsetLookup lookup_;
  PartitionsQuery partitions_query_;
  AutoCommit auto_commit_;
  std::unique_ptr<Group> group_;  // null without one
  PositionFinder finder_;
  EpochValidation validation_;
  Fetcher fetcher_;
  RebalanceSteps steps_;

  bool polled_ = false;  // at least once: from then on the subscription has effect
  bool closing_ = false;
  GroupExit exit_ = GroupExit::by_default;
  std::set<std::string> watched_;       // topics of the subscription
  std::set<std::string> known_topics_;  // without a group: seen with partitions
  std::deque<Error> errors_;            // of the group and of topics
  std::optional<Error> fatal_;
  std::vector<std::function<void()>> callbacks_;
  std::uint64_t seen_disturbances_ = 0;
  std::uint64_t drain_disturbances_ = 0;
  std::uint64_t seen_metadata_ = 0;  // its generation
  bool positions_changed_ = true;

  /// Set while committing before leaving.
  struct Leaving {
    std::string reason;
    GroupExit exit = GroupExit::by_default;
    bool committing = false;
  };
  std::optional<Leaving> leaving_;
  bool given_all_up_ = false;  // the application knows, whatever the group decides until it is left
  std::optional<Error> leave_error_;
  struct NewsWaiter {
    Instant deadline;
    std::function<bool()> or_else;
    std::function<void()> call;
  };
  std::optional<NewsWaiter> news_waiter_;
};

}  // namespace barnabas::client

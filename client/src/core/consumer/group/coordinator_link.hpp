#pragma once

#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/group/group_link.hpp"
#include "client/src/core/consumer/group/leader_plan.hpp"
#include "client/src/core/consumer/topic_interest.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/base/time.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

class ClassicMembership;

struct LinkOptions {
  std::string group_id;                    ///< (group.id)
  std::optional<std::string> instance_id;  ///< (group.instance.id)
  Duration session_timeout{};              ///< (session.timeout.ms)
  Duration rebalance_timeout{};            ///< (max.poll.interval.ms)
  Duration request_timeout{};              ///< (request.timeout.ms)
};

/// A member's way to its coordinator through a Cluster: turns calls into requests and responses
/// into answers, and finds out what a leader must know about topics. Thread-safety: none.
class CoordinatorLink final : public GroupLink {
 public:
  /// Lifetime: the references outlive it.
  CoordinatorLink(LinkOptions options, Cluster& cluster, TopicInterest& interest, Logger& logger);
  /// Whom answers go to. Call it before anything else.
  void connect(ClassicMembership& membership) { membership_ = &membership; }

  void join(const Now& now, JoinCall call) override;
  void plan(const Now& now, Assignor assignor, std::vector<JoinedMember> members) override;
  void watch(const Now& now, Assignor assignor, const std::vector<JoinedMember>& members) override;
  void sync(const Now& now, SyncCall call) override;
  void heartbeat(const Now& now, const MemberIdentity& identity) override;
  void leave(const Now& now, const std::string& member_id, std::string_view reason) override;
  void cancel() override;

  /// Goes on with a plan for which metadata was missing.
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;
  /// Whether partitions came or went since this leader's last plan.
  bool plan_is_outdated() const;
  /// Another member leads now.
  void forget_plan(const Now& now) {
    planned_counts_.reset();
    watched_.reset();
    interest_.replace(now, group_topics_, {});
  }
  /// Whether a LeaveGroup waits for its answer.
  bool is_leaving() const noexcept { return leaving_ > 0; }

 private:
  /// A lifetime for one call of the membership: `cancel` ends those before it.
  template <class Request, class Build, class Done>
  void send(const Now& now, SendOptions options, Build build, Done done);
  SendOptions base_options(std::int16_t version_with_instance) const;
  Error error_of(ErrorCode code, NodeId node) const;
  PartitionCounts counts() const;
  bool knows_all_topics() const;

  LinkOptions options_;
  Cluster& cluster_;
  TopicInterest& interest_;
  Logger& logger_;
  ClassicMembership* membership_ = nullptr;
  std::vector<RequestId> under_way_;
  int leaving_ = 0;

  std::optional<LeaderPlan> plan_;  // waits for metadata
  Instant plan_deadline_{};
  std::set<std::string> group_topics_;  // of the last plan; watched
  std::optional<PartitionCounts> planned_counts_;
  std::optional<LeaderPlan> watched_;  // of another's assignments; waits for metadata
};

}  // namespace barnabas::client

#include "client/src/core/consumer/group/coordinator_link.hpp"

#include "client/src/core/consumer/group/classic_membership.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/leave_group.hpp"
#include "protocol/messages/sync_group.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace barnabas::client {

namespace {

using protocol::HeartbeatRequest;
using protocol::JoinGroupRequest;
using protocol::LeaveGroupRequest;
using protocol::SyncGroupRequest;

constexpr std::int16_t join_with_instance = 5;
constexpr std::int16_t sync_with_instance = 3;
constexpr std::int16_t heartbeat_with_instance = 3;
constexpr std::int16_t leave_with_members = 3;
// Coordinators may answer a join or a sync this much after the rebalance timeout.
constexpr Duration grace = std::chrono::seconds(5);

std::int32_t milliseconds(Duration duration) {
  return static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

BytesView view(const Bytes& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

CoordinatorLink::CoordinatorLink(LinkOptions options, Cluster& cluster, TopicInterest& interest,
                                 Logger& logger)
    : options_(std::move(options)), cluster_(cluster), interest_(interest), logger_(logger) {}

template <class Request, class Build, class Done>
void CoordinatorLink::send(const Now& now, SendOptions options, Build build, Done done) {
  // Outlives the call so that the answer can take itself off the list.
  const auto id = std::make_shared<RequestId>();
  *id = cluster_.send<Request>(now, Target::coordinator(CoordinatorType::group, options_.group_id),
                               std::move(options), std::move(build),
                               [this, id, done = std::move(done)](
                                   const Now& at, const Reply<typename Request::Response>& reply) {
                                 std::erase(under_way_, *id);
                                 done(at, reply);
                               });
  under_way_.push_back(*id);
}

SendOptions CoordinatorLink::base_options(std::int16_t version_with_instance) const {
  SendOptions options;
  if (options_.instance_id) options.min_version(version_with_instance);
  return options;
}

Error CoordinatorLink::error_of(ErrorCode code, NodeId node) const {
  if (code == ErrorCode::none) return {};
  return Error(code, "group " + options_.group_id + " at " + cluster_.describe(node));
}

void CoordinatorLink::join(const Now& now, JoinCall call) {
  // Before KIP-394 a join whose answer was lost leaves a member behind that nobody is. The group
  // waits for it until its session is over, so that who gives up earlier leaves the next one.
  const Duration longest = std::max(options_.rebalance_timeout, options_.session_timeout);
  const Duration limit = std::max(options_.request_timeout, longest + grace);
  SendOptions send_options = base_options(join_with_instance);
  send_options.request_timeout(limit).timeout(limit + options_.request_timeout);
  send<JoinGroupRequest>(
      now, send_options,
      [this, call = std::move(call)](std::int16_t) -> Result<JoinGroupRequest> {
        JoinGroupRequest request;
        request.group_id = options_.group_id;
        request.session_timeout_ms = milliseconds(options_.session_timeout);
        request.rebalance_timeout_ms = milliseconds(options_.rebalance_timeout);
        request.member_id = call.member_id;
        if (options_.instance_id) request.group_instance_id = *options_.instance_id;
        request.protocol_type = consumer_protocol_type;
        for (const auto& [assignor, metadata] : call.protocols) {
          auto& protocol = request.protocols.emplace_back();
          protocol.name = name(assignor);
          protocol.metadata = view(metadata);
        }
        if (!call.reason.empty()) request.reason = call.reason;
        return request;
      },
      [this](const Now& at, const Reply<protocol::JoinGroupResponse>& reply) {
        JoinReply joined;
        if (!reply) {
          joined.error = reply.error();
        } else {
          joined.error = error_of(reply->error_code, reply.node);
          joined.identity = {std::string(reply->member_id), reply->generation_id};
          joined.leader = !reply->member_id.empty() && reply->leader == reply->member_id;
          joined.assignor = parse_assignor(reply->protocol_name.value_or(""));
          joined.skip_assignment = reply->skip_assignment;
          for (const auto& member : reply->members) {
            JoinedMember& other = joined.members.emplace_back();
            other.id = member.member_id;
            if (member.group_instance_id) other.instance_id = *member.group_instance_id;
            other.metadata.assign(member.metadata.begin(), member.metadata.end());
          }
        }
        membership_->on_joined(at, std::move(joined));
      });
}

void CoordinatorLink::plan(const Now& now, Assignor assignor, std::vector<JoinedMember> members) {
  watched_.reset();
  plan_.emplace(assignor, members);
  for (const auto& [member, error] : plan_->unreadable()) {
    logger_.log(now, LogLevel::warning, "a member of the group sent unreadable metadata",
                {{"member", member}, {"error", error}});
  }
  interest_.replace(now, group_topics_, plan_->topics());
  // The coordinator wants to hear from the leader within the session timeout.
  plan_deadline_ = deadline_after(now.monotonic,
                                  std::min(options_.session_timeout / 3, options_.request_timeout));
}

void CoordinatorLink::watch(const Now& now, Assignor assignor,
                            const std::vector<JoinedMember>& members) {
  planned_counts_.reset();
  watched_.emplace(assignor, members);
  interest_.replace(now, group_topics_, watched_->topics());
}

void CoordinatorLink::run(const Now& now) {
  if (watched_ && knows_all_topics()) {
    planned_counts_ = counts();
    const LeaderPlan watched = *std::exchange(watched_, std::nullopt);
    membership_->on_watched(now, watched.assign(*planned_counts_));
  }
  if (!plan_ || (!knows_all_topics() && now.monotonic < plan_deadline_)) return;
  planned_counts_ = counts();
  const LeaderPlan plan = *std::exchange(plan_, std::nullopt);
  membership_->on_planned(now, plan.assign(*planned_counts_));
}

std::optional<Instant> CoordinatorLink::next_deadline() const {
  return plan_ ? std::optional(plan_deadline_) : std::nullopt;
}

bool CoordinatorLink::knows_all_topics() const {
  return std::all_of(group_topics_.begin(), group_topics_.end(), [this](const std::string& name) {
    const TopicMetadata* topic = cluster_.metadata().topic(name);
    return topic != nullptr && (topic->error == ErrorCode::none || topic->failed_refreshes > 1);
  });
}

PartitionCounts CoordinatorLink::counts() const {
  PartitionCounts counts;
  for (const std::string& name : group_topics_) {
    const TopicMetadata* topic = cluster_.metadata().topic(name);
    counts[name] = topic == nullptr ? 0 : static_cast<std::int32_t>(topic->partitions.size());
  }
  return counts;
}

bool CoordinatorLink::plan_is_outdated() const {
  return planned_counts_ && *planned_counts_ != counts();
}

void CoordinatorLink::sync(const Now& now, SyncCall call) {
  const Duration limit = std::max(options_.request_timeout, options_.rebalance_timeout + grace);
  SendOptions send_options = base_options(sync_with_instance);
  send_options.request_timeout(limit).timeout(limit + options_.request_timeout);
  send<SyncGroupRequest>(
      now, send_options,
      [this, call = std::move(call)](std::int16_t) -> Result<SyncGroupRequest> {
        SyncGroupRequest request;
        request.group_id = options_.group_id;
        request.generation_id = call.identity.generation;
        request.member_id = call.identity.member_id;
        if (options_.instance_id) request.group_instance_id = *options_.instance_id;
        request.protocol_type = consumer_protocol_type;
        request.protocol_name = name(call.assignor);
        for (const auto& [member, assignment] : call.assignments) {
          auto& entry = request.assignments.emplace_back();
          entry.member_id = member;
          entry.assignment = view(assignment);
        }
        return request;
      },
      [this](const Now& at, const Reply<protocol::SyncGroupResponse>& reply) {
        SyncReply synced;
        if (!reply) {
          synced.error = reply.error();
        } else if (reply->error_code != ErrorCode::none) {
          synced.error = error_of(reply->error_code, reply.node);
        } else if (auto assignment = decode_assignment(reply->assignment)) {
          synced.assignment = *std::move(assignment);
        } else {
          // The leader's doing; that the answer itself was sound is certain.
          synced.error = Error(ErrorCode::inconsistent_group_protocol,
                               "group " + options_.group_id + ": the leader's assignment is not " +
                                   "readable: " + assignment.error().to_string());
        }
        membership_->on_synced(at, std::move(synced));
      });
}

void CoordinatorLink::heartbeat(const Now& now, const MemberIdentity& identity) {
  SendOptions send_options = base_options(heartbeat_with_instance);
  send_options.request_timeout(std::min(options_.request_timeout, options_.session_timeout))
      .timeout(options_.session_timeout);
  send<HeartbeatRequest>(
      now, send_options,
      [this, identity](std::int16_t) -> Result<HeartbeatRequest> {
        HeartbeatRequest request;
        request.group_id = options_.group_id;
        request.generation_id = identity.generation;
        request.member_id = identity.member_id;
        if (options_.instance_id) request.group_instance_id = *options_.instance_id;
        return request;
      },
      [this](const Now& at, const Reply<protocol::HeartbeatResponse>& reply) {
        membership_->on_heartbeat(at,
                                  reply ? error_of(reply->error_code, reply.node) : reply.error());
      });
}

void CoordinatorLink::leave(const Now& now, const std::string& member_id, std::string_view reason) {
  ++leaving_;
  cluster_.send<LeaveGroupRequest>(
      now, Target::coordinator(CoordinatorType::group, options_.group_id),
      SendOptions().timeout(options_.request_timeout),
      [this, member_id,
       reason = std::string(reason)](std::int16_t version) -> Result<LeaveGroupRequest> {
        LeaveGroupRequest request;
        request.group_id = options_.group_id;
        if (version < leave_with_members) {
          request.member_id = member_id;
        } else {
          auto& member = request.members.emplace_back();
          member.member_id = member_id;
          if (options_.instance_id) member.group_instance_id = *options_.instance_id;
          member.reason = reason;
        }
        return request;
      },
      [this](const Now&, const Reply<protocol::LeaveGroupResponse>&) { --leaving_; });
}

void CoordinatorLink::cancel() {
  for (const RequestId id : std::exchange(under_way_, {})) cluster_.cancel(id);
  plan_.reset();
  watched_.reset();
}

}  // namespace barnabas::client

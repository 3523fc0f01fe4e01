#include "client/src/core/consumer/group/classic_membership.hpp"

#include "client/src/core/consumer/group/consumer_protocol.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace barnabas::client {

namespace {

using Partitions = std::vector<TopicPartition>;

constexpr std::string_view after_giving_up = "partitions were given up";
constexpr std::string_view outdated = "the assignments are not for the topics as they are";

Partitions difference(const Partitions& from, const Partitions& what) {
  Partitions rest;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(), std::back_inserter(rest));
  return rest;
}

Partitions both(const Partitions& some, const Partitions& others) {
  Partitions all;
  std::set_union(some.begin(), some.end(), others.begin(), others.end(), std::back_inserter(all));
  return all;
}

}  // namespace

ClassicMembership::ClassicMembership(MembershipOptions options, GroupLink& link,
                                     MembershipListener& listener, std::uint64_t seed)
    : options_(std::move(options)),
      link_(link),
      listener_(listener),
      cooperative_(std::all_of(
          options_.assignors.begin(), options_.assignors.end(),
          [](Assignor assignor) { return barnabas::client::is_cooperative(assignor); })),
      backoff_(options_.retry_backoff, options_.retry_backoff_max),
      random_(seed),
      heartbeat_({options_.heartbeat_interval, options_.session_timeout, options_.retry_backoff}),
      poll_watch_(options_.max_poll_interval) {}

void ClassicMembership::subscribe(const Now& now, std::vector<std::string> topics) {
  if (topics == topics_) return;
  topics_ = std::move(topics);
  if (state_ == State::idle) {
    if (poll_watch_.within()) send_join(now);
    return;
  }
  rejoin(now, "the subscription changed");
}

void ClassicMembership::poll_began(const Now& now) {
  poll_watch_.poll_began();
  if ((state_ == State::idle && !topics_.empty()) || state_ == State::expelled) {
    join_reason_ = state_ == State::idle ? "" : "the application polls again";
    send_join(now);
  }
}

void ClassicMembership::poll_ended(const Now& now) { poll_watch_.poll_ended(now.monotonic); }

void ClassicMembership::rejoin(const Now& now, std::string_view reason) {
  switch (state_) {
    case State::idle:
    case State::waiting:
    case State::expelled:
    case State::failed:
      return;  // a join that is still to come says the latest anyway
    case State::joining:
    case State::planning:
    case State::syncing:
    case State::revoking:
      rejoin_reason_ = reason;
      return;
    case State::stable:
      prepare_to_join(now, reason);
      return;
  }
}

// Eager members give everything up before they join, cooperative ones what they no longer want.
void ClassicMembership::prepare_to_join(const Now& now, std::string_view reason) {
  rejoin_reason_.reset();
  join_reason_ = reason;
  Partitions given_up;
  if (!cooperative_) {
    given_up = owned_;
  } else {
    std::copy_if(owned_.begin(), owned_.end(), std::back_inserter(given_up),
                 [this](const TopicPartition& partition) {
                   return !std::binary_search(topics_.begin(), topics_.end(), partition.topic);
                 });
  }
  if (given_up.empty()) {
    send_join(now);
  } else {
    revoke(now, std::move(given_up));
  }
}

void ClassicMembership::revoke(const Now& now, Partitions partitions) {
  state_ = State::revoking;
  revoking_ = std::move(partitions);
  const Partitions named = revoking_;  // on_revoked may come within the call
  listener_.on_revoking(now, named);
}

void ClassicMembership::on_revoked(const Now& now) {
  if (state_ != State::revoking) return;
  if (!planted(PlantedBug::keep_revoked_partitions)) owned_ = difference(owned_, revoking_);
  revoking_.clear();
  if (rejoin_reason_) {
    prepare_to_join(now, std::string(*rejoin_reason_));
  } else {
    send_join(now);
  }
}

void ClassicMembership::send_join(const Now& now) {
  heartbeat_.hold();
  link_.cancel();
  rejoin_reason_.reset();
  leaves_out_ = false;
  follow_up_at_.reset();
  watched_.reset();
  state_ = State::joining;
  if (options_.is_static) claimed_ = both(claimed_, owned_);
  MemberSubscription subscription;
  subscription.topics = topics_;
  subscription.owned = owned_;
  subscription.generation = identity_.generation;
  subscription.rack = options_.rack;
  subscription.last_assignment = last_assignment_;
  subscription.last_generation = last_generation_;
  JoinCall call;
  call.member_id = identity_.member_id;
  call.reason = join_reason_;
  for (const Assignor assignor : options_.assignors) {
    call.protocols.emplace_back(assignor, encode_subscription(subscription, assignor));
  }
  link_.join(now, std::move(call));
}

void ClassicMembership::on_joined(const Now& now, JoinReply reply) {
  if (state_ != State::joining) return;
  if (reply.error == ErrorCode::member_id_required && identity_.member_id.empty()) {
    identity_.member_id = std::move(reply.identity.member_id);
    send_join(now);
    return;
  }
  if (!reply.error.ok()) {
    refused(now, reply.error);
    return;
  }
  if (!reply.assignor) {
    refused(now, Error(ErrorCode::inconsistent_group_protocol,
                       "the coordinator chose an assignor that was not offered"));
    return;
  }
  if (options_.is_static && identity_.member_id.empty()) came_back_ = true;
  if (reply.leader && !reply.skip_assignment) came_back_ = false;
  if (!came_back_) claimed_ = owned_;
  // A rebalance waits no longer than its timeout for a static member, which stays in the group: the
  // leader then goes by what it owned when it last joined, and may have given away the rest. What
  // this join claimed in vain is assigned to nobody before the next rebalance.
  const bool missed_one =
      identity_.generation >= 0 && reply.identity.generation > identity_.generation + 1;
  if (options_.is_static && missed_one && !owned_.empty()) {
    lose_everything(now);
    rejoin_reason_ = after_giving_up;
  }
  identity_ = std::move(reply.identity);
  assignor_ = *reply.assignor;
  leader_ = reply.leader;
  if (leader_ && !reply.skip_assignment) {
    state_ = State::planning;
    link_.plan(now, assignor_, std::move(reply.members));
    return;
  }
  if (leader_) {
    // What its earlier process left out it does not know.
    leaves_out_ = cooperative_;
    link_.watch(now, assignor_, reply.members);
  }
  send_sync(now, {});
}

void ClassicMembership::on_planned(const Now& now, PlannedAssignments planned) {
  if (state_ != State::planning) return;
  leaves_out_ = planned.leaves_out;
  send_sync(now, std::move(planned.by_member));
}

void ClassicMembership::on_watched(const Now& now, PlannedAssignments planned) {
  if (!leader_) return;
  if (state_ == State::syncing) {
    watched_ = std::move(planned);
  } else if (state_ == State::stable && somebody_misses_out(planned)) {
    prepare_to_join(now, outdated);
  }
}

// Whether the assignments that a leader found when it came back cannot be what the group needs now:
// its earlier process may have made them without knowing the topics, or partitions came while there
// was none. Only its own share is known to it; that tells all when it is alone, and something when
// there is enough for everybody.
bool ClassicMembership::somebody_misses_out(const PlannedAssignments& planned) const {
  const auto mine = planned.by_member.find(identity_.member_id);
  if (mine == planned.by_member.end()) return false;
  if (planned.by_member.size() == 1) {
    const Result<Partitions> share = decode_assignment(mine->second);
    return share && !difference(*share, last_assignment_).empty();
  }
  return last_assignment_.empty() &&
         std::all_of(planned.by_member.begin(), planned.by_member.end(), [](const auto& member) {
           const Result<Partitions> share = decode_assignment(member.second);
           return share && !share->empty();
         });
}

void ClassicMembership::send_sync(const Now& now, std::map<std::string, Bytes> assignments) {
  state_ = State::syncing;
  link_.sync(now, {identity_, assignor_, std::move(assignments)});
}

void ClassicMembership::on_synced(const Now& now, SyncReply reply) {
  if (state_ != State::syncing) return;
  if (reply.error == ErrorCode::rebalance_in_progress) {
    join_reason_ = "the group rebalanced meanwhile";
    send_join(now);
    return;
  }
  if (!reply.error.ok()) {
    refused(now, reply.error);
    return;
  }
  failures_ = 0;
  heartbeat_.start(now.monotonic);
  adopt(now, std::move(reply.assignment));
}

// Takes over the leader's decision. The listener is told at the end, because it may call back.
void ClassicMembership::adopt(const Now& now, Partitions assignment) {
  last_assignment_ = assignment;
  last_generation_ = identity_.generation;
  // A static member whose id was lost, or which left for a while, comes back into the generation as
  // it stands (KIP-814). Whoever made that believed what the member claimed before, and of that
  // waits for what it is to give up: a rebalance has to follow, which assigns it.
  if (std::exchange(came_back_, false) && !difference(claimed_, assignment).empty()) {
    rejoin_reason_ = after_giving_up;
  }
  if (leaves_out_) follow_up_at_ = deadline_after(now.monotonic, options_.max_poll_interval);
  const std::optional<PlannedAssignments> watched = std::exchange(watched_, std::nullopt);
  if (watched && somebody_misses_out(*watched)) rejoin_reason_ = outdated;
  const Partitions added = difference(assignment, owned_);
  Partitions given_up = difference(owned_, assignment);
  owned_.insert(owned_.end(), added.begin(), added.end());
  std::sort(owned_.begin(), owned_.end());
  state_ = State::stable;
  if (!given_up.empty()) {
    join_reason_ = after_giving_up;
    revoke(now, std::move(given_up));
    listener_.on_assigned(now, added);
    return;
  }
  listener_.on_assigned(now, added);
  if (rejoin_reason_ && state_ == State::stable) prepare_to_join(now, std::string(*rejoin_reason_));
}

void ClassicMembership::on_heartbeat(const Now& now, const Error& error) {
  if (!is_member()) return;
  if (error.ok() || error == ErrorCode::rebalance_in_progress) {
    heartbeat_.answered();
    if (planted(PlantedBug::ignore_rebalance)) return;
    if (!error.ok()) rejoin(now, "the group is rebalancing");
    return;
  }
  if (error.retriable()) {
    heartbeat_.failed(now.monotonic);
    return;
  }
  refused(now, error);
}

void ClassicMembership::on_commit_refused(const Now& now, const MemberIdentity& identity,
                                          const Error& error) {
  // A refusal of what was sent as an earlier identity, or while a join is under way that will bring
  // a new one, says nothing about the present.
  if (!is_member() || identity != identity_) return;
  if (error == ErrorCode::rebalance_in_progress) {
    rejoin(now, "the group is rebalancing");
  } else {
    refused(now, error);
  }
}

void ClassicMembership::refused(const Now& now, const Error& error) {
  if (error == ErrorCode::fenced_instance_id || error.fatal()) {
    fail(now, error);
    return;
  }
  if (error == ErrorCode::unknown_member_id) identity_.member_id.clear();
  if (error == ErrorCode::unknown_member_id || error == ErrorCode::illegal_generation) {
    join_reason_ = "the coordinator had given the member up";
    lose_everything(now);
    wait_and_join(now);
    return;
  }
  if (error.retriable() || error == ErrorCode::rebalance_in_progress) {
    wait_and_join(now);
    return;
  }
  lose_everything(now);
  wait_and_join(now);
  listener_.on_group_error(now, error);
}

void ClassicMembership::fail(const Now& now, const Error& error) {
  heartbeat_.stop();
  link_.cancel();
  lose_everything(now);
  state_ = State::failed;
  listener_.on_group_error(now, error.as_fatal());
}

void ClassicMembership::lose_everything(const Now& now) {
  heartbeat_.stop();
  leader_ = false;
  follow_up_at_.reset();
  identity_.generation = -1;
  revoking_.clear();
  const Partitions lost = std::exchange(owned_, {});
  if (!lost.empty()) listener_.on_lost(now, lost);
}

void ClassicMembership::wait_and_join(const Now& now) {
  heartbeat_.hold();
  link_.cancel();
  state_ = State::waiting;
  join_at_ = deadline_after(now.monotonic, backoff_.pause(++failures_, random_));
}

void ClassicMembership::leave(const Now& now, std::string_view reason, bool tell) {
  heartbeat_.stop();
  link_.cancel();
  const bool known = state_ != State::idle && state_ != State::expelled && state_ != State::failed;
  if (tell && known && !identity_.member_id.empty()) link_.leave(now, identity_.member_id, reason);
  if (state_ != State::failed) state_ = State::idle;
  identity_ = {};
  leader_ = false;
  follow_up_at_.reset();
  owned_.clear();
  revoking_.clear();
  topics_.clear();
  rejoin_reason_.reset();
  failures_ = 0;
}

std::optional<MemberIdentity> ClassicMembership::committing_identity() const {
  if (!is_member()) return std::nullopt;
  return identity_;
}

std::optional<Instant> ClassicMembership::next_deadline() const {
  if (state_ == State::idle || state_ == State::expelled || state_ == State::failed) {
    return std::nullopt;
  }
  std::optional<Instant> next = poll_watch_.next_deadline();
  const auto consider = [&next](std::optional<Instant> at) {
    if (at && (!next || *at < *next)) next = at;
  };
  if (state_ == State::waiting) consider(join_at_);
  if (session_counts()) consider(heartbeat_.next_deadline());
  if (state_ == State::stable) consider(follow_up_at_);
  return next;
}

// While a join or sync is under way the coordinator may be holding it back, which keeps the session
// alive; whether it is, the answer or the end of the connection will tell.
bool ClassicMembership::session_counts() const { return is_member() || state_ == State::waiting; }

void ClassicMembership::advance(const Now& now) {
  if (state_ == State::idle || state_ == State::expelled || state_ == State::failed) return;
  if (poll_watch_.overdue(now.monotonic)) {
    // A static member stays on the coordinator's list until its session times out (KIP-345).
    if (!options_.is_static && !identity_.member_id.empty()) {
      link_.leave(now, identity_.member_id, "max.poll.interval.ms passed without a poll");
    }
    link_.cancel();
    if (!options_.is_static) identity_.member_id.clear();
    state_ = State::expelled;
    lose_everything(now);
    return;
  }
  const bool endless = planted(PlantedBug::no_local_session);
  if (session_counts() && !endless && heartbeat_.session_over(now.monotonic)) {
    join_reason_ = "the session timed out";
    lose_everything(now);
    wait_and_join(now);
    return;
  }
  if (state_ == State::waiting && now.monotonic >= join_at_) {
    send_join(now);
    return;
  }
  if (state_ == State::stable && follow_up_at_ && now.monotonic >= *follow_up_at_) {
    prepare_to_join(now, "partitions that were to be given up have no owner yet");
    return;
  }
  if (is_member() && heartbeat_.due(now.monotonic)) {
    heartbeat_.sent(now.monotonic);
    link_.heartbeat(now, identity_);
  }
}

}  // namespace barnabas::client

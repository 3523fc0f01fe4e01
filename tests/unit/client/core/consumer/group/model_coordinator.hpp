#pragma once

#include "client/src/core/consumer/group/group_link.hpp"
#include "protocol/base/time.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::test {

/// The coordinator of one classic group, reduced to what members can notice: joins that wait for
/// all members, generations, syncs that wait for the leader, sessions. Time is an argument.
class ModelCoordinator {
 public:
  using JoinDone = std::function<void(client::JoinReply)>;
  using SyncDone = std::function<void(client::SyncReply)>;

  explicit ModelCoordinator(Duration session, Duration rebalance)
      : session_(session), rebalance_(rebalance) {}

  void join(Instant now, const client::JoinCall& call, JoinDone done) {
    std::string id = call.member_id;
    if (id.empty()) {
      id = "member-" + std::to_string(++last_id_);
      pending_.insert(id);
      client::JoinReply reply;
      reply.error = Error(ErrorCode::member_id_required);
      reply.identity.member_id = id;
      done(std::move(reply));
      return;
    }
    if (pending_.erase(id) == 0 && !members_.contains(id)) {
      client::JoinReply reply;
      reply.error = Error(ErrorCode::unknown_member_id);
      done(std::move(reply));
      return;
    }
    Member& member = members_[id];
    member.call = call;
    member.session_end = now + session_;
    if (member.joining) ++overlapping_joins;
    member.joining = std::move(done);
    if (state_ != State::preparing) prepare(now);
    complete_join(now);
  }

  void sync(Instant now, const client::SyncCall& call, SyncDone done) {
    if (const ErrorCode error = check(call.identity); error != ErrorCode::none) {
      done({Error(error), {}});
      return;
    }
    Member& member = members_.at(call.identity.member_id);
    member.session_end = now + session_;
    if (state_ == State::preparing) {
      done({Error(ErrorCode::rebalance_in_progress), {}});
      return;
    }
    if (state_ == State::completing && call.identity.member_id == leader_) {
      assignments_ = call.assignments;
      state_ = State::stable;
      for (auto& [id, other] : members_) {
        if (other.syncing) std::exchange(other.syncing, nullptr)(assignment_of(id));
      }
    }
    if (state_ == State::stable) {
      done(assignment_of(call.identity.member_id));
    } else {
      member.syncing = std::move(done);
    }
  }

  Error heartbeat(Instant now, const client::MemberIdentity& identity) {
    if (const ErrorCode error = check(identity); error != ErrorCode::none) return Error(error);
    members_.at(identity.member_id).session_end = now + session_;
    return state_ == State::preparing ? Error(ErrorCode::rebalance_in_progress) : Error();
  }

  void leave(Instant now, const std::string& id) {
    if (members_.contains(id)) remove(now, id);
  }

  /// Drops who was silent too long, and who does not rejoin in time.
  void advance(Instant now) {
    std::vector<std::string> expired;
    for (auto& [id, member] : members_) {
      const bool waits = member.joining || member.syncing;
      if (!waits && now >= member.session_end) expired.push_back(id);
      if (!member.joining && state_ == State::preparing && now >= rebalance_end_) {
        expired.push_back(id);
      }
    }
    for (const std::string& id : expired) {
      if (members_.contains(id)) remove(now, id);
    }
    complete_join(now);
  }

  /// Members that the group would still accept.
  bool knows(const client::MemberIdentity& identity) const {
    return members_.contains(identity.member_id) && identity.generation == generation_;
  }
  std::int32_t generation() const { return generation_; }
  bool stable() const { return state_ == State::stable; }

  int overlapping_joins = 0;

 private:
  enum class State { empty, preparing, completing, stable };
  struct Member {
    client::JoinCall call;
    JoinDone joining;
    SyncDone syncing;
    Instant session_end;
  };

  ErrorCode check(const client::MemberIdentity& identity) const {
    if (!members_.contains(identity.member_id)) return ErrorCode::unknown_member_id;
    if (identity.generation != generation_) return ErrorCode::illegal_generation;
    return ErrorCode::none;
  }
  void prepare(Instant now) {
    state_ = State::preparing;
    rebalance_end_ = now + rebalance_;
    for (auto& [id, member] : members_) {
      if (member.syncing) {
        std::exchange(member.syncing, nullptr)({Error(ErrorCode::rebalance_in_progress), {}});
      }
    }
  }
  void remove(Instant now, const std::string& id) {
    members_.erase(id);
    if (members_.empty()) {
      state_ = State::empty;
    } else if (state_ != State::preparing) {
      prepare(now);
    }
    complete_join(now);
  }
  void complete_join(Instant now) {
    if (state_ != State::preparing || members_.empty()) return;
    for (auto& [id, member] : members_) {
      if (!member.joining) return;
    }
    ++generation_;
    state_ = State::completing;
    if (!members_.contains(leader_)) leader_ = members_.begin()->first;
    std::vector<client::JoinedMember> all;
    const Assignor chosen = members_.begin()->second.call.protocols.front().first;
    for (const auto& [id, member] : members_) {
      all.push_back({id, std::nullopt, member.call.protocols.front().second});
    }
    for (auto& [id, member] : members_) {
      client::JoinReply reply;
      reply.identity = {id, generation_};
      reply.leader = id == leader_;
      reply.assignor = chosen;
      if (reply.leader) reply.members = all;
      member.session_end = now + session_;
      std::exchange(member.joining, nullptr)(std::move(reply));
    }
  }
  client::SyncReply assignment_of(const std::string& id) const {
    const auto found = assignments_.find(id);
    if (found == assignments_.end()) return {};
    return {Error(), *client::decode_assignment({found->second.data(), found->second.size()})};
  }

  Duration session_;
  Duration rebalance_;
  State state_ = State::empty;
  std::map<std::string, Member> members_;
  std::set<std::string> pending_;
  std::map<std::string, client::Bytes> assignments_;
  std::string leader_;
  std::int32_t generation_ = 0;
  Instant rebalance_end_;
  int last_id_ = 0;
};

}  // namespace barnabas::test

#include "client/src/core/consumer/offsets/offset_commits.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

constexpr std::int16_t first_version_with_instance = 7;
constexpr std::int16_t last_version_by_name = 9;

// Errors about the member that sent the commit, not about what it commits.
bool concerns_member(const Error& error) {
  return error == ErrorCode::illegal_generation || error == ErrorCode::unknown_member_id ||
         error == ErrorCode::rebalance_in_progress || error == ErrorCode::fenced_instance_id;
}

}  // namespace

OffsetCommits::OffsetCommits(RetryOptions retry, std::string group_id,
                             std::optional<std::string> instance_id, Cluster& cluster,
                             CommitStanding& standing, std::uint64_t seed)
    : backoff_(retry.backoff, retry.backoff_max),
      group_id_(std::move(group_id)),
      instance_id_(std::move(instance_id)),
      cluster_(cluster),
      standing_(standing),
      random_(seed) {}

void OffsetCommits::start(const Now&, Offsets offsets, Instant deadline, Done done) {
  Call& call = calls_.emplace_back();
  for (const auto& [partition, offset] : offsets) {
    call.pending.emplace(partition, Pending{standing_.tenure(partition), Error()});
  }
  call.offsets = std::move(offsets);
  call.deadline = deadline;
  call.done = std::move(done);
}

void OffsetCommits::run(const Now& now) {
  expire(now);
  if (!under_way_) refuse_unowned();
  finish_completed(now);
  if (calls_.empty() || under_way_ || now.monotonic < retry_at_) return;
  if (const auto identity = standing_.committing_identity()) send(now, *identity);
}

std::optional<Instant> OffsetCommits::next_deadline() const {
  std::optional<Instant> next;
  for (const Call& call : calls_) next = std::min(next.value_or(call.deadline), call.deadline);
  // While the member is joining there is nothing to repeat; it will be run when it has joined.
  const bool waits = next && !under_way_ && failures_ > 0;
  if (waits && standing_.committing_identity()) next = std::min(*next, retry_at_);
  return next;
}

void OffsetCommits::give_up(const Now& now, const Error& error) {
  for (Call& call : calls_) {
    for (const auto& [partition, pending] : call.pending) call.failed.emplace(partition, error);
    call.pending.clear();
  }
  finish_completed(now);
}

void OffsetCommits::expire(const Now& now) {
  for (Call& call : calls_) {
    if (now.monotonic < call.deadline) continue;
    for (auto& [partition, pending] : call.pending) {
      const Error& last = pending.last;
      call.failed.emplace(partition, last.ok() ? Error(ErrorCode::timed_out,
                                                       "the commit may still "
                                                       "take effect")
                                               : last);
    }
    call.pending.clear();
  }
}

// Whoever owns the partition now has the say.
void OffsetCommits::refuse_unowned() {
  for (Call& call : calls_) {
    for (auto entry = call.pending.begin(); entry != call.pending.end();) {
      const std::optional<std::uint64_t> now = standing_.tenure(entry->first);
      if (now && now == entry->second.tenure) {
        ++entry;
        continue;
      }
      const Error& last = entry->second.last;
      call.failed.emplace(entry->first,
                          last.ok() ? Error(ErrorCode::illegal_generation,
                                            "the partition is not assigned to this member (any "
                                            "more), or was assigned anew since")
                                    : last);
      entry = call.pending.erase(entry);
    }
  }
}

void OffsetCommits::send(const Now& now, const MemberIdentity& identity) {
  under_way_ = true;
  sent_ = calls_.size();
  Offsets offsets;
  Instant deadline = now.monotonic;
  for (const Call& call : calls_) {
    deadline = std::max(deadline, call.deadline);
    for (const auto& [partition, pending] : call.pending) {
      offsets[partition] = call.offsets.at(partition);
    }
  }
  SendOptions options;
  options.timeout(deadline - now.monotonic).lane(Lane::general).max_version(last_version_by_name);
  if (instance_id_ && identity.generation >= 0) options.min_version(first_version_with_instance);
  cluster_.send<Request>(
      now, Target::coordinator(CoordinatorType::group, group_id_), options,
      [this, offsets, identity](std::int16_t version) -> Result<Request> {
        return build(offsets, identity, version);
      },
      [this, offsets, identity](const Now& at, const Reply<Response>& reply) {
        on_reply(at, offsets, identity, reply);
      });
}

OffsetCommits::Request OffsetCommits::build(const Offsets& offsets, const MemberIdentity& identity,
                                            std::int16_t version) const {
  Request request;
  request.group_id = group_id_;
  request.generation_id_or_member_epoch = identity.generation;
  request.member_id = identity.member_id;
  if (instance_id_ && identity.generation >= 0 && version >= first_version_with_instance) {
    request.group_instance_id = *instance_id_;
  }
  for (const auto& [partition, offset] : offsets) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& entry = request.topics.back().partitions.emplace_back();
    entry.partition_index = partition.partition;
    entry.committed_offset = offset.offset + (planted(PlantedBug::commit_past_position) ? 1 : 0);
    entry.committed_leader_epoch = offset.leader_epoch.value_or(-1);
    entry.committed_metadata = offset.metadata;
  }
  return request;
}

void OffsetCommits::on_reply(const Now& now, const Offsets& offsets, const MemberIdentity& identity,
                             const Reply<Response>& reply) {
  under_way_ = false;
  std::map<TopicPartition, Error> results;
  if (reply) {
    for (const auto& topic : reply->topics) {
      for (const auto& entry : topic.partitions) {
        results.emplace(TopicPartition(std::string(topic.name), entry.partition_index),
                        Error(entry.error_code));
      }
    }
  }
  Error refusal;
  bool again = false;
  for (const auto& [partition, offset] : offsets) {
    const auto result = results.find(partition);
    const Error error = !reply ? reply.error()
                        : result == results.end()
                            ? Error(ErrorCode::malformed_message, "the response leaves it out")
                            : result->second;
    const bool repeat = settle(partition, offset.offset, error);
    again = again || repeat;
    if (repeat || concerns_member(error)) refusal = error;
  }
  if (again) {
    retry_at_ = deadline_after(now.monotonic, backoff_.pause(++failures_, random_));
  } else {
    failures_ = 0;
  }
  if (concerns_member(refusal)) standing_.on_commit_refused(now, identity, refusal);
  if (refusal == ErrorCode::not_coordinator || refusal == ErrorCode::coordinator_not_available) {
    cluster_.forget_coordinator(CoordinatorType::group, group_id_);
  }
  finish_completed(now);
}

bool OffsetCommits::settle(const TopicPartition& partition, std::int64_t offset,
                           const Error& error) {
  const bool again = (error.retriable() && error != ErrorCode::unknown_topic_or_partition) ||
                     (concerns_member(error) && !error.fatal());
  if (error.ok()) standing_.on_committed(partition, offset);
  std::size_t index = 0;
  for (Call& call : calls_) {
    if (index++ == sent_) break;
    const auto pending = call.pending.find(partition);
    if (pending == call.pending.end()) continue;
    if (again) {
      pending->second.last = error;
      continue;
    }
    if (!error.ok()) call.failed.emplace(partition, error);
    call.pending.erase(pending);
  }
  return again;
}

// Callbacks may start new commits.
void OffsetCommits::finish_completed(const Now& now) {
  for (;;) {
    const auto done = std::find_if(calls_.begin(), calls_.end(),
                                   [](const Call& call) { return call.pending.empty(); });
    if (done == calls_.end()) return;
    if (static_cast<std::size_t>(std::distance(calls_.begin(), done)) < sent_) --sent_;
    const Call call = std::move(*done);
    calls_.erase(done);
    Result<void> result;
    if (!call.failed.empty()) {
      const auto& [partition, error] = *call.failed.begin();
      result = error.within(to_string(partition));
    }
    call.done(now, result, call.offsets);
  }
}

}  // namespace barnabas::client

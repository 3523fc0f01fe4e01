#include "client/src/core/consumer/offsets/committed_offsets.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

constexpr std::int16_t first_version_with_groups = 8;
constexpr std::int16_t first_version_with_stable = 7;
constexpr std::int16_t last_version_by_name = 9;

template <class Topic>
std::vector<Topic> by_topic(const std::set<TopicPartition>& partitions) {
  std::vector<Topic> topics;
  for (const TopicPartition& partition : partitions) {
    if (topics.empty() || topics.back().name != partition.topic) {
      topics.emplace_back().name = partition.topic;
    }
    topics.back().partition_indexes.push_back(partition.partition);
  }
  return topics;
}

}  // namespace

CommittedOffsets::CommittedOffsets(RetryOptions retry, std::string group_id, Cluster& cluster,
                                   std::uint64_t seed)
    : backoff_(retry.backoff, retry.backoff_max),
      group_id_(std::move(group_id)),
      cluster_(cluster),
      random_(seed) {}

void CommittedOffsets::start(const Now& now, std::set<TopicPartition> partitions, Instant deadline,
                             Done done) {
  Lookup& lookup = lookups_[++last_id_];
  lookup.pending = std::move(partitions);
  lookup.deadline = deadline;
  lookup.retry_at = now.monotonic;
  lookup.done = std::move(done);
}

void CommittedOffsets::run(const Now& now) {
  std::vector<Id> ids;
  for (const auto& [id, lookup] : lookups_) ids.push_back(id);
  for (const Id id : ids) {
    Lookup& lookup = lookups_.at(id);
    if (now.monotonic >= lookup.deadline) {
      answer_all(lookup, lookup.last_error.ok()
                             ? Error(ErrorCode::timed_out, "the group's offsets were not read")
                             : lookup.last_error);
    }
    if (lookup.pending.empty()) {
      finish(now, id);
    } else if (!lookup.under_way && now.monotonic >= lookup.retry_at) {
      send(now, id);
    }
  }
}

std::optional<Instant> CommittedOffsets::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& [id, lookup] : lookups_) {
    const Instant at =
        lookup.under_way ? lookup.deadline : std::min(lookup.retry_at, lookup.deadline);
    next = std::min(next.value_or(at), at);
  }
  return next;
}

void CommittedOffsets::give_up(const Now& now, const Error& error) {
  while (!lookups_.empty()) {
    answer_all(lookups_.begin()->second, error);
    finish(now, lookups_.begin()->first);
  }
}

void CommittedOffsets::send(const Now& now, Id id) {
  Lookup& lookup = lookups_.at(id);
  lookup.under_way = true;
  SendOptions options;
  options.timeout(lookup.deadline - now.monotonic)
      .lane(Lane::general)
      .max_version(last_version_by_name);
  cluster_.send<Request>(
      now, Target::coordinator(CoordinatorType::group, group_id_), options,
      [this, partitions = lookup.pending](std::int16_t version) -> Result<Request> {
        return build(partitions, version);
      },
      [this, id](const Now& at, const Reply<Response>& reply) { on_reply(at, id, reply); });
}

CommittedOffsets::Request CommittedOffsets::build(const std::set<TopicPartition>& partitions,
                                                  std::int16_t version) const {
  Request request;
  request.require_stable = version >= first_version_with_stable;
  if (version < first_version_with_groups) {
    request.group_id = group_id_;
    request.topics = by_topic<Request::OffsetFetchRequestTopic>(partitions);
  } else {
    auto& group = request.groups.emplace_back();
    group.group_id = group_id_;
    group.topics = by_topic<Request::OffsetFetchRequestTopics>(partitions);
  }
  return request;
}

void CommittedOffsets::on_reply(const Now& now, Id id, const Reply<Response>& reply) {
  const auto found = lookups_.find(id);
  if (found == lookups_.end()) return;
  Lookup& lookup = found->second;
  lookup.under_way = false;
  if (!reply) {
    fail(now, lookup, reply.error());
  } else if (reply.version < first_version_with_groups) {
    if (reply->error_code != ErrorCode::none) {
      fail(now, lookup, Error(reply->error_code));
    } else {
      settle(now, lookup, reply->topics);
    }
  } else if (reply->groups.size() != 1) {
    fail(now, lookup, Error(ErrorCode::malformed_message, "one group was asked for"));
  } else if (const ErrorCode code = reply->groups.front().error_code; code != ErrorCode::none) {
    fail(now, lookup, Error(code));
  } else {
    settle(now, lookup, reply->groups.front().topics);
  }
  if (lookup.pending.empty()) finish(now, id);
}

template <class Topics>
void CommittedOffsets::settle(const Now& now, Lookup& lookup, const Topics& topics) {
  Error passing;
  for (const auto& topic : topics) {
    for (const auto& entry : topic.partitions) {
      const TopicPartition partition(std::string(topic.name), entry.partition_index);
      if (!lookup.pending.contains(partition)) continue;
      const Error error(entry.error_code, to_string(partition));
      if (error.retriable()) {
        passing = error;
        continue;
      }
      lookup.pending.erase(partition);
      if (!error.ok()) {
        lookup.answers.emplace(partition, error);
        continue;
      }
      std::optional<OffsetAndMetadata> committed;
      if (entry.committed_offset >= 0) {
        committed.emplace(entry.committed_offset);
        if (entry.committed_leader_epoch >= 0) {
          committed->leader_epoch = entry.committed_leader_epoch;
        }
        committed->metadata = std::string(entry.metadata.value_or(""));
      }
      lookup.answers.emplace(partition, std::move(committed));
    }
  }
  if (lookup.pending.empty()) return;
  if (passing.ok()) passing = Error(ErrorCode::malformed_message, "partitions are missing");
  retry(now, lookup, passing);
}

void CommittedOffsets::fail(const Now& now, Lookup& lookup, const Error& error) {
  if (error.retriable()) {
    if (error == ErrorCode::not_coordinator || error == ErrorCode::coordinator_not_available) {
      cluster_.forget_coordinator(CoordinatorType::group, group_id_);
    }
    retry(now, lookup, error);
  } else {
    answer_all(lookup, error.within("group " + group_id_));
  }
}

void CommittedOffsets::retry(const Now& now, Lookup& lookup, const Error& error) {
  lookup.last_error = error.within("group " + group_id_);
  lookup.retry_at = deadline_after(now.monotonic, backoff_.pause(++lookup.failures, random_));
}

void CommittedOffsets::answer_all(Lookup& lookup, const Error& error) {
  for (const TopicPartition& partition : lookup.pending) {
    lookup.answers.emplace(partition, error);
  }
  lookup.pending.clear();
}

void CommittedOffsets::finish(const Now& now, Id id) {
  auto node = lookups_.extract(id);
  node.mapped().done(now, std::move(node.mapped().answers));
}

}  // namespace barnabas::client

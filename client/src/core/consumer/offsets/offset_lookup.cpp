#include "client/src/core/consumer/offsets/offset_lookup.hpp"

#include "client/src/core/cluster/gave_up.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

OffsetLookup::OffsetLookup(RetryOptions retry, IsolationLevel isolation, Cluster& cluster,
                           TopicInterest& interest, std::uint64_t seed)
    : backoff_(retry.backoff, retry.backoff_max),
      isolation_(isolation),
      cluster_(cluster),
      interest_(interest),
      random_(seed) {}

void OffsetLookup::start(const Now& now, Query query, Instant deadline, Done done) {
  const Id id = ++last_id_;
  Lookup& lookup = lookups_[id];
  lookup.deadline = deadline;
  lookup.done = std::move(done);
  for (const auto& [partition, timestamp] : query) {
    lookup.pending[partition].timestamp = timestamp;
    interest_.add(now, partition.topic);
  }
  changed_ = true;
}

void OffsetLookup::run(const Now& now) {
  const bool changed = std::exchange(changed_, false);
  std::vector<Id> ids;
  for (const auto& [id, lookup] : lookups_) ids.push_back(id);
  for (const Id id : ids) {
    Lookup& lookup = lookups_.at(id);
    if (now.monotonic >= lookup.deadline) {
      while (!lookup.pending.empty()) {
        const auto& [partition, pending] = *lookup.pending.begin();
        answer(lookup, partition,
               pending.last_error.ok() ? gave_up(ErrorCode::timed_out,
                                                 to_string(partition) + ": no offset was found out",
                                                 cluster_.last_connection_error())
                                       : pending.last_error);
      }
    } else if (changed || now.monotonic >= lookup.retry_at) {
      send_pending(now, id, lookup);
    }
    if (lookup.pending.empty()) finish(now, id);
  }
}

std::optional<Instant> OffsetLookup::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& [id, lookup] : lookups_) {
    const bool waits = std::any_of(lookup.pending.begin(), lookup.pending.end(),
                                   [](const auto& each) { return !each.second.under_way; });
    const Instant at =
        waits && lookup.failures > 0 ? std::min(lookup.retry_at, lookup.deadline) : lookup.deadline;
    next = std::min(next.value_or(at), at);
  }
  return next;
}

void OffsetLookup::give_up(const Now& now, const Error& error) {
  while (!lookups_.empty()) {
    const Id id = lookups_.begin()->first;
    Lookup& lookup = lookups_.begin()->second;
    while (!lookup.pending.empty()) answer(lookup, lookup.pending.begin()->first, error);
    finish(now, id);
  }
}

void OffsetLookup::send_pending(const Now& now, Id id, Lookup& lookup) {
  const bool resting = now.monotonic < lookup.retry_at;
  std::map<NodeId, std::vector<TopicPartition>> by_leader;
  bool leader_missing = false;
  for (auto& [partition, pending] : lookup.pending) {
    if (pending.under_way || (resting && pending.refused)) continue;
    const PartitionMetadata* known =
        cluster_.metadata().partition(partition.topic, partition.partition);
    if (known == nullptr || known->leader == no_node) {
      const TopicMetadata* topic = cluster_.metadata().topic(partition.topic);
      if (topic != nullptr && topic->error != ErrorCode::none) {
        pending.last_error = Error(topic->error, to_string(partition));
      }
      leader_missing = true;
      continue;
    }
    pending.under_way = true;
    pending.refused = false;
    by_leader[known->leader].push_back(partition);
  }
  if (leader_missing && !resting) {
    cluster_.refresh_metadata(now);
    lookup.retry_at = deadline_after(now.monotonic, backoff_.pause(++lookup.failures, random_));
  }
  for (auto& [leader, partitions] : by_leader) send(now, id, leader, std::move(partitions));
}

void OffsetLookup::send(const Now& now, Id id, NodeId leader,
                        std::vector<TopicPartition> partitions) {
  const Duration left = lookups_.at(id).deadline - now.monotonic;
  cluster_.send<Request>(
      now, Target::node(leader), SendOptions().timeout(left),
      [this, id, partitions](std::int16_t) -> Result<Request> {
        const auto found = lookups_.find(id);
        return build(found == lookups_.end() ? nullptr : &found->second, partitions);
      },
      [this, id, partitions](const Now& at, const Reply<Response>& reply) {
        on_reply(at, id, partitions, reply);
      });
}

OffsetLookup::Request OffsetLookup::build(const Lookup* lookup,
                                          const std::vector<TopicPartition>& partitions) const {
  Request request;
  request.replica_id = -1;
  request.isolation_level = static_cast<std::int8_t>(isolation_);
  if (lookup == nullptr) return request;
  for (const TopicPartition& partition : partitions) {
    if (request.topics.empty() || request.topics.back().name != partition.topic) {
      request.topics.emplace_back().name = partition.topic;
    }
    auto& asked = request.topics.back().partitions.emplace_back();
    asked.partition_index = partition.partition;
    const auto pending = lookup->pending.find(partition);
    if (pending != lookup->pending.end()) asked.timestamp = pending->second.timestamp;
    const PartitionMetadata* known =
        cluster_.metadata().partition(partition.topic, partition.partition);
    if (known != nullptr) asked.current_leader_epoch = known->leader_epoch;
  }
  return request;
}

void OffsetLookup::on_reply(const Now& now, Id id, const std::vector<TopicPartition>& asked,
                            const Reply<Response>& reply) {
  const auto found = lookups_.find(id);
  if (found == lookups_.end()) return;
  Lookup& lookup = found->second;
  if (reply) {
    for (const auto& topic : reply->topics) {
      for (const auto& partition : topic.partitions) {
        settle(now, lookup, {std::string(topic.name), partition.partition_index}, reply.node,
               partition.error_code,
               {partition.offset, partition.timestamp, partition.leader_epoch});
      }
    }
  }
  // What the response left out, or everything when there is none.
  for (const TopicPartition& partition : asked) {
    const auto pending = lookup.pending.find(partition);
    if (pending == lookup.pending.end() || !pending->second.under_way) continue;
    const Error error =
        reply ? Error(ErrorCode::malformed_message, "the partition is missing") : reply.error();
    if (reply || error.retriable()) {
      retry(now, lookup, partition, error.within(to_string(partition)));
    } else {
      answer(lookup, partition, error.within(to_string(partition)));
    }
  }
  if (lookup.pending.empty()) finish(now, id);
}

void OffsetLookup::settle(const Now& now, Lookup& lookup, const TopicPartition& partition,
                          NodeId node, ErrorCode code, const ListedOffset& offset) {
  const auto pending = lookup.pending.find(partition);
  if (pending == lookup.pending.end() || !pending->second.under_way) return;
  if (code == ErrorCode::none) {
    answer(lookup, partition, offset);
    return;
  }
  Error error(code, to_string(partition) + " at " + cluster_.describe(node));
  if (error.retriable() || code == ErrorCode::unknown_server_error) {
    retry(now, lookup, partition, std::move(error));
  } else {
    answer(lookup, partition, std::move(error));
  }
}

void OffsetLookup::retry(const Now& now, Lookup& lookup, const TopicPartition& partition,
                         Error error) {
  Pending& pending = lookup.pending.at(partition);
  pending.under_way = false;
  pending.refused = true;
  pending.last_error = std::move(error);
  // One pause for all that failed together.
  if (lookup.retry_at <= now.monotonic) {
    lookup.retry_at = deadline_after(now.monotonic, backoff_.pause(++lookup.failures, random_));
  }
  cluster_.refresh_metadata(now);
}

void OffsetLookup::answer(Lookup& lookup, const TopicPartition& partition,
                          Result<ListedOffset> with) {
  // `partition` may live in what is erased.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const TopicPartition key = partition;
  lookup.pending.erase(key);
  lookup.answers.insert_or_assign(key, std::move(with));
}

void OffsetLookup::finish(const Now& now, Id id) {
  auto node = lookups_.extract(id);
  Lookup& lookup = node.mapped();
  for (const auto& [partition, result] : lookup.answers) interest_.remove(partition.topic);
  lookup.done(now, std::move(lookup.answers));
}

}  // namespace barnabas::client

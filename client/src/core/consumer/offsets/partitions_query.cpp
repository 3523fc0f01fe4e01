#include "client/src/core/consumer/offsets/partitions_query.hpp"

#include "client/src/core/cluster/gave_up.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

constexpr int refreshes_to_believe = 4;

std::vector<PartitionInfo> describe(const TopicMetadata& topic) {
  std::vector<PartitionInfo> partitions;
  for (const PartitionMetadata& metadata : topic.partitions) {
    PartitionInfo& info = partitions.emplace_back();
    info.topic = topic.name;
    info.partition = static_cast<std::int32_t>(partitions.size() - 1);
    info.leader = metadata.leader;
    info.leader_epoch = metadata.leader_epoch;
    info.replicas = metadata.replicas;
    info.in_sync_replicas = metadata.in_sync_replicas;
  }
  return partitions;
}

}  // namespace

PartitionsQuery::PartitionsQuery(RetryOptions retry, Cluster& cluster, TopicInterest& interest,
                                 std::uint64_t seed)
    : backoff_(retry.backoff, retry.backoff_max),
      cluster_(cluster),
      interest_(interest),
      random_(seed) {}

void PartitionsQuery::start(const Now& now, std::string topic, Instant deadline, Done done) {
  interest_.add(now, topic);
  queries_.push_back({std::move(topic), deadline, now.monotonic, 0, std::move(done)});
}

void PartitionsQuery::run(const Now& now) {
  for (auto query = queries_.begin(); query != queries_.end();) {
    auto found = answer(now, *query);
    if (!found) {
      ++query;
      continue;
    }
    const Query finished = std::move(*query);
    query = queries_.erase(query);
    interest_.remove(finished.topic);
    finished.done(*std::move(found));
  }
}

std::optional<Result<std::vector<PartitionInfo>>> PartitionsQuery::answer(const Now& now,
                                                                          Query& query) {
  const TopicMetadata* topic = cluster_.metadata().topic(query.topic);
  if (topic != nullptr) {
    const Error error(topic->error, query.topic);
    if (error.ok()) return describe(*topic);
    if (!error.retriable() || topic->failed_refreshes >= refreshes_to_believe) return error;
  }
  if (now.monotonic >= query.deadline) {
    if (topic != nullptr) return Error(topic->error, query.topic);
    return gave_up(ErrorCode::timed_out, query.topic + ": no metadata of the topic could be had",
                   cluster_.last_connection_error());
  }
  if (now.monotonic >= query.retry_at) {
    cluster_.refresh_metadata(now);
    query.retry_at = deadline_after(now.monotonic, backoff_.pause(++query.failures, random_));
  }
  return std::nullopt;
}

std::optional<Instant> PartitionsQuery::next_deadline() const {
  std::optional<Instant> next;
  for (const Query& query : queries_) {
    const Instant at = std::min(query.retry_at, query.deadline);
    next = std::min(next.value_or(at), at);
  }
  return next;
}

void PartitionsQuery::give_up(const Error& error) {
  while (!queries_.empty()) {
    const Query query = std::move(queries_.front());
    queries_.pop_front();
    query.done(error);
  }
}

}  // namespace barnabas::client

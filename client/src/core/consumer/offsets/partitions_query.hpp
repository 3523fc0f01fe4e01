#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "client/src/core/consumer/topic_interest.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/partition_info.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::client {

/// Waits until metadata describes a topic.
/// Thread-safety: none.
class PartitionsQuery {
 public:
  using Done = std::function<void(Result<std::vector<PartitionInfo>>)>;

  /// Lifetime: cluster and interest outlive it.
  PartitionsQuery(RetryOptions retry, Cluster& cluster, TopicInterest& interest,
                  std::uint64_t seed);

  /// `done` runs once, within an event. A topic that several refreshes in a row do not find does
  /// not exist.
  void start(const Now& now, std::string topic, Instant deadline, Done done);
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;
  void give_up(const Error& error);

 private:
  struct Query {
    std::string topic;
    Instant deadline;
    Instant retry_at;
    std::uint32_t failures = 0;
    Done done;
  };
  std::optional<Result<std::vector<PartitionInfo>>> answer(const Now& now, Query& query);

  Backoff backoff_;
  Cluster& cluster_;
  TopicInterest& interest_;
  Random random_;
  std::list<Query> queries_;
};

}  // namespace barnabas::client

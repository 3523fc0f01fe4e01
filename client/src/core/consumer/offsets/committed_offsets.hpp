#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/messages/offset_fetch.hpp"

#include <barnabas/offset.hpp>
#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace barnabas::client {

/// Reads what a group has committed, and tries again until the caller's deadline whatever may pass
/// by itself: a coordinator that moves or loads, offsets that a transaction still holds back
/// (KIP-447).
/// Thread-safety: none.
class CommittedOffsets {
 public:
  /// Nothing where the group has no offset.
  using Answers = std::map<TopicPartition, Result<std::optional<OffsetAndMetadata>>>;
  using Done = std::function<void(const Now&, Answers)>;

  /// Lifetime: the cluster outlives it.
  CommittedOffsets(RetryOptions retry, std::string group_id, Cluster& cluster, std::uint64_t seed);

  /// `done` runs once, within an event, with an answer for each partition.
  void start(const Now& now, std::set<TopicPartition> partitions, Instant deadline, Done done);
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;
  /// Ends all with `error`.
  void give_up(const Now& now, const Error& error);

 private:
  using Request = protocol::OffsetFetchRequest;
  using Response = protocol::OffsetFetchResponse;
  struct Lookup {
    std::set<TopicPartition> pending;
    Answers answers;
    Instant deadline;
    Instant retry_at{};
    std::uint32_t failures = 0;
    bool under_way = false;
    Error last_error;
    Done done;
  };
  using Id = std::uint64_t;

  void send(const Now& now, Id id);
  Request build(const std::set<TopicPartition>& partitions, std::int16_t version) const;
  void on_reply(const Now& now, Id id, const Reply<Response>& reply);
  template <class Topics>
  void settle(const Now& now, Lookup& lookup, const Topics& topics);
  void fail(const Now& now, Lookup& lookup, const Error& error);
  void retry(const Now& now, Lookup& lookup, const Error& error);
  static void answer_all(Lookup& lookup, const Error& error);
  void finish(const Now& now, Id id);

  Backoff backoff_;
  std::string group_id_;
  Cluster& cluster_;
  Random random_;
  std::map<Id, Lookup> lookups_;
  Id last_id_ = 0;
};

}  // namespace barnabas::client

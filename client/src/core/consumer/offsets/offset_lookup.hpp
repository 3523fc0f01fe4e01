#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "client/src/core/consumer/topic_interest.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/messages/list_offsets.hpp"

#include <barnabas/isolation_level.hpp>
#include <barnabas/result.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::client {

struct ListedOffset {
  std::int64_t offset = -1;  ///< -1: no record is that young.
  Timestamp timestamp = -1;
  std::int32_t leader_epoch = -1;
};

/// Finds the offsets that belong to timestamps, the first and the last ones among them: asks the
/// partitions' leaders, follows them when they move, and tries again until the caller's deadline
/// whatever may pass by itself. An error of that kind is never an answer before then.
/// Thread-safety: none.
class OffsetLookup {
 public:
  using Query = std::map<TopicPartition, Timestamp>;
  using Answers = std::map<TopicPartition, Result<ListedOffset>>;
  using Done = std::function<void(const Now&, Answers)>;

  /// Lifetime: cluster and interest outlive it.
  OffsetLookup(RetryOptions retry, IsolationLevel isolation, Cluster& cluster,
               TopicInterest& interest, std::uint64_t seed);

  /// `done` runs once, within an event, with an answer for each partition.
  void start(const Now& now, Query query, Instant deadline, Done done);
  /// Leaders may have changed.
  void changed() noexcept { changed_ = true; }
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;
  /// Ends all with `error`.
  void give_up(const Now& now, const Error& error);

 private:
  using Request = protocol::ListOffsetsRequest;
  using Response = protocol::ListOffsetsResponse;
  struct Pending {
    Timestamp timestamp = 0;
    bool under_way = false;
    bool refused = false;  // last time: not before the pause is over
    Error last_error;
  };
  struct Lookup {
    std::map<TopicPartition, Pending> pending;
    Answers answers;
    Instant deadline;
    Instant retry_at{};
    std::uint32_t failures = 0;
    Done done;
  };
  using Id = std::uint64_t;

  void send_pending(const Now& now, Id id, Lookup& lookup);
  void send(const Now& now, Id id, NodeId leader, std::vector<TopicPartition> partitions);
  Request build(const Lookup* lookup, const std::vector<TopicPartition>& partitions) const;
  void on_reply(const Now& now, Id id, const std::vector<TopicPartition>& asked,
                const Reply<Response>& reply);
  void settle(const Now& now, Lookup& lookup, const TopicPartition& partition, NodeId node,
              ErrorCode code, const ListedOffset& offset);
  void retry(const Now& now, Lookup& lookup, const TopicPartition& partition, Error error);
  static void answer(Lookup& lookup, const TopicPartition& partition, Result<ListedOffset> with);
  void finish(const Now& now, Id id);

  Backoff backoff_;
  IsolationLevel isolation_;
  Cluster& cluster_;
  TopicInterest& interest_;
  Random random_;
  std::map<Id, Lookup> lookups_;
  Id last_id_ = 0;
  bool changed_ = false;
};

}  // namespace barnabas::client

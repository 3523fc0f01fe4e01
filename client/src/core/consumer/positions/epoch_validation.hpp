#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/positions/assignment.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "protocol/base/logger.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/messages/offset_for_leader_epoch.hpp"

#include <barnabas/consumer_config.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace barnabas::client {

/// Notices logs that were truncated (KIP-320): when a partition has a new leader, or a position
/// comes from elsewhere with an epoch, asks the leader where that epoch ends before anything is
/// fetched. What lies beyond that end was never there: the reset policy decides, "none" reports it,
/// the others go on from the end.
/// Thread-safety: none.
class EpochValidation {
 public:
  /// Lifetime: the references outlive it.
  EpochValidation(RetryOptions retry, OffsetReset policy, Cluster& cluster, Assignment& assignment,
                  Logger& logger, std::uint64_t seed);

  /// Metadata or the assignment changed: partitions with a new leader epoch have to be validated.
  void on_metadata();
  /// Asks for whatever is to be validated.
  void run(const Now& now);
  std::optional<Instant> next_deadline() const { return retry_at_; }

 private:
  using Request = protocol::OffsetForLeaderEpochRequest;
  using Response = protocol::OffsetForLeaderEpochResponse;
  struct Asked {
    TopicPartition partition;
    std::uint64_t round = 0;
    std::int32_t current_epoch = -1;
    std::int32_t epoch = -1;
  };

  void send(const Now& now, NodeId leader, std::vector<Asked> asked);
  void on_reply(const Now& now, const std::vector<Asked>& asked, const Reply<Response>& reply);
  void on_end(const Now& now, PartitionState& state, std::int32_t epoch, std::int64_t end);
  void on_error(const Now& now, PartitionState& state, const Error& error);

  Backoff backoff_;
  OffsetReset policy_;
  Cluster& cluster_;
  Assignment& assignment_;
  Logger& logger_;
  Random random_;
  std::optional<Instant> retry_at_;
};

}  // namespace barnabas::client

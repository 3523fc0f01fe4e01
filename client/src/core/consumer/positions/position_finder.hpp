#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/consumer/offsets/committed_offsets.hpp"
#include "client/src/core/consumer/offsets/offset_lookup.hpp"
#include "client/src/core/consumer/positions/assignment.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/consumer_config.hpp>

#include <cstdint>
#include <optional>

namespace barnabas::client {

/// Gives partitions their first position, and a new one after a reset: what the group committed,
/// else what the policy says. Errors that pass by themselves never move a position; they are tried
/// again for as long as the partition is assigned.
/// Thread-safety: none.
class PositionFinder {
 public:
  struct Options {
    OffsetReset policy = OffsetReset::latest();  ///< (auto.offset.reset)
    Duration patience{};                         ///< Limit of one look-up; the next one follows.
    RetryOptions retry;
  };
  /// `committed`: null without a group. Lifetime: the references outlive it.
  PositionFinder(Options options, Assignment& assignment, OffsetLookup& lookup,
                 CommittedOffsets* committed, std::uint64_t seed);

  void run(const Now& now);
  std::optional<Instant> next_deadline() const { return retry_at_; }

 private:
  void on_committed(const Now& now, const CommittedOffsets::Answers& answers);
  void on_listed(const Now& now, const OffsetLookup::Answers& answers);
  void on_error(const Now& now, PartitionState& state, const Error& error);

  Options options_;
  Backoff backoff_;
  Assignment& assignment_;
  OffsetLookup& lookup_;
  CommittedOffsets* committed_;
  Random random_;
  std::optional<Instant> retry_at_;
};

}  // namespace barnabas::client

#pragma once

#include "client/src/core/producer/batch_delivery.hpp"

#include <barnabas/error.hpp>
#include <barnabas/error_code.hpp>

#include <cstdint>

namespace barnabas::client {

/// What the outcome of sending one batch means for it.
enum class Verdict : std::uint8_t {
  stored,            ///< Done.
  retry,             ///< Send it again.
  refused_sequence,  ///< The broker misses what came before, or has forgotten the producer.
  refused_identity,  ///< The broker does not accept the producer's epoch.
  too_large,         ///< Smaller batches may be accepted.
  rejected,          ///< Sending it again would not help.
};

struct ProduceAnswer {
  Verdict verdict = Verdict::rejected;
  /// This attempt may have stored the batch although it was not acknowledged.
  bool may_be_stored = false;
  /// Another leader may take it at once.
  bool leader_changed = false;
  /// The cluster's metadata is out of date.
  bool stale_metadata = false;
  /// What to tell the application if this is the end.
  BatchOutcome outcome;
};

/// What an error code in a ProduceResponse means.
ProduceAnswer judge(ErrorCode code);
/// What it means that there is no answer. `written`: the request may have reached the broker.
ProduceAnswer judge_failure(const Error& error, bool written);

}  // namespace barnabas::client

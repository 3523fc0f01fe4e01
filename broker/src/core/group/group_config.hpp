#pragma once

#include "protocol/base/time.hpp"

#include <cstddef>
#include <cstdint>

namespace barnabas::broker {

/// Limits of groups and committed offsets; names of Kafka's broker properties in brackets.
struct GroupConfig {
  Duration min_session_timeout = std::chrono::seconds(6);   ///< [group.min.session.timeout.ms]
  Duration max_session_timeout = std::chrono::minutes(30);  ///< [group.max.session.timeout.ms]
  /// How long the first join of an empty group waits for more members
  /// [group.initial.rebalance.delay.ms]. Kafka's default is 3 s; a development broker does not make
  /// its users wait.
  Duration initial_rebalance_delay = Duration::zero();
  std::size_t max_size = 2147483647;                        ///< [group.max.size]
  std::size_t offset_metadata_max_bytes = 4096;             ///< [offset.metadata.max.bytes]
  Duration offsets_retention = std::chrono::hours(24 * 7);  ///< [offsets.retention.minutes]
  Duration offsets_retention_check =
      std::chrono::minutes(10);  ///< [offsets.retention.check.interval.ms]
};

}  // namespace barnabas::broker

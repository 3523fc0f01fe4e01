#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/result.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace barnabas::broker {

/// One record of `__consumer_offsets`, in Kafka's format. No value is a tombstone.
struct CoordinatorRecord {
  std::vector<std::byte> key;
  std::optional<std::vector<std::byte>> value;
};

/// Where the group coordinator's decisions are kept.
class CoordinatorLog {
 public:
  /// With the time of the event that decided the outcome, which may be long after `append`.
  using Done = std::function<void(const Now&, const Result<void>&)>;

  virtual ~CoordinatorLog() = default;

  /// Appends `records` as one batch to the partition of `group_id`. `done` is called once they are
  /// as durable as the broker's fsync policy demands of acks=all, possibly before this returns.
  /// Errors: kafka_storage_error, when nothing was kept.
  virtual void append(std::string_view group_id, std::vector<CoordinatorRecord> records,
                      Done done) = 0;
};

}  // namespace barnabas::broker

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas {

/// A record as it lies in a broker's log; see Broker::log. Keys, values and header values are bytes
/// and may be null, which is not the same as empty.
struct StoredRecord {
  std::int64_t offset = 0;
  std::int64_t timestamp = -1;  ///< Milliseconds since 1970.
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
  std::int64_t producer_id = -1;  ///< -1: not from an idempotent producer.
  std::int32_t leader_epoch = -1;

  StoredRecord() = default;
  friend bool operator==(const StoredRecord&, const StoredRecord&) = default;
};

}  // namespace barnabas

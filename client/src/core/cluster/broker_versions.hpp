#pragma once

#include "protocol/base/version_range.hpp"

#include <barnabas/api_key.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::protocol {
struct ApiVersionsResponse;
}

namespace barnabas::client {

/// What a broker said that it speaks, in ApiVersions.
class BrokerVersions {
 public:
  BrokerVersions() = default;
  explicit BrokerVersions(const protocol::ApiVersionsResponse& response);

  /// Nothing when the broker does not serve the API.
  std::optional<VersionRange> range(ApiKey key) const;
  /// The highest version that lies in `ours` and in the broker's range.
  /// Errors: unsupported_by_broker, naming the API and both ranges.
  Result<std::int16_t> choose(ApiKey key, VersionRange ours) const;
  /// The finalized level of each feature that the cluster has.
  const std::map<std::string, std::int16_t, std::less<>>& features() const noexcept {
    return features_;
  }

 private:
  struct ApiRange {
    std::int16_t key = 0;
    VersionRange range;
  };
  std::vector<ApiRange> ranges_;  // in the order of keys; of two with the same the last counts
  std::map<std::string, std::int16_t, std::less<>> features_;
};

}  // namespace barnabas::client

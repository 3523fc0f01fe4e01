#include "client/src/core/cluster/broker_versions.hpp"

#include "protocol/messages/api_versions.hpp"

#include <algorithm>
#include <iterator>

namespace barnabas::client {

namespace {

std::string print(VersionRange range) {
  return std::to_string(range.min) + " to " + std::to_string(range.max);
}

}  // namespace

BrokerVersions::BrokerVersions(const protocol::ApiVersionsResponse& response) {
  ranges_.reserve(response.api_keys.size());
  for (const auto& api : response.api_keys) {
    ranges_.push_back({api.api_key, VersionRange{api.min_version, api.max_version}});
  }
  std::ranges::stable_sort(ranges_, {}, &ApiRange::key);
  for (const auto& feature : response.finalized_features) {
    features_.insert_or_assign(std::string(feature.name), feature.max_version_level);
  }
}

std::optional<VersionRange> BrokerVersions::range(ApiKey key) const {
  const auto number = static_cast<std::int16_t>(key);
  const auto behind = std::ranges::upper_bound(ranges_, number, {}, &ApiRange::key);
  if (behind == ranges_.begin() || std::prev(behind)->key != number) return std::nullopt;
  return std::prev(behind)->range;
}

Result<std::int16_t> BrokerVersions::choose(ApiKey key, VersionRange ours) const {
  const std::optional<VersionRange> theirs = range(key);
  if (!theirs) {
    return Error(ErrorCode::unsupported_by_broker,
                 "the broker does not serve " + std::string(name(key)));
  }
  const std::int16_t version = std::min(ours.max, theirs->max);
  if (version >= ours.min && version >= theirs->min) return version;
  return Error(ErrorCode::unsupported_by_broker, std::string(name(key)) + " is needed in version " +
                                                     print(ours) + ", the broker serves " +
                                                     print(*theirs));
}

}  // namespace barnabas::client

#include "tests/simulation/old_broker.hpp"

#include "broker/src/handlers/routes.hpp"
#include "protocol/messages/api_versions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace barnabas::test {

namespace {

struct Limits {
  ApiKey api;
  std::array<std::int16_t, OldBroker::releases> last;  // Kafka 1.1, 2.1, 2.3 and 2.8
};

constexpr Limits limits[] = {
    {ApiKey::Produce, {5, 7, 7, 9}},          {ApiKey::Fetch, {7, 10, 11, 12}},
    {ApiKey::ListOffsets, {2, 4, 5, 6}},      {ApiKey::Metadata, {5, 7, 8, 11}},
    {ApiKey::OffsetCommit, {3, 6, 7, 8}},     {ApiKey::OffsetFetch, {3, 5, 5, 7}},
    {ApiKey::FindCoordinator, {1, 2, 2, 3}},  {ApiKey::JoinGroup, {2, 3, 5, 7}},
    {ApiKey::Heartbeat, {1, 2, 3, 4}},        {ApiKey::LeaveGroup, {1, 2, 2, 4}},
    {ApiKey::SyncGroup, {1, 2, 3, 5}},        {ApiKey::DescribeGroups, {1, 2, 3, 5}},
    {ApiKey::ListGroups, {1, 2, 2, 4}},       {ApiKey::ApiVersions, {1, 2, 2, 3}},
    {ApiKey::InitProducerId, {0, 1, 1, 4}},   {ApiKey::OffsetForLeaderEpoch, {0, 2, 3, 4}},
    {ApiKey::CreatePartitions, {0, 1, 1, 3}},
};

// Before KIP-511 who asked in an unknown version was told nothing but that.
broker::Answer refuse_version(const wire::ReceivedRequest& request) {
  protocol::ApiVersionsResponse response;
  response.error_code = ErrorCode::unsupported_version;
  Result<wire::GatherBuffer> frame = wire::encode_response(response, 0, request.correlation_id);
  return frame ? broker::Answer::send(std::move(*frame)) : broker::Answer::close(frame.error());
}

void limit(VersionRange& range, std::int16_t last) { range.max = std::min(range.max, last); }

}  // namespace

OldBroker::OldBroker(std::int64_t release) : release_(release) {
  const std::span<const broker::ApiRoute> all = broker::routes();
  routes_.assign(all.begin(), all.end());
  if (release == 0) return;
  apis_.reserve(routes_.size());
  for (broker::ApiRoute& route : routes_) {
    protocol::ApiDescriptor& api = apis_.emplace_back(*route.api);
    if (const std::optional<std::int16_t> last = last_version(api.key)) {
      limit(api.versions, *last);
      limit(api.advertised, *last);
    }
    if (api.key == ApiKey::ApiVersions) route.refuse_version = refuse_version;
    route.api = &api;
  }
}

std::optional<std::int16_t> OldBroker::last_version(ApiKey api) const {
  if (release_ == 0) return std::nullopt;
  for (const Limits& each : limits) {
    if (each.api == api) return each.last[static_cast<std::size_t>(release_ - 1)];
  }
  return std::nullopt;
}

bool release_has_zstd(std::int64_t release) { return release != 1; }

bool release_has_epochs(std::int64_t release) { return release != 1; }

bool release_has_static_members(std::int64_t release) { return release == 0 || release > 2; }

bool release_tells_leaders(std::int64_t release) { return release == 0; }

}  // namespace barnabas::test

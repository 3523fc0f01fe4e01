#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/alter_configs.hpp"
#include "protocol/messages/api_versions.hpp"
#include "protocol/messages/create_acls.hpp"
#include "protocol/messages/create_partitions.hpp"
#include "protocol/messages/create_topics.hpp"
#include "protocol/messages/delete_acls.hpp"
#include "protocol/messages/delete_groups.hpp"
#include "protocol/messages/delete_records.hpp"
#include "protocol/messages/delete_topics.hpp"
#include "protocol/messages/describe_acls.hpp"
#include "protocol/messages/describe_cluster.hpp"
#include "protocol/messages/describe_configs.hpp"
#include "protocol/messages/describe_groups.hpp"
#include "protocol/messages/describe_log_dirs.hpp"
#include "protocol/messages/describe_producers.hpp"
#include "protocol/messages/describe_topic_partitions.hpp"
#include "protocol/messages/elect_leaders.hpp"
#include "protocol/messages/fetch.hpp"
#include "protocol/messages/find_coordinator.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/incremental_alter_configs.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/join_group.hpp"
#include "protocol/messages/leave_group.hpp"
#include "protocol/messages/list_config_resources.hpp"
#include "protocol/messages/list_groups.hpp"
#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/list_partition_reassignments.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/offset_commit.hpp"
#include "protocol/messages/offset_delete.hpp"
#include "protocol/messages/offset_fetch.hpp"
#include "protocol/messages/offset_for_leader_epoch.hpp"
#include "protocol/messages/produce.hpp"
#include "protocol/messages/sync_group.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

// The protocol itself: versions, unknown APIs, damaged frames, requests that say nothing.

namespace barnabas::differential {
namespace {

using protocol::ApiVersionsRequest;

constexpr std::size_t size_bytes = 4;
constexpr std::size_t version_at = size_bytes + 2;

void set_size(std::vector<std::byte>& frame) {
  wire::store_big_endian(frame.data(), static_cast<std::uint32_t>(frame.size() - size_bytes));
}

std::set<std::int16_t> keys_served_by_us(World& world) {
  Client client(world);
  const auto answers = client.quietly().ask<ApiVersionsRequest>("served", 0, ApiVersionsRequest());
  std::set<std::int16_t> keys;
  for (const auto& api : answers[Side::ours].message.value().api_keys) keys.insert(api.api_key);
  return keys;
}

template <class... Requests>
struct Listed {
  template <class Visit>
  static void for_each(const Visit& visit) {
    (visit.template operator()<Requests>(), ...);
  }
};
using Served = Listed<
    protocol::AlterConfigsRequest, protocol::ApiVersionsRequest, protocol::CreateAclsRequest,
    protocol::CreatePartitionsRequest, protocol::CreateTopicsRequest, protocol::DeleteAclsRequest,
    protocol::DeleteGroupsRequest, protocol::DeleteRecordsRequest, protocol::DeleteTopicsRequest,
    protocol::DescribeAclsRequest, protocol::DescribeClusterRequest,
    protocol::DescribeConfigsRequest, protocol::DescribeGroupsRequest,
    protocol::DescribeLogDirsRequest, protocol::DescribeProducersRequest,
    protocol::DescribeTopicPartitionsRequest, protocol::ElectLeadersRequest, protocol::FetchRequest,
    protocol::FindCoordinatorRequest, protocol::HeartbeatRequest,
    protocol::IncrementalAlterConfigsRequest, protocol::InitProducerIdRequest,
    protocol::JoinGroupRequest, protocol::LeaveGroupRequest, protocol::ListConfigResourcesRequest,
    protocol::ListGroupsRequest, protocol::ListOffsetsRequest,
    protocol::ListPartitionReassignmentsRequest, protocol::MetadataRequest,
    protocol::OffsetCommitRequest, protocol::OffsetDeleteRequest, protocol::OffsetFetchRequest,
    protocol::OffsetForLeaderEpochRequest, protocol::ProduceRequest, protocol::SyncGroupRequest>;

/// Calls `visit.operator()<Request>()` for every request that our broker serves.
template <class Visit>
void for_each_request(World& world, const Visit& visit) {
  std::set<std::int16_t> served = keys_served_by_us(world);
  Served::for_each([&]<class Request>() {
    if (served.erase(static_cast<std::int16_t>(Request::api_key)) > 0) {
      visit.template operator()<Request>();
    }
  });
  if (!served.empty()) {
    throw std::logic_error("API " + std::to_string(*served.begin()) +
                           " is served and not in the list of scenario_protocol.cpp");
  }
}

ApiVersionsRequest named(std::string_view software, std::string_view version) {
  ApiVersionsRequest request;
  request.client_software_name = software;
  request.client_software_version = version;
  return request;
}

}  // namespace

void api_versions(World& world) {
  Client client(world);
  for_each_version<ApiVersionsRequest>([&](std::int16_t version) {
    client.ask<ApiVersionsRequest>("asked properly", version,
                                   version >= 3 ? named("a-library", "1.2.3") : named("", ""));
  });
  for (const std::int16_t version : Versions{3, 4}) {
    client.ask<ApiVersionsRequest>("no software name", version, named("", "1.2.3"));
    client.ask<ApiVersionsRequest>("no software version", version, named("a", ""));
    client.ask<ApiVersionsRequest>("software name with a space", version, named("a b", "1"));
    client.ask<ApiVersionsRequest>("software name ends in a dash", version, named("a-", "1"));
    client.ask<ApiVersionsRequest>("software version with plus", version, named("a", "1+2"));
  }
}

void unserved_requests(World& world) {
  Client client(world);
  client.set_patience(std::chrono::milliseconds(2000));
  // The header of ApiVersions, whatever the version: who asks is answered in version 0.
  Both<std::vector<std::byte>> frames;
  for (const std::int16_t version : Versions{5, 99, 32767, -1, -32768}) {
    for (const Side side : sides) {
      frames[side] = client.encode<ApiVersionsRequest>(side, 3, named("a", "1"));
      wire::store_big_endian(frames[side].data() + version_at, static_cast<std::uint16_t>(version));
    }
    client.ask_bytes<ApiVersionsRequest>("version " + std::to_string(version), 0, frames);
  }
  for_each_request(world, [&]<class Request>() {
    if constexpr (!std::is_same_v<Request, ApiVersionsRequest>) {
      for (const int version : {Request::versions.min - 1, Request::versions.max + 1}) {
        for (const Side side : sides) {
          frames[side] = client.encode<Request>(side, Request::versions.max, Request());
          wire::store_big_endian(frames[side].data() + version_at,
                                 static_cast<std::uint16_t>(version));
        }
        client.ask_bytes<Request>("version " + std::to_string(version), Request::versions.max,
                                  frames);
      }
    }
  });
  for (const int key : {-1, 4, 93, 999, 32767}) {
    for (const Side side : sides) {
      frames[side] = client.encode<ApiVersionsRequest>(side, 0, ApiVersionsRequest());
      wire::store_big_endian(frames[side].data() + size_bytes, static_cast<std::uint16_t>(key));
    }
    client.ask_bytes<ApiVersionsRequest>("api key " + std::to_string(key), 0, frames);
  }
}

void empty_requests(World& world) {
  Client client(world);
  for_each_request(world, [&]<class Request>() {
    for_each_version<Request>([&](std::int16_t version) {
      Request request;
      if constexpr (std::is_same_v<Request, protocol::ProduceRequest>) request.acks = 1;
      client.ask<Request>("nothing but defaults", version, request);
    });
  });
}

void damaged_requests(World& world) {
  Client client(world);
  client.set_patience(std::chrono::milliseconds(2000));
  for_each_request(world, [&]<class Request>() {
    Both<std::vector<std::byte>> frames;
    const auto encode = [&](std::int16_t version) {
      Request request;
      if constexpr (std::is_same_v<Request, protocol::ProduceRequest>) request.acks = 1;
      for (const Side side : sides) frames[side] = client.encode<Request>(side, version, request);
    };
    for (const std::int16_t version : {Request::versions.min, Request::versions.max}) {
      encode(version);
      const std::size_t body = frames[Side::ours].size() - Request().encoded_size(version);
      if (body == frames[Side::ours].size()) continue;  // the message is empty
      for (const Side side : sides) {
        frames[side].resize(frames[side].size() - 1);
        set_size(frames[side]);
      }
      client.ask_bytes<Request>("cut short by a byte", version, frames);
      for (const Side side : sides) {
        frames[side].resize(body);
        set_size(frames[side]);
      }
      client.ask_bytes<Request>("no body", version, frames);
      encode(version);
      for (const Side side : sides) {
        frames[side].insert(frames[side].end(), {std::byte{1}, std::byte{2}, std::byte{3}});
        set_size(frames[side]);
      }
      client.ask_bytes<Request>("three bytes too many", version, frames);
      for (const std::byte fill : {std::byte{0xFF}, std::byte{0x7F}}) {
        encode(version);
        for (const Side side : sides) {
          std::fill(frames[side].begin() + static_cast<std::ptrdiff_t>(body), frames[side].end(),
                    fill);
        }
        client.ask_bytes<Request>("body of bytes " + std::to_string(std::to_integer<int>(fill)),
                                  version, frames);
      }
    }
  });
}

}  // namespace barnabas::differential

#include "tests/interop/differential/client.hpp"
#include "tests/interop/differential/scenarios.hpp"

#include "protocol/messages/create_acls.hpp"
#include "protocol/messages/delete_acls.hpp"
#include "protocol/messages/describe_acls.hpp"
#include "protocol/messages/describe_log_dirs.hpp"
#include "protocol/messages/describe_producers.hpp"
#include "protocol/messages/elect_leaders.hpp"
#include "protocol/messages/list_config_resources.hpp"
#include "protocol/messages/list_partition_reassignments.hpp"

// What tools for administrators ask: replicas and their folders, producers, access rules.

namespace barnabas::differential {

void asking_about_replicas(World& world) {
  Client client(world);
  const std::string_view topic = world.fresh("replicas");
  world.create_topic(topic, 2);
  for_each_version<protocol::DescribeLogDirsRequest>([&](std::int16_t version) {
    protocol::DescribeLogDirsRequest request;
    request.topics.emplace().push_back({topic, {0, 1, 5}});
    client.ask<protocol::DescribeLogDirsRequest>("a topic", version, request);
    request.topics->front().partitions.clear();
    client.ask<protocol::DescribeLogDirsRequest>("no partitions", version, request);
    request.topics->front() = {"no-such-topic", {0}};
    client.ask<protocol::DescribeLogDirsRequest>("unknown topic", version, request);
  });
  protocol::ListPartitionReassignmentsRequest moves;
  client.ask<protocol::ListPartitionReassignmentsRequest>("all moves", 0, moves);
  moves.topics.emplace().push_back({topic, {0, 7}});
  moves.topics->push_back({"no-such-topic", {0}});
  client.ask<protocol::ListPartitionReassignmentsRequest>("moves of a topic", 0, moves);
  for_each_version<protocol::ElectLeadersRequest>([&](std::int16_t version) {
    protocol::ElectLeadersRequest request;
    client.ask<protocol::ElectLeadersRequest>("of all", version, request);
    request.topic_partitions.emplace().push_back({topic, {0, 7}});
    request.topic_partitions->push_back({"no-such-topic", {0}});
    client.ask<protocol::ElectLeadersRequest>("of some", version, request);
    if (version == 0) return;
    request.election_type = 1;
    client.ask<protocol::ElectLeadersRequest>("unclean", version, request);
  });
  protocol::DescribeProducersRequest producers;
  producers.topics.push_back({topic, {0, 7}});
  producers.topics.push_back({"no-such-topic", {0}});
  client.ask<protocol::DescribeProducersRequest>("producers", 0, producers);
}

void asking_about_access(World& world) {
  Client client(world);
  for_each_version<protocol::DescribeAclsRequest>([&](std::int16_t version) {
    protocol::DescribeAclsRequest request;
    request.resource_type_filter = request.pattern_type_filter = 1;
    request.operation = request.permission_type = 1;
    client.ask<protocol::DescribeAclsRequest>("all", version, request);
  });
  for_each_version<protocol::CreateAclsRequest>([&](std::int16_t version) {
    protocol::CreateAclsRequest request;
    auto& rule = request.creations.emplace_back();
    rule.resource_type = 2;
    rule.resource_name = "a";
    rule.principal = "User:a";
    rule.host = "*";
    rule.operation = rule.permission_type = 3;
    request.creations.push_back(rule);
    client.ask<protocol::CreateAclsRequest>("two", version, request);
  });
  for_each_version<protocol::DeleteAclsRequest>([&](std::int16_t version) {
    protocol::DeleteAclsRequest request;
    auto& filter = request.filters.emplace_back();
    filter.resource_type_filter = filter.operation = filter.permission_type = 1;
    client.ask<protocol::DeleteAclsRequest>("one", version, request);
  });
}

void listing_config_resources(World& world) {
  Client client(world);
  protocol::ListConfigResourcesRequest request;
  client.ask<protocol::ListConfigResourcesRequest>("client metrics", 0, request);
  for (const std::int8_t type : std::initializer_list<std::int8_t>{4, 16, 32}) {
    request.resource_types = {type};
    client.ask<protocol::ListConfigResourcesRequest>("type " + std::to_string(type), 1, request);
  }
  request.resource_types = {77};
  client.ask<protocol::ListConfigResourcesRequest>("an unknown type", 1, request);
}

}  // namespace barnabas::differential

#include "tests/interop/differential/client.hpp"

#include "protocol/messages/create_topics.hpp"
#include "protocol/messages/find_coordinator.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/messages/offset_commit.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace barnabas::differential {
namespace {

// Polls until `done` says so for both sides.
template <class Try>
void wait_until(const std::string& what, const Try& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("gave up waiting for " + what);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

protocol::FindCoordinatorRequest find_coordinator(std::string_view group) {
  protocol::FindCoordinatorRequest request;
  request.key = group;
  return request;
}

}  // namespace

Both<Uuid> World::create_topic(std::string_view topic, std::int32_t partitions,
                               const Settings& settings) {
  Client client(*this);
  client.quietly();
  protocol::CreateTopicsRequest request;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic;
  wanted.num_partitions = partitions;
  wanted.replication_factor = 1;
  for (const auto& [key, value] : settings) {
    auto& config = wanted.configs.emplace_back();
    config.name = key;
    config.value = value;
  }
  const auto answers = client.ask<protocol::CreateTopicsRequest>("create", 7, request);
  for (const Side side : sides) {
    if (answers[side].message && answers[side].message->topics.at(0).error_code == ErrorCode::none)
      continue;
    throw std::runtime_error("cannot create " + std::string(topic) + " on " +
                             std::string(name(side)));
  }
  return await_topic(topic, static_cast<std::size_t>(partitions));
}

Both<Uuid> World::await_topic(std::string_view topic, std::size_t partitions) {
  Client client(*this);
  client.quietly();
  protocol::MetadataRequest request;
  request.topics.emplace().emplace_back().name = topic;
  request.allow_auto_topic_creation = false;
  Both<Uuid> ids;
  wait_until("topic " + std::string(topic), [&] {
    const auto answers = client.ask<protocol::MetadataRequest>("await", 12, request);
    bool all = true;
    for (const Side side : sides) {
      const auto& found = answers[side].message.value().topics.at(0);
      ids[side] = found.topic_id;
      all = all && found.partitions.size() == partitions;
      for (const auto& partition : found.partitions) all = all && partition.leader_id >= 0;
    }
    return all;
  });
  // Apache Kafka tells of a topic before its partitions take requests.
  protocol::ListOffsetsRequest list;
  list.replica_id = -1;
  list.topics.emplace_back().name = topic;
  for (std::size_t i = 0; i < partitions; ++i) {
    auto& partition = list.topics.back().partitions.emplace_back();
    partition.partition_index = static_cast<std::int32_t>(i);
    partition.timestamp = -1;
  }
  if (partitions == 0) return ids;
  wait_until("partitions of " + std::string(topic), [&] {
    const auto answers = client.ask<protocol::ListOffsetsRequest>("await", 1, list);
    bool all = true;
    for (const Side side : sides) {
      for (const auto& partition : answers[side].message.value().topics.at(0).partitions) {
        all = all && partition.error_code == ErrorCode::none;
      }
    }
    return all;
  });
  return ids;
}

void World::await_coordinators() {
  Client client(*this);
  client.quietly();
  wait_until("producer ids", [&] {
    const auto made =
        client.ask<protocol::InitProducerIdRequest>("await", 0, protocol::InitProducerIdRequest());
    return made[Side::apache].message.value().error_code == ErrorCode::none;
  });
  // Its topic is made by the first group; that is no difference worth comparing.
  create_topic("await", 1);
  protocol::OffsetCommitRequest commit;
  commit.group_id = "await";
  auto& topic = commit.topics.emplace_back();
  topic.name = "await";
  topic.partitions.emplace_back();
  wait_until("the offsets topic", [&] {
    (void)client.ask<protocol::FindCoordinatorRequest>("await", 3, find_coordinator("await"));
    const auto done = client.ask<protocol::OffsetCommitRequest>("await", 7, commit);
    bool all = true;
    for (const Side side : sides) {
      const auto& partition = done[side].message.value().topics.at(0).partitions.at(0);
      all = all && partition.error_code == ErrorCode::none;
    }
    return all;
  });
  // Enough groups that every partition of Apache Kafka's offsets topic has one.
  for (int i = 0; i < 20; ++i) {
    const std::string group = "await-" + std::to_string(i);
    protocol::HeartbeatRequest heartbeat;
    heartbeat.group_id = group;
    heartbeat.member_id = "nobody";
    wait_until("the coordinator of " + group, [&] {
      const auto found =
          client.ask<protocol::FindCoordinatorRequest>("await", 3, find_coordinator(group));
      const auto beat = client.ask<protocol::HeartbeatRequest>("await", 0, heartbeat);
      bool all = true;
      for (const Side side : sides) {
        all = all && found[side].message.value().error_code == ErrorCode::none &&
              beat[side].message.value().error_code == ErrorCode::unknown_member_id;
      }
      return all;
    });
  }
}

}  // namespace barnabas::differential

#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/topic_lookup.hpp"
#include "protocol/messages/offset_commit.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::broker {
namespace {

using protocol::OffsetCommitRequest;
using protocol::OffsetCommitResponse;

// The answer under way: it outlives the request, so it owns its names.
struct Commit {
  struct Partition {
    std::int32_t index = 0;
    ErrorCode error = ErrorCode::none;
  };
  struct Topic {
    std::string name;
    Uuid id;
    std::vector<Partition> partitions;
  };
  std::vector<Topic> topics;
  // Where the coordinator's results go, in its order.
  std::vector<std::pair<std::size_t, std::size_t>> places;

  OffsetCommitResponse response() const {
    OffsetCommitResponse response;
    for (const Topic& topic : topics) {
      auto& entry = response.topics.emplace_back();
      entry.name = topic.name;
      entry.topic_id = topic.id;
      for (const Partition& partition : topic.partitions) {
        auto& result = entry.partitions.emplace_back();
        result.partition_index = partition.index;
        result.error_code = partition.error;
      }
    }
    return response;
  }
};

OffsetCommitResponse refuse(const OffsetCommitRequest& request, ErrorCode code) {
  OffsetCommitResponse response;
  for (const auto& topic : request.topics) {
    auto& entry = response.topics.emplace_back();
    entry.name = topic.name;
    entry.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      auto& result = entry.partitions.emplace_back();
      result.partition_index = partition.partition_index;
      result.error_code = code;
    }
  }
  return response;
}

// The error of a partition that cannot be committed at all.
ErrorCode check_partition(const RequestContext& context, std::string_view name, const Topic* topic,
                          bool by_id, std::int32_t partition) {
  if (const ErrorCode injected = context.injected_error(name, partition);
      injected != ErrorCode::none) {
    return injected;
  }
  if (topic == nullptr) {
    return by_id ? ErrorCode::unknown_topic_id : ErrorCode::unknown_topic_or_partition;
  }
  const bool exists =
      partition >= 0 && static_cast<std::size_t>(partition) < topic->partitions.size();
  return exists ? ErrorCode::none : ErrorCode::unknown_topic_or_partition;
}

void handle(const OffsetCommitRequest& request, RequestContext& context,
            const Responder<OffsetCommitRequest>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  const bool by_id = context.version >= 10;
  auto commit = std::make_shared<Commit>();
  std::vector<OffsetToCommit> offsets;
  for (const auto& wanted : request.topics) {
    const Topic* topic = find_topic(context.broker.topics, wanted.name, wanted.topic_id);
    auto& entry = commit->topics.emplace_back();
    entry.name = wanted.name;
    entry.id = wanted.topic_id;
    for (const auto& partition : wanted.partitions) {
      const ErrorCode error = check_partition(context, topic_name(topic, wanted.name), topic, by_id,
                                              partition.partition_index);
      entry.partitions.push_back({partition.partition_index, error});
      if (error != ErrorCode::none) continue;
      commit->places.emplace_back(commit->topics.size() - 1, entry.partitions.size() - 1);
      offsets.push_back({TopicPartition(topic->name, partition.partition_index),
                         {partition.committed_offset, partition.committed_leader_epoch,
                          std::string(partition.committed_metadata.value_or("")), -1}});
    }
  }
  if (offsets.empty()) return respond(commit->response());
  const Committer committer{request.group_id, request.member_id, request.group_instance_id,
                            request.generation_id_or_member_epoch, context.version};
  context.broker.groups.offsets().commit(context.now, committer, std::move(offsets),
                                         [commit, respond](const std::vector<ErrorCode>& results) {
                                           for (std::size_t i = 0; i < results.size(); ++i) {
                                             const auto [topic, partition] = commit->places[i];
                                             commit->topics[topic].partitions[partition].error =
                                                 results[i];
                                           }
                                           respond(commit->response());
                                         });
}

std::vector<TopicPartition> named(const OffsetCommitRequest& request, const Services& broker) {
  std::vector<TopicPartition> partitions;
  for (const auto& wanted : request.topics) {
    const Topic* topic = find_topic(broker.topics, wanted.name, wanted.topic_id);
    for (const auto& partition : wanted.partitions) {
      partitions.emplace_back(std::string(topic_name(topic, wanted.name)),
                              partition.partition_index);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute offset_commit_route() { return route_by_item<OffsetCommitRequest, handle, named>(); }

}  // namespace barnabas::broker

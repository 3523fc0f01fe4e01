#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "protocol/messages/offset_fetch.hpp"

#include <map>

namespace barnabas::broker {
namespace {

using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

// Fills a partition of either form of the response; nothing committed is -1 without an error.
template <class Entry>
void fill(Entry& entry, std::int32_t partition, const CommittedOffset* committed) {
  entry.partition_index = partition;
  entry.committed_offset = committed ? committed->offset : -1;
  entry.committed_leader_epoch = committed ? committed->leader_epoch : -1;
  entry.metadata = committed ? std::string_view(committed->metadata) : std::string_view();
}

// Everything that the group committed, topic by topic.
std::map<std::string_view, std::vector<std::pair<std::int32_t, const CommittedOffset*>>> all_of(
    const GroupCoordinator& groups, std::string_view group_id) {
  std::map<std::string_view, std::vector<std::pair<std::int32_t, const CommittedOffset*>>> topics;
  for (const auto& [partition, offset] : groups.committed(group_id)) {
    topics[partition.topic].emplace_back(partition.partition, &offset);
  }
  return topics;
}

void fetch_one(const OffsetFetchRequest& request, const RequestContext& context,
               OffsetFetchResponse& response) {
  const GroupCoordinator& groups = context.broker.groups;
  if (!request.topics) {
    for (const auto& [topic, partitions] : all_of(groups, request.group_id)) {
      auto& entry = response.topics.emplace_back();
      entry.name = topic;
      for (const auto& [partition, offset] : partitions) {
        fill(entry.partitions.emplace_back(), partition, offset);
      }
    }
    return;
  }
  for (const auto& topic : *request.topics) {
    auto& entry = response.topics.emplace_back();
    entry.name = topic.name;
    for (const std::int32_t partition : topic.partition_indexes) {
      fill(entry.partitions.emplace_back(), partition,
           groups.committed(request.group_id, TopicPartition(std::string(topic.name), partition)));
    }
  }
}

using WantedGroup = OffsetFetchRequest::OffsetFetchRequestGroup;
using FoundGroup = OffsetFetchResponse::OffsetFetchResponseGroup;

void fetch_topic(const RequestContext& context, const WantedGroup& wanted,
                 const OffsetFetchRequest::OffsetFetchRequestTopics& topic, FoundGroup& found) {
  auto& entry = found.topics.emplace_back();
  entry.name = topic.name;
  entry.topic_id = topic.topic_id;
  std::string name(topic.name);
  ErrorCode error = ErrorCode::none;
  if (context.version >= 10) {
    const Topic* known = context.broker.topics.find(topic.topic_id);
    if (known != nullptr) {
      name = known->name;
    } else {
      error = ErrorCode::unknown_topic_id;
    }
  }
  for (const std::int32_t partition : topic.partition_indexes) {
    auto& result = entry.partitions.emplace_back();
    fill(result, partition,
         error == ErrorCode::none
             ? context.broker.groups.committed(wanted.group_id, TopicPartition(name, partition))
             : nullptr);
    result.error_code = error;
  }
}

// Members of KIP-848 groups name an epoch; classic groups check nothing.
void fetch_group(const RequestContext& context, const WantedGroup& wanted, FoundGroup& found) {
  found.group_id = wanted.group_id;
  found.error_code = check_coordinator(context, wanted.group_id);
  if (found.error_code != ErrorCode::none) return;
  if (wanted.topics) {
    for (const auto& topic : *wanted.topics) fetch_topic(context, wanted, topic, found);
    return;
  }
  for (const auto& [name, partitions] : all_of(context.broker.groups, wanted.group_id)) {
    const Topic* known = context.broker.topics.find(name);
    if (context.version >= 10 && known == nullptr) continue;  // it has no id any more
    auto& entry = found.topics.emplace_back();
    entry.name = name;
    if (known != nullptr) entry.topic_id = known->id;
    for (const auto& [partition, offset] : partitions) {
      fill(entry.partitions.emplace_back(), partition, offset);
    }
  }
}

// Before version 2 there was no place for an error of the whole request.
OffsetFetchResponse refuse(const OffsetFetchRequest& request, ErrorCode code) {
  OffsetFetchResponse response;
  response.error_code = code;
  if (request.topics) {
    for (const auto& topic : *request.topics) {
      auto& entry = response.topics.emplace_back();
      entry.name = topic.name;
      for (const std::int32_t partition : topic.partition_indexes) {
        auto& result = entry.partitions.emplace_back();
        fill(result, partition, nullptr);
        result.error_code = code;
      }
    }
  }
  for (const auto& group : request.groups) {
    auto& entry = response.groups.emplace_back();
    entry.group_id = group.group_id;
    entry.error_code = code;
  }
  return response;
}

void handle(const OffsetFetchRequest& request, RequestContext& context,
            const Responder<OffsetFetchRequest>& respond) {
  if (context.version < 8) {
    const ErrorCode wrong = check_coordinator(context, request.group_id);
    if (wrong != ErrorCode::none) return respond(refuse(request, wrong));
    OffsetFetchResponse response;
    fetch_one(request, context, response);
    return respond(response);
  }
  OffsetFetchResponse response;
  for (const WantedGroup& wanted : request.groups) {
    fetch_group(context, wanted, response.groups.emplace_back());
  }
  respond(response);
}

}  // namespace

ApiRoute offset_fetch_route() { return route_whole<OffsetFetchRequest, handle, refuse>(); }

}  // namespace barnabas::broker

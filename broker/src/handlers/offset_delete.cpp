#include "broker/src/handlers/group_routes.hpp"

#include "broker/src/core/group/group_coordinator.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "protocol/messages/offset_delete.hpp"

#include <memory>

namespace barnabas::broker {
namespace {

using protocol::OffsetDeleteRequest;
using protocol::OffsetDeleteResponse;

OffsetDeleteResponse refuse(const OffsetDeleteRequest&, ErrorCode code) {
  OffsetDeleteResponse response;
  response.error_code = code;
  return response;
}

void handle(const OffsetDeleteRequest& request, RequestContext& context,
            const Responder<OffsetDeleteRequest>& respond) {
  if (const ErrorCode wrong = check_coordinator(context, request.group_id);
      wrong != ErrorCode::none) {
    return respond(refuse(request, wrong));
  }
  struct Item {
    TopicPartition partition;
    ErrorCode error = ErrorCode::none;
    bool asked = false;
  };
  auto items = std::make_shared<std::vector<Item>>();
  std::vector<TopicPartition> known;
  for (const auto& topic : request.topics) {
    const Topic* found = context.broker.topics.find(topic.name);
    for (const auto& partition : topic.partitions) {
      const std::int32_t index = partition.partition_index;
      Item item;
      item.partition = TopicPartition(std::string(topic.name), index);
      item.asked = found != nullptr && index >= 0 &&
                   static_cast<std::size_t>(index) < found->partitions.size();
      if (item.asked) {
        known.push_back(item.partition);
      } else {
        item.error = ErrorCode::unknown_topic_or_partition;
      }
      items->push_back(std::move(item));
    }
  }
  context.broker.groups.offsets().remove(
      context.now, request.group_id, std::move(known),
      [items, respond](ErrorCode error, const std::vector<ErrorCode>& results) {
        OffsetDeleteResponse response;
        response.error_code = error;
        if (error != ErrorCode::none) return respond(response);
        std::size_t next = 0;
        for (Item& item : *items) {
          if (item.asked) item.error = results[next++];
          if (response.topics.empty() || response.topics.back().name != item.partition.topic) {
            response.topics.emplace_back().name = item.partition.topic;
          }
          auto& entry = response.topics.back().partitions.emplace_back();
          entry.partition_index = item.partition.partition;
          entry.error_code = item.error;
        }
        respond(response);
      });
}

}  // namespace

ApiRoute offset_delete_route() { return route_whole<OffsetDeleteRequest, handle, refuse>(); }

}  // namespace barnabas::broker

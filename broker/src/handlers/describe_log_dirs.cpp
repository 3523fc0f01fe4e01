#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "protocol/messages/describe_log_dirs.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace barnabas::broker {
namespace {

using protocol::DescribeLogDirsRequest;
using protocol::DescribeLogDirsResponse;
using FolderResult = DescribeLogDirsResponse::DescribeLogDirsResult;

constexpr std::string_view in_memory = "memory";

bool is_wanted(const DescribeLogDirsRequest& request, std::string_view topic, std::int32_t index) {
  if (!request.topics) return true;
  return std::any_of(request.topics->begin(), request.topics->end(), [&](const auto& wanted) {
    return wanted.topic == topic && std::find(wanted.partitions.begin(), wanted.partitions.end(),
                                              index) != wanted.partitions.end();
  });
}

// A partition has one replica, with its leader. What does not exist here is left out, as by Kafka.
void add_partitions(FolderResult& folder, const DescribeLogDirsRequest& request, const Topic& topic,
                    NodeId node) {
  DescribeLogDirsResponse::DescribeLogDirsTopic result;
  result.name = topic.name;
  for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    const Partition& partition = topic.partitions[i];
    if (partition.leader != node || !is_wanted(request, topic.name, index)) continue;
    auto& described = result.partitions.emplace_back();
    described.partition_index = index;
    described.partition_size = static_cast<std::int64_t>(partition.log->size());
  }
  if (!result.partitions.empty()) folder.topics.push_back(std::move(result));
}

void handle(const DescribeLogDirsRequest& request, RequestContext& context,
            const Responder<DescribeLogDirsRequest>& respond) {
  DescribeLogDirsResponse response;
  FolderResult& folder = response.results.emplace_back();
  const std::string& path = context.broker.settings.data_folder;
  folder.log_dir = path.empty() ? in_memory : std::string_view(path);
  for (const auto& [name, topic] : context.broker.topics.all()) {
    add_partitions(folder, request, topic, context.node);
  }
  respond(response);
}

DescribeLogDirsResponse refuse(const DescribeLogDirsRequest&, ErrorCode code) {
  DescribeLogDirsResponse response;
  response.error_code = code;
  return response;
}

}  // namespace

ApiRoute describe_log_dirs_route() { return route_whole<DescribeLogDirsRequest, handle, refuse>(); }

}  // namespace barnabas::broker

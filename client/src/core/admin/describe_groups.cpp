#include "client/src/core/admin/describe_groups.hpp"

#include "client/src/core/admin/gather.hpp"
#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/messages/describe_groups.hpp"
#include "protocol/wire/versioned_data.hpp"

#include <memory>

namespace barnabas::client {

namespace {

using protocol::DescribeGroupsRequest;
using protocol::DescribeGroupsResponse;
using Descriptions = Gather<std::string, GroupDescription>;

// A member whose data we cannot read has an assignment of its own kind, which is no error.
std::vector<TopicPartition> to_assignment(BytesView data) {
  std::vector<TopicPartition> partitions;
  if (data.empty()) return partitions;
  const auto assignment = wire::decode_versioned<protocol::ConsumerProtocolAssignment>(
      data, wire::NewerVersion::read_as_newest);
  if (!assignment) return partitions;
  for (const auto& topic : assignment->assigned_partitions) {
    for (const std::int32_t partition : topic.partitions) {
      partitions.emplace_back(std::string(topic.topic), partition);
    }
  }
  return partitions;
}

GroupDescription to_description(const DescribeGroupsResponse::DescribedGroup& from,
                                NodeId coordinator) {
  GroupDescription group;
  group.id = from.group_id;
  group.state = from.group_state;
  group.protocol_type = from.protocol_type;
  group.assignor = from.protocol_data;
  group.coordinator = coordinator;
  for (const auto& source : from.members) {
    GroupMember& member = group.members.emplace_back();
    member.id = source.member_id;
    if (source.group_instance_id) member.instance_id = std::string(*source.group_instance_id);
    member.client_id = source.client_id;
    member.host = source.client_host;
    if (from.protocol_type == "consumer") {
      member.assignment = to_assignment(source.member_assignment);
    }
  }
  return group;
}

void collect(Descriptions& gather, std::size_t index, const Reply<DescribeGroupsResponse>& reply) {
  const std::string& group = gather.key(index);
  if (!reply) {
    gather.set_unanswered(index, reply.error());
    return;
  }
  if (reply->groups.size() != 1 || reply->groups[0].group_id != group) {
    gather.set(index, unmentioned(group));
    return;
  }
  const auto& answer = reply->groups[0];
  if (answer.error_code != ErrorCode::none) {
    gather.set(index, item_error(answer.error_code, group, answer.error_message));
  } else if (answer.group_state == "Dead") {
    // What brokers before 4.0 say of groups that do not exist.
    gather.set(index, item_error(ErrorCode::group_id_not_found, group));
  } else {
    gather.set(index, to_description(answer, reply.node));
  }
}

ErrorCode group_error(const DescribeGroupsResponse& response) {
  return response.groups.empty() ? ErrorCode::none : response.groups[0].error_code;
}

}  // namespace

void describe_groups(AdminEngine& engine, const Now& now, std::vector<std::string> groups,
                     const AdminOptions& options, Done<NamedResults<GroupDescription>> done) {
  const auto gather = std::make_shared<Descriptions>(std::move(groups), std::move(done));
  gather->finish_if_empty();
  for (std::size_t index = 0; index < gather->keys().size(); ++index) {
    engine.cluster().send<DescribeGroupsRequest>(
        now, Target::coordinator(CoordinatorType::group, gather->key(index)),
        engine.send_options(options),
        [gather, index](std::int16_t) {
          DescribeGroupsRequest request;
          request.groups.emplace_back(gather->key(index));
          return Result<DescribeGroupsRequest>(std::move(request));
        },
        [gather, index](const Now&, const Reply<DescribeGroupsResponse>& reply) {
          collect(*gather, index, reply);
        },
        group_error);
  }
}

}  // namespace barnabas::client

#include "client/src/core/admin/list_group_offsets.hpp"

#include "protocol/messages/offset_fetch.hpp"

#include <memory>

namespace barnabas::client {

namespace {

using protocol::OffsetFetchRequest;
using protocol::OffsetFetchResponse;

// Null for "all topics" began with version 2; from version 8 on a request is about several groups;
// from version 10 on topics have ids in place of names.
constexpr std::int16_t min_version = 2;
constexpr std::int16_t first_batched_version = 8;
constexpr std::int16_t last_version_with_names = 9;

OffsetFetchRequest build(std::string_view group, std::int16_t version) {
  OffsetFetchRequest request;
  if (version < first_batched_version) {
    request.group_id = group;
    request.topics.reset();
    return request;
  }
  auto& entry = request.groups.emplace_back();
  entry.group_id = group;
  entry.topics.reset();
  return request;
}

template <class Topics>
Result<Offsets> to_offsets(const Topics& topics) {
  Offsets offsets;
  for (const auto& topic : topics) {
    for (const auto& partition : topic.partitions) {
      const TopicPartition key(std::string(topic.name), partition.partition_index);
      if (partition.error_code != ErrorCode::none) {
        return item_error(partition.error_code, to_string(key));
      }
      if (partition.committed_offset < 0) continue;
      OffsetAndMetadata& committed = offsets[key];
      committed.offset = partition.committed_offset;
      if (partition.committed_leader_epoch >= 0) {
        committed.leader_epoch = partition.committed_leader_epoch;
      }
      committed.metadata = partition.metadata.value_or("");
    }
  }
  return offsets;
}

ErrorCode group_error(const OffsetFetchResponse& response) {
  return response.groups.empty() ? response.error_code : response.groups[0].error_code;
}

Result<Offsets> collect(const std::string& group, const OffsetFetchResponse& response,
                        std::int16_t version) {
  const ErrorCode error = group_error(response);
  if (error != ErrorCode::none) return item_error(error, group);
  if (version < first_batched_version) return to_offsets(response.topics);
  if (response.groups.empty()) return unmentioned(group);
  return to_offsets(response.groups[0].topics);
}

}  // namespace

void list_group_offsets(AdminEngine& engine, const Now& now, std::string group,
                        const AdminOptions& options,
                        std::function<void(const Now&, Result<Offsets>)> done) {
  const auto name = std::make_shared<const std::string>(std::move(group));
  engine.cluster().send<OffsetFetchRequest>(
      now, Target::coordinator(CoordinatorType::group, *name),
      engine.send_options(options).min_version(min_version).max_version(last_version_with_names),
      [name](std::int16_t version) { return Result<OffsetFetchRequest>(build(*name, version)); },
      [name, done = std::move(done)](const Now& then, const Reply<OffsetFetchResponse>& reply) {
        done(then, reply ? collect(*name, *reply, reply.version) : Result<Offsets>(reply.error()));
      },
      group_error);
}

}  // namespace barnabas::client

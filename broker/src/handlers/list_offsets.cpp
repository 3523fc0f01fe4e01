#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/partition_access.hpp"
#include "protocol/messages/list_offsets.hpp"

#include <limits>
#include <set>
#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

using protocol::ListOffsetsRequest;
using protocol::ListOffsetsResponse;
using PartitionResponse = ListOffsetsResponse::ListOffsetsPartitionResponse;

constexpr std::int8_t read_committed = 1;

constexpr std::int16_t first_version_with_epoch = 4;

// Timestamps with a meaning of their own, and the version from which on they have it.
constexpr std::int64_t latest = -1;
constexpr std::int64_t earliest = -2;
constexpr std::int64_t max_timestamp = -3;
constexpr std::int64_t earliest_local = -4;
constexpr std::int64_t latest_tiered = -5;
constexpr std::int64_t earliest_pending_upload = -6;

std::int16_t first_version_of(std::int64_t timestamp) {
  switch (timestamp) {
    case max_timestamp:
      return 7;
    case earliest_local:
      return 8;
    case latest_tiered:
      return 9;
    case earliest_pending_upload:
      return 11;
    default:
      return timestamp < earliest ? std::numeric_limits<std::int16_t>::max() : std::int16_t{1};
  }
}

// The leader epoch of the first record; of the log when it is empty.
std::int32_t first_epoch(storage::PartitionLog& log) {
  const auto first = log.offset_for_timestamp(std::numeric_limits<Timestamp>::min());
  return first && *first ? (*first)->leader_epoch : log.leader_epoch();
}

void set_found(PartitionResponse& answer,
               const Result<std::optional<storage::TimestampOffset>>& found) {
  if (!found) {
    answer.error_code = found.error().code();
  } else if (*found) {
    answer.timestamp = (*found)->timestamp;
    answer.offset = (*found)->offset;
    answer.leader_epoch = (*found)->leader_epoch;
  }
}

void find_offset(PartitionResponse& answer, storage::PartitionLog& log, std::int64_t timestamp,
                 bool committed_only) {
  switch (timestamp) {
    case latest:
      answer.offset = committed_only ? log.last_stable_offset() : log.high_watermark();
      answer.leader_epoch = log.leader_epoch();
      return;
    case earliest:
    case earliest_local:
      answer.offset = log.log_start_offset();
      answer.leader_epoch = first_epoch(log);
      return;
    case max_timestamp:
      return set_found(answer, log.max_timestamp());
    case latest_tiered:
    case earliest_pending_upload:
      return;  // nothing is kept anywhere else: there is no such offset
    default:
      return set_found(answer, log.offset_for_timestamp(timestamp));
  }
}

PartitionResponse answer_partition(const ListOffsetsRequest& request, const RequestContext& context,
                                   const std::string& name, const Topic* topic,
                                   const ListOffsetsRequest::ListOffsetsPartition& wanted) {
  PartitionResponse answer;
  answer.partition_index = wanted.partition_index;
  answer.error_code = context.injected_error(name, wanted.partition_index);
  if (answer.error_code != ErrorCode::none) return answer;
  if (context.version < first_version_of(wanted.timestamp)) {
    answer.error_code = ErrorCode::unsupported_version;
    return answer;
  }
  if (wanted.current_leader_epoch < -1) {
    answer.error_code = ErrorCode::fenced_leader_epoch;  // older than any
    return answer;
  }
  const PartitionAccess access =
      access_partition(topic, wanted.partition_index, context.node, wanted.current_leader_epoch);
  answer.error_code = access.error;
  if (access.error == ErrorCode::none) {
    find_offset(answer, *access.partition->log, wanted.timestamp,
                request.isolation_level == read_committed);
  }
  if (context.version < first_version_with_epoch) answer.leader_epoch = -1;
  return answer;
}

void handle(const ListOffsetsRequest& request, RequestContext& context,
            const Responder<ListOffsetsRequest>& respond) {
  std::multiset<std::pair<std::string_view, std::int32_t>> named;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      named.insert({topic.name, partition.partition_index});
    }
  }
  std::set<std::pair<std::string_view, std::int32_t>> refused;
  ListOffsetsResponse response;
  for (const auto& wanted : request.topics) {
    const std::string name(wanted.name);
    const Topic* topic = context.broker.topics.find(name);
    auto& answers = response.topics.emplace_back();
    answers.name = wanted.name;
    for (const auto& partition : wanted.partitions) {
      const std::pair<std::string_view, std::int32_t> key(wanted.name, partition.partition_index);
      if (named.count(key) == 1) {
        answers.partitions.push_back(answer_partition(request, context, name, topic, partition));
        continue;
      }
      // Who names a partition twice is told so once, as by Kafka.
      if (!refused.insert(key).second) continue;
      PartitionResponse& twice = answers.partitions.emplace_back();
      twice.partition_index = partition.partition_index;
      twice.error_code = ErrorCode::invalid_request;
    }
  }
  respond(response);
}

std::vector<TopicPartition> named(const ListOffsetsRequest& request, const Services&) {
  std::vector<TopicPartition> partitions;
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      partitions.emplace_back(std::string(topic.name), partition.partition_index);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute list_offsets_route() { return route_by_item<ListOffsetsRequest, handle, named>(); }

}  // namespace barnabas::broker

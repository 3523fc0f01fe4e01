#include "tests/support/consume_log.hpp"

#include "protocol/messages/consumer_protocol.hpp"
#include "protocol/messages/heartbeat.hpp"
#include "protocol/messages/leave_group.hpp"
#include "protocol/messages/list_offsets.hpp"
#include "protocol/messages/offset_for_leader_epoch.hpp"
#include "protocol/messages/sync_group.hpp"
#include "protocol/wire/versioned_data.hpp"
#include "tests/support/batches.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::test {

namespace {

constexpr std::string_view member_id = "member";
constexpr std::int16_t first_fetch_by_id = 13;
constexpr std::int16_t first_offset_fetch_by_group = 8;

std::vector<std::byte> encode(const std::vector<TopicPartition>& partitions) {
  protocol::ConsumerProtocolAssignment assignment;
  for (const TopicPartition& partition : partitions) {
    auto& topics = assignment.assigned_partitions;
    if (topics.empty() || topics.back().topic != partition.topic) {
      topics.emplace_back().topic = partition.topic;
    }
    topics.back().partitions.push_back(partition.partition);
  }
  return wire::encode_versioned(assignment, 0).value();
}

}  // namespace

ConsumeLog::ConsumeLog(ClientScript& script) : script_(script) {
  serve_data();
  serve_group();
}

void ConsumeLog::append(const TopicPartition& partition, std::int32_t count) {
  const std::int64_t first = end_offset(partition);
  std::vector<OwnedRecord> records = numbered_records(count);
  for (std::int32_t i = 0; i < count; ++i) {
    records[static_cast<std::size_t>(i)].value = value_at(partition, first + i);
  }
  logs_[partition].push_back({first, first + count, make_batch(records, {}, {}, first)});
  end_waits();
}

std::int64_t ConsumeLog::end_offset(const TopicPartition& partition) const {
  const auto log = logs_.find(partition);
  return log == logs_.end() || log->second.empty() ? 0 : log->second.back().next;
}

std::string ConsumeLog::value_at(const TopicPartition& partition, std::int64_t offset) {
  return to_string(partition) + "@" + std::to_string(offset);
}

void ConsumeLog::end_waits() {
  std::vector<Received<protocol::FetchRequest>> waiting;
  while (auto request = script_.take<protocol::FetchRequest>()) waiting.push_back(*request);
  for (const auto& request : waiting) {
    FetchResponse response;
    fill(request, response);
    script_.answer(request, response);
  }
}

std::string ConsumeLog::name_of(std::int16_t version, std::string_view name, const Uuid& id) const {
  return version >= first_fetch_by_id ? script_.topic_name(id) : std::string(name);
}

bool ConsumeLog::fill(const Received<protocol::FetchRequest>& request,
                      FetchResponse& response) const {
  bool worth_it = false;
  for (const auto& topic : request->topics) {
    const std::string name = name_of(request.version, topic.topic, topic.topic_id);
    auto& answered = response.responses.emplace_back();
    answered.topic = topic.topic;
    answered.topic_id = topic.topic_id;
    for (const auto& wanted : topic.partitions) {
      const TopicPartition partition(name, wanted.partition);
      auto& data = answered.partitions.emplace_back();
      data.partition_index = wanted.partition;
      data.high_watermark = data.last_stable_offset = end_offset(partition);
      data.log_start_offset = 0;
      if (wanted.fetch_offset > end_offset(partition)) {
        data.error_code = ErrorCode::offset_out_of_range;
        worth_it = true;
      }
      const auto log = logs_.find(partition);
      if (log == logs_.end()) continue;
      // As a segment is read: whole batches, the first of which may begin before the offset.
      for (const Batch& batch : log->second) {
        if (batch.next <= wanted.fetch_offset) continue;
        data.records.add(batch.bytes);
        worth_it = true;
        break;
      }
    }
  }
  return worth_it;
}

void ConsumeLog::serve_data() {
  script_.serve<protocol::FetchRequest>(
      [this](const Received<protocol::FetchRequest>& request) -> std::optional<FetchResponse> {
        FetchResponse response;
        if (!fill(request, response)) return std::nullopt;  // waits, see end_waits
        return response;
      });
  script_.serve<protocol::ListOffsetsRequest>(
      [this](const Received<protocol::ListOffsetsRequest>& request) {
        protocol::ListOffsetsResponse response;
        for (const auto& topic : request->topics) {
          auto& answered = response.topics.emplace_back();
          answered.name = topic.name;
          for (const auto& wanted : topic.partitions) {
            auto& entry = answered.partitions.emplace_back();
            entry.partition_index = wanted.partition_index;
            entry.timestamp = -1;
            entry.offset = wanted.timestamp == -2
                               ? 0
                               : end_offset({std::string(topic.name), wanted.partition_index});
          }
        }
        return std::optional(response);
      });
  script_.serve<protocol::OffsetForLeaderEpochRequest>(
      [this](const Received<protocol::OffsetForLeaderEpochRequest>& request) {
        protocol::OffsetForLeaderEpochResponse response;
        for (const auto& topic : request->topics) {
          auto& answered = response.topics.emplace_back();
          answered.topic = topic.topic;
          for (const auto& wanted : topic.partitions) {
            auto& end = answered.partitions.emplace_back();
            end.partition = wanted.partition;
            end.leader_epoch = wanted.leader_epoch;
            end.end_offset = end_offset({std::string(topic.topic), wanted.partition});
          }
        }
        return std::optional(response);
      });
}

void ConsumeLog::assign(std::vector<TopicPartition> partitions) {
  std::ranges::sort(partitions);
  assignment_ = std::move(partitions);
  rebalancing_ = member_known_;
}

std::optional<std::int64_t> ConsumeLog::committed(const TopicPartition& partition) const {
  const auto found = committed_.find(partition);
  return found == committed_.end() ? std::nullopt : std::optional(found->second);
}

ErrorCode ConsumeLog::check(std::string_view member, std::int32_t generation) const {
  if (!member_known_ || member != member_id) return ErrorCode::unknown_member_id;
  return generation == generation_ ? ErrorCode::none : ErrorCode::illegal_generation;
}

void ConsumeLog::serve_group() {
  script_.serve<protocol::JoinGroupRequest>(
      [this](const Received<protocol::JoinGroupRequest>& request) {
        ++joins_;
        ++generation_;
        member_known_ = true;
        rebalancing_ = false;
        encoded_assignment_ = encode(assignment_);
        protocol::JoinGroupResponse response;
        response.generation_id = generation_;
        response.protocol_type = "consumer";
        response.protocol_name = request->protocols.at(0).name;
        response.leader = "another member";
        response.member_id = member_id;
        return std::optional(response);
      });
  script_.serve<protocol::SyncGroupRequest>(
      [this](const Received<protocol::SyncGroupRequest>& request) {
        protocol::SyncGroupResponse response;
        response.error_code = check(request->member_id, request->generation_id);
        response.assignment = {encoded_assignment_.data(), encoded_assignment_.size()};
        return std::optional(response);
      });
  script_.serve<protocol::HeartbeatRequest>(
      [this](const Received<protocol::HeartbeatRequest>& request) {
        protocol::HeartbeatResponse response;
        response.error_code = check(request->member_id, request->generation_id);
        if (response.error_code == ErrorCode::none && rebalancing_) {
          response.error_code = ErrorCode::rebalance_in_progress;
        }
        return std::optional(response);
      });
  script_.serve<protocol::LeaveGroupRequest>([this](const Received<protocol::LeaveGroupRequest>&) {
    member_known_ = false;
    return std::optional(protocol::LeaveGroupResponse());
  });
  script_.serve<protocol::OffsetCommitRequest>(
      [this](const Received<protocol::OffsetCommitRequest>& request) {
        return hold_commits_ ? std::nullopt : std::optional(take_commit(request));
      });
  script_.serve<protocol::OffsetFetchRequest>(
      [this](const Received<protocol::OffsetFetchRequest>& request) {
        return on_offset_fetch(request);
      });
}

void ConsumeLog::hold_commits(bool hold) {
  hold_commits_ = hold;
  if (hold) return;
  while (auto request = script_.take<protocol::OffsetCommitRequest>()) {
    script_.answer(*request, take_commit(*request));
  }
}

protocol::OffsetCommitResponse ConsumeLog::take_commit(
    const Received<protocol::OffsetCommitRequest>& request) {
  const std::int32_t generation = request->generation_id_or_member_epoch;
  const bool outside = generation < 0 && request->member_id.empty() && !member_known_;
  const ErrorCode error = outside ? ErrorCode::none : check(request->member_id, generation);
  if (error != ErrorCode::none) ++refused_commits_;
  protocol::OffsetCommitResponse response;
  for (const auto& topic : request->topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = topic.name;
    for (const auto& entry : topic.partitions) {
      auto& result = answered.partitions.emplace_back();
      result.partition_index = entry.partition_index;
      result.error_code = error;
      if (error != ErrorCode::none) continue;
      const TopicPartition partition(std::string(topic.name), entry.partition_index);
      committed_[partition] = entry.committed_offset;
      commits_.emplace_back(partition, entry.committed_offset);
    }
  }
  return response;
}

std::optional<protocol::OffsetFetchResponse> ConsumeLog::on_offset_fetch(
    const Received<protocol::OffsetFetchRequest>& request) const {
  protocol::OffsetFetchResponse response;
  const auto fill = [this](const auto& asked, auto& answers) {
    for (const auto& topic : asked) {
      auto& answered = answers.emplace_back();
      answered.name = topic.name;
      for (const std::int32_t index : topic.partition_indexes) {
        auto& entry = answered.partitions.emplace_back();
        entry.partition_index = index;
        entry.committed_offset = committed({std::string(topic.name), index}).value_or(-1);
      }
    }
  };
  if (request.version < first_offset_fetch_by_group) {
    if (request->topics) fill(*request->topics, response.topics);
    return response;
  }
  for (const auto& group : request->groups) {
    auto& answered = response.groups.emplace_back();
    answered.group_id = group.group_id;
    if (group.topics) fill(*group.topics, answered.topics);
  }
  return response;
}

}  // namespace barnabas::test

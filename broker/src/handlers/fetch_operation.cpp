#include "broker/src/handlers/fetch_operation.hpp"

#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/handlers/partition_access.hpp"
#include "broker/src/handlers/topic_lookup.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker {
namespace {

// KIP-951 tells of leaders from 12 on, of their addresses from 16 on.
constexpr std::int16_t first_version_with_leader = 12;
constexpr std::int16_t first_version_with_endpoints = 16;
constexpr std::int16_t first_version_by_id = 13;

}  // namespace

const Topic* FetchPass::find_topic(const FetchKey& key) const {
  return broker::find_topic(plan_.broker->topics, key.topic, key.topic_id);
}

void FetchPass::read() {
  FetchSession::Partitions& partitions = plan_.session->partitions();
  // Nothing to wait for is answered at once.
  urgent_ = partitions.empty();
  found_.reserve(plan_.session->size());
  for (auto wanted = partitions.begin(); wanted != partitions.end(); ++wanted) read(wanted);
  if (watches_.empty()) urgent_ = true;
}

void FetchPass::read(FetchSession::Partitions::iterator wanted) {
  const FetchKey& key = wanted->key;
  PartitionData data;
  data.partition_index = key.partition;
  data.records = wire::RecordSegments::none();
  if (plan_.limit == storage::ReadUpTo::last_stable) data.aborted_transactions.emplace();
  const Topic* topic = find_topic(key);
  const ErrorCode injected =
      faults_ ? faults_->injected_error(topic_name(topic, key.topic), key.partition)
              : ErrorCode::none;
  if (injected != ErrorCode::none) {
    fail(data, injected);
    urgent_ = true;
  } else if (!topic || !topic->find(key.partition)) {
    // Not urgent, as in Kafka: a session with one stale partition must not spin.
    fail(data, topic ? ErrorCode::unknown_topic_or_partition
                     : unknown_topic_error(plan_.version >= first_version_by_id));
    data.aborted_transactions.emplace();  // Kafka lists none here and says null elsewhere
  } else {
    const PartitionAccess access =
        access_partition(topic, key.partition, plan_.node, wanted->current_leader_epoch);
    if (access.error == ErrorCode::none) {
      read_log(*wanted, *access.partition->log, data);
    } else {
      fail(data, access.error);
    }
    urgent_ |= data.error_code != ErrorCode::none;
  }
  found_.push_back({wanted, std::move(data)});
}

void FetchPass::read_log(const FetchPartition& wanted, storage::PartitionLog& log,
                         PartitionData& data) {
  data.high_watermark = log.high_watermark();
  data.last_stable_offset = log.last_stable_offset();
  data.log_start_offset = log.log_start_offset();
  if (diverges(wanted, log, data)) {
    urgent_ = true;
    return;
  }
  const std::size_t left = plan_.max_bytes - std::min(bytes_, plan_.max_bytes);
  const auto partition_max = static_cast<std::size_t>(std::max(wanted.max_bytes, 0));
  const std::size_t room = std::min(left, partition_max);
  if (room == 0 && bytes_ > 0) {
    urgent_ = true;
    return;
  }
  Result<storage::LogRead> read = log.read(wanted.offset, room, plan_.limit, storage::ReadTo::send);
  if (!read) {
    fail(data, read.error().code());
    return;
  }
  // A batch larger than the limits is let through only as the first of the whole answer (KIP-74).
  // What waits behind it is reason enough not to wait for more.
  if (read->size > room && bytes_ > 0) {
    urgent_ = true;
    return;
  }
  if (read->range) data.records = wire::RecordSegments(*std::move(read->range));
  for (storage::LogPiece& piece : read->pieces) {
    data.records.add(piece.bytes);
    owners_.push_back(std::move(piece.owner));
  }
  bytes_ += read->size;
  watches_.push_back(
      {&log, read->next_offset, partition_max - std::min(read->size, partition_max)});
}

bool FetchPass::diverges(const FetchPartition& wanted, const storage::PartitionLog& log,
                         PartitionData& data) const {
  if (wanted.last_fetched_epoch < 0) return false;
  const storage::EpochEndOffset end = log.offset_for_leader_epoch(wanted.last_fetched_epoch);
  if (end.leader_epoch < 0 || end.end_offset < 0) {
    fail(data, ErrorCode::offset_out_of_range);
    return true;
  }
  if (end.leader_epoch >= wanted.last_fetched_epoch && end.end_offset >= wanted.offset) {
    return false;
  }
  data.diverging_epoch.epoch = end.leader_epoch;
  data.diverging_epoch.end_offset = end.end_offset;
  return true;
}

void FetchPass::fail(PartitionData& data, ErrorCode code) const {
  data.error_code = code;
  data.high_watermark = data.last_stable_offset = data.log_start_offset = -1;
  data.aborted_transactions.reset();
}

bool FetchPass::has_news(const FetchPartition& wanted, const PartitionData& data) {
  return !data.records.empty() || data.error_code != ErrorCode::none ||
         data.diverging_epoch.epoch >= 0 || data.high_watermark != wanted.told_high_watermark ||
         data.log_start_offset != wanted.told_log_start_offset;
}

void FetchPass::answer(const Responder<protocol::FetchRequest>& respond) {
  Response response;
  response.session_id = plan_.session->id();
  for (Found& found : found_) {
    const FetchPartition& wanted = *found.wanted;
    if (plan_.incremental && !has_news(wanted, found.data)) continue;
    found.wanted->told_high_watermark = found.data.high_watermark;
    found.wanted->told_log_start_offset = found.data.log_start_offset;
    if (!found.data.records.empty() && response.session_id != 0) {
      plan_.session->move_to_end(found.wanted);
    }
    add(response, wanted.key, std::move(found.data));
  }
  tell_leaders(response);
  respond(response, std::move(owners_));
}

void FetchPass::add(Response& response, const FetchKey& key, PartitionData data) const {
  const bool same_topic = !response.responses.empty() &&
                          response.responses.back().topic == key.topic &&
                          response.responses.back().topic_id == key.topic_id;
  if (!same_topic) {
    Response::FetchableTopicResponse& topic = response.responses.emplace_back();
    topic.topic = key.topic;
    topic.topic_id = key.topic_id;
  }
  response.responses.back().partitions.push_back(std::move(data));
}

void FetchPass::tell_leaders(Response& response) const {
  if (plan_.version < first_version_with_leader) return;
  for (auto& topic_data : response.responses) {
    for (PartitionData& data : topic_data.partitions) {
      if (!tells_leader(data.error_code)) continue;
      const Topic* topic =
          broker::find_topic(plan_.broker->topics, topic_data.topic, topic_data.topic_id);
      const Partition* partition = topic ? topic->find(data.partition_index) : nullptr;
      if (!partition || partition->leader == plan_.node) continue;
      data.current_leader.leader_id = partition->leader;
      data.current_leader.leader_epoch = partition->log->leader_epoch();
      if (plan_.version < first_version_with_endpoints) continue;
      add_endpoint(response.node_endpoints, plan_.broker->cluster, plan_.listener,
                   partition->leader);
    }
  }
}

}  // namespace barnabas::broker

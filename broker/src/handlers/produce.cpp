#include "broker/src/handlers/routes.hpp"

#include "broker/src/core/produce/batch_checker.hpp"
#include "broker/src/core/produce/pending_produce.hpp"
#include "broker/src/core/topic/topic_registry.hpp"
#include "broker/src/core/wait/commit_waits.hpp"
#include "broker/src/handlers/legacy_produce.hpp"
#include "broker/src/handlers/partition_access.hpp"
#include "broker/src/handlers/topic_lookup.hpp"
#include "protocol/base/planted_bug.hpp"
#include "protocol/messages/produce.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace barnabas::broker {
namespace {

using protocol::ProduceRequest;
using protocol::ProduceResponse;
using PartitionResponse = ProduceResponse::PartitionProduceResponse;

constexpr std::int16_t first_version_with_leader = 10;  // KIP-951
constexpr std::int16_t first_version_by_id = 13;

/// One Produce on its way through its partitions.
class ProduceOperation {
 public:
  ProduceOperation(const ProduceRequest& request, RequestContext& context,
                   const Responder<ProduceRequest>& respond)
      : request_(request), context_(context), pending_(std::make_shared<PendingProduce>(respond)) {
    pending_->frame = context.frame.owner;
  }

  void run() {
    for (const auto& topic_data : request_.topic_data) append_topic(topic_data);
    if (request_.acks == 0) {
      answer_unacknowledged();
    } else if (waits_.empty()) {
      pending_->respond(pending_->response);
    } else {
      wait_for_storage();
    }
  }

 private:
  void append_topic(const ProduceRequest::TopicProduceData& data) {
    const Topic* topic = find_topic(context_.broker.topics, data.name, data.topic_id);
    ProduceResponse::TopicProduceResponse& answer = pending_->response.responses.emplace_back();
    answer.name = data.name;
    answer.topic_id = data.topic_id;
    answer.partition_responses.reserve(data.partition_data.size());
    for (const auto& partition_data : data.partition_data) {
      PartitionResponse& partition = answer.partition_responses.emplace_back();
      partition.index = partition_data.index;
      partition.base_offset = -1;
      partition.error_code = append(topic, data, partition_data, partition);
      if (tells_leader(partition.error_code)) tell_leader(topic, partition);
    }
  }

  ErrorCode append(const Topic* topic, const ProduceRequest::TopicProduceData& topic_data,
                   const ProduceRequest::PartitionProduceData& data, PartitionResponse& answer) {
    if (request_.acks < -1 || request_.acks > 1) return ErrorCode::invalid_required_acks;
    const ErrorCode injected =
        context_.injected_error(topic_name(topic, topic_data.name), data.index);
    if (injected != ErrorCode::none) return injected;
    if (!topic) return unknown_topic_error(context_.version >= first_version_by_id);
    if (topic->internal) return ErrorCode::invalid_topic_exception;
    const PartitionAccess access = access_partition(topic, data.index, context_.node, -1);
    if (access.error != ErrorCode::none) return access.error;
    return append(*topic, *access.partition->log, data.records.contiguous(), answer);
  }

  ErrorCode append(const Topic& topic, storage::PartitionLog& log, BytesView batch,
                   PartitionResponse& answer) {
    const records::Validation checked =
        context_.broker.batch_checker.check(context_.now, batch, topic.config, context_.version);
    if (!checked.ok()) return explain(checked, log, answer);
    if (checked.header.is_transactional()) {
      answer.error_message = "transactions are not supported by this broker";
      return ErrorCode::invalid_txn_state;
    }
    const std::span<std::byte> bytes = network::Frame::writable(batch);
    const bool keeps_time = topic.config.log.timestamps == storage::TimestampPolicy::create_time;
    if (keeps_time && checked.max_timestamp != checked.header.max_timestamp) {
      records::set_max_timestamp(bytes, records::TimestampType::create_time, checked.max_timestamp);
    }
    const Result<storage::Appended> appended =
        log.append(context_.now, {bytes, owner_of(batch)}, storage::AppendOrigin::client);
    if (!appended) {
      answer.error_message = pending_->keep(appended.error().context());
      const bool asked = appended.error().code() != ErrorCode::kafka_storage_error &&
                         appended.error().code() != ErrorCode::record_list_too_large;
      if (asked) answer.log_start_offset = log.log_start_offset();
      return appended.error().code();
    }
    answer.base_offset = appended->base_offset + (planted(PlantedBug::report_wrong_offset) ? 1 : 0);
    answer.log_append_time_ms = appended->append_time;
    answer.log_start_offset = log.log_start_offset();
    if (request_.acks == -1 && log.high_watermark() <= appended->last_offset &&
        !planted(PlantedBug::ack_before_durable)) {
      const auto& topics = pending_->response.responses;
      waits_.push_back({&log, appended->last_offset, topics.size() - 1,
                        topics.back().partition_responses.size() - 1});
    }
    return ErrorCode::none;
  }

  // The log may keep a batch in memory by keeping its frame, if that is hardly more than the batch.
  std::shared_ptr<const void> owner_of(BytesView batch) const {
    const std::size_t frame = context_.frame.bytes.size();
    const bool own_buffer = frame > network::FrameReader::shared_buffer_size;
    return own_buffer && batch.size() >= frame - frame / 4 ? context_.frame.owner : nullptr;
  }

  ErrorCode explain(const records::Validation& checked, const storage::PartitionLog& log,
                    PartitionResponse& answer) {
    if (!checked.message.empty()) answer.error_message = pending_->keep(checked.message);
    for (const records::RecordError& error : checked.record_errors) {
      ProduceResponse::BatchIndexAndErrorMessage described;
      described.batch_index = error.batch_index;
      described.batch_index_error_message = pending_->keep(error.message);
      answer.record_errors.push_back(described);
    }
    // Kafka names it where the log was asked and found the content wanting.
    if (checked.is_one_batch) answer.log_start_offset = log.log_start_offset();
    return checked.code;
  }

  void tell_leader(const Topic* topic, PartitionResponse& answer) {
    if (context_.version < first_version_with_leader) return;
    const Partition* partition = topic ? topic->find(answer.index) : nullptr;
    // An injected error has no other leader to tell of.
    if (!partition || partition->leader == context_.node) return;
    answer.current_leader.leader_id = partition->leader;
    answer.current_leader.leader_epoch = partition->log->leader_epoch();
    add_endpoint(pending_->response.node_endpoints, context_.broker.cluster, context_.listener,
                 partition->leader);
  }

  // Nobody reads an error here, so it closes the connection: that much the client notices.
  void answer_unacknowledged() {
    for (const auto& topic : pending_->response.responses) {
      for (const PartitionResponse& partition : topic.partition_responses) {
        if (partition.error_code == ErrorCode::none) continue;
        return pending_->respond.close(
            {partition.error_code, "Produce with acks=0 to " + std::string(topic.name) + "[" +
                                       std::to_string(partition.index) + "] failed"});
      }
    }
    pending_->respond.nothing();
  }

  void wait_for_storage() {
    const Instant deadline =
        deadline_after(context_.now.monotonic, std::chrono::milliseconds(request_.timeout_ms));
    pending_->unstored = waits_.size();
    for (const Wait& wait : waits_) {
      context_.broker.commit_waits.add(
          context_.now, *wait.log, wait.last_offset, deadline,
          [pending = pending_, wait](const Now&, ErrorCode code) { stored(*pending, wait, code); });
    }
  }

  struct Wait {
    storage::PartitionLog* log = nullptr;
    std::int64_t last_offset = 0;
    std::size_t topic = 0;  // places in the response
    std::size_t partition = 0;
  };

  static void stored(PendingProduce& pending, const Wait& wait, ErrorCode code) {
    PartitionResponse& answer =
        pending.response.responses[wait.topic].partition_responses[wait.partition];
    if (code != ErrorCode::none) {
      answer.error_code = code;
      answer.base_offset = answer.log_append_time_ms = answer.log_start_offset = -1;
    }
    if (--pending.unstored == 0) pending.respond(pending.response);
  }

  const ProduceRequest& request_;
  RequestContext& context_;
  std::shared_ptr<PendingProduce> pending_;
  std::vector<Wait> waits_;
};

void handle(const ProduceRequest& request, RequestContext& context,
            const Responder<ProduceRequest>& respond) {
  ProduceOperation(request, context, respond).run();
}

std::vector<TopicPartition> named(const ProduceRequest& request, const Services& broker) {
  std::vector<TopicPartition> partitions;
  for (const auto& data : request.topic_data) {
    const Topic* topic = find_topic(broker.topics, data.name, data.topic_id);
    for (const auto& partition : data.partition_data) {
      partitions.emplace_back(std::string(topic_name(topic, data.name)), partition.index);
    }
  }
  return partitions;
}

}  // namespace

ApiRoute produce_route() {
  ApiRoute route = route_by_item<ProduceRequest, handle, named>();
  route.refuse_version = refuse_legacy_produce;
  return route;
}

}  // namespace barnabas::broker

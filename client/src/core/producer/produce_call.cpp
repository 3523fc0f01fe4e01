#include "client/src/core/producer/produce_call.hpp"

#include "client/src/core/producer/producer_topic.hpp"
#include "protocol/messages/produce.hpp"

#include <string>
#include <utility>

namespace barnabas::client {

namespace {

using Answer = protocol::ProduceResponse::PartitionProduceResponse;

ProduceAnswer answer_of(const Answer& answer) {
  ProduceAnswer judged = judge(answer.error_code);
  BatchOutcome& outcome = judged.outcome;
  if (judged.verdict == Verdict::stored) {
    if (answer.error_code == ErrorCode::none) outcome.base_offset = answer.base_offset;
    outcome.log_append_time = answer.log_append_time_ms;
    return judged;
  }
  if (answer.error_message) {
    outcome.error = Error(answer.error_code, std::string(*answer.error_message));
  }
  for (const auto& culprit : answer.record_errors) {
    if (culprit.batch_index < 0) continue;
    outcome.record_errors.push_back(
        {static_cast<std::uint32_t>(culprit.batch_index),
         std::string(culprit.batch_index_error_message.value_or(std::string_view()))});
  }
  return judged;
}

}  // namespace

void ProduceCall::add(PartitionQueue& queue, const Uuid& topic_id,
                      std::shared_ptr<ProducerBatch> batch) {
  bytes_ += batch->builder().size();
  has_all_topic_ids_ = has_all_topic_ids_ && !topic_id.is_zero();
  TopicItems& topic = topics_[queue.topic().name()];
  topic.id = topic_id;
  topic.items[queue.partition()] = Item{&queue, std::move(batch)};
}

protocol::ProduceRequest ProduceCall::make_request(Acks acks,
                                                   std::chrono::milliseconds timeout) const {
  protocol::ProduceRequest request;
  request.acks = static_cast<std::int16_t>(acks);
  request.timeout_ms = static_cast<std::int32_t>(timeout.count());
  for (const auto& [name, topic] : topics_) {
    auto& topic_data = request.topic_data.emplace_back();
    topic_data.name = name;
    topic_data.topic_id = topic.id;
    for (const auto& [partition, item] : topic.items) {
      auto& data = topic_data.partition_data.emplace_back();
      data.index = partition;
      for (const auto& segment : item.batch->builder().segments()) data.records.add(segment);
    }
  }
  return request;
}

ProduceCall::TopicItems* ProduceCall::find(std::string_view name, const Uuid& id) {
  if (const auto found = topics_.find(name); found != topics_.end()) return &found->second;
  if (id.is_zero()) return nullptr;
  for (auto& [own_name, topic] : topics_) {
    if (topic.id == id) return &topic;
  }
  return nullptr;
}

void ProduceCall::take(const protocol::ProduceResponse& response, const OnAnswer& on_answer) {
  for (const auto& answered_topic : response.responses) {
    TopicItems* topic = find(answered_topic.name, answered_topic.topic_id);
    if (topic == nullptr) continue;
    for (const Answer& answer : answered_topic.partition_responses) {
      const auto found = topic->items.find(answer.index);
      if (found == topic->items.end() || std::exchange(found->second.answered, true)) continue;
      const LeaderHint hint{answer.current_leader.leader_id, answer.current_leader.leader_epoch};
      on_answer(found->second, answer_of(answer), hint);
    }
  }
  take_all(judge_failure(
               Error(ErrorCode::malformed_message, "the broker's answer leaves the partition out"),
               true),
           on_answer);
}

void ProduceCall::take_all(const ProduceAnswer& answer, const OnAnswer& on_answer) {
  for (auto& [name, topic] : topics_) {
    for (auto& [partition, item] : topic.items) {
      if (!std::exchange(item.answered, true)) on_answer(item, answer, {});
    }
  }
}

}  // namespace barnabas::client

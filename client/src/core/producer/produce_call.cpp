#include "client/src/core/producer/produce_call.hpp"

#include "client/src/core/producer/producer_topic.hpp"
#include "protocol/messages/produce.hpp"

#include <algorithm>
#include <iterator>
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
  items_[{queue.topic().name(), queue.partition()}] = Item{&queue, topic_id, std::move(batch)};
  unanswered_ = items_.size();
}

protocol::ProduceRequest ProduceCall::make_request(Acks acks,
                                                   std::chrono::milliseconds timeout) const {
  protocol::ProduceRequest request;
  request.acks = static_cast<std::int16_t>(acks);
  request.timeout_ms = static_cast<std::int32_t>(timeout.count());
  for (const auto& [key, item] : items_) {
    const auto& [name, partition] = key;
    if (request.topic_data.empty() || request.topic_data.back().name != name) {
      auto& topic_data = request.topic_data.emplace_back();
      topic_data.name = name;
      topic_data.topic_id = item.topic_id;
    }
    auto& data = request.topic_data.back().partition_data.emplace_back();
    data.index = partition;
    for (const auto& segment : item.batch->builder().segments()) data.records.add(segment);
  }
  return request;
}

ProduceCall::Items::iterator ProduceCall::find(Items::iterator guess, std::string_view name,
                                               const Uuid& id, std::int32_t partition) {
  const auto fits = [&](const Items::value_type& entry) {
    return entry.first.second == partition &&
           (entry.first.first == name || (!id.is_zero() && entry.second.topic_id == id));
  };
  if (guess != items_.end() && fits(*guess)) return guess;
  if (const auto found = items_.find({name, partition}); found != items_.end()) return found;
  return std::find_if(items_.begin(), items_.end(), fits);
}

void ProduceCall::take(const protocol::ProduceResponse& response, const OnAnswer& on_answer) {
  auto next = items_.begin();  // brokers answer in the order of the request
  for (const auto& topic : response.responses) {
    for (const Answer& answer : topic.partition_responses) {
      const auto found = find(next, topic.name, topic.topic_id, answer.index);
      if (found == items_.end()) continue;
      next = std::next(found);
      Item& item = found->second;
      if (std::exchange(item.answered, true)) continue;
      --unanswered_;
      const LeaderHint hint{answer.current_leader.leader_id, answer.current_leader.leader_epoch};
      on_answer(item, answer_of(answer), hint);
    }
  }
  if (unanswered_ == 0) return;
  take_all(judge_failure(
               Error(ErrorCode::malformed_message, "the broker's answer leaves the partition out"),
               true),
           on_answer);
}

void ProduceCall::take_all(const ProduceAnswer& answer, const OnAnswer& on_answer) {
  for (auto& [key, item] : items_) {
    if (std::exchange(item.answered, true)) continue;
    --unanswered_;
    on_answer(item, answer, {});
  }
}

}  // namespace barnabas::client

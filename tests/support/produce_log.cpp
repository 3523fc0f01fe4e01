#include "tests/support/produce_log.hpp"

#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_reader.hpp"

#include <memory>
#include <utility>

namespace barnabas::test {

namespace {

constexpr std::size_t remembered_batches = 5;

std::int32_t following(std::int32_t sequence) {
  return sequence == std::numeric_limits<std::int32_t>::max() ? 0 : sequence + 1;
}

}  // namespace

ProduceLog::ProduceLog(ClientScript& script) : script_(script) {
  script.serve<protocol::ProduceRequest>(
      [this](const Received<protocol::ProduceRequest>& received) { return on_produce(received); });
  script.serve<protocol::InitProducerIdRequest>(
      [this](const Received<protocol::InitProducerIdRequest>&)
          -> std::optional<protocol::InitProducerIdResponse> {
        protocol::InitProducerIdResponse response;
        response.producer_id = next_id++;
        response.producer_epoch = std::exchange(next_epoch, std::int16_t{0});
        ++ids_given;
        return response;
      });
}

void ProduceLog::refuse_next(std::vector<ErrorCode> codes) {
  auto left = std::make_shared<std::deque<ErrorCode>>(codes.begin(), codes.end());
  decide([left](const Attempt&) -> std::optional<Decision> {
    if (left->empty()) return std::nullopt;
    Decision decision;
    decision.append = false;
    decision.answer = left->front();
    left->pop_front();
    return decision;
  });
}

std::vector<std::string> ProduceLog::values(const std::string& topic,
                                            std::int32_t partition) const {
  const auto log = logs_.find({topic, partition});
  return log == logs_.end() ? std::vector<std::string>() : log->second.values;
}

std::size_t ProduceLog::total_records() const {
  std::size_t total = 0;
  for (const auto& [partition, log] : logs_) total += log.values.size();
  return total;
}

std::vector<ProduceLog::Attempt> ProduceLog::attempts(const std::string& topic,
                                                      std::int32_t partition) const {
  std::vector<Attempt> those;
  for (const Attempt& attempt : attempts_) {
    if (attempt.partition == TopicPartition(topic, partition)) those.push_back(attempt);
  }
  return those;
}

void ProduceLog::forget_producers() {
  for (auto& [partition, log] : logs_) log.producers.clear();
}

void ProduceLog::erase(const std::string& topic) {
  std::erase_if(logs_, [&](const auto& log) { return log.first.topic == topic; });
}

std::optional<protocol::ProduceResponse> ProduceLog::on_produce(
    const Received<protocol::ProduceRequest>& received) {
  protocol::ProduceResponse response;
  const std::uint64_t request = ++requests_;
  bool silent = received->acks == 0;
  for (const auto& topic : received->topic_data) {
    auto& answered = response.responses.emplace_back();
    answered.name = topic.name;
    answered.topic_id = topic.topic_id;
    const std::string name =
        received.version >= 13 ? script_.topic_name(topic.topic_id) : std::string(topic.name);
    for (const auto& data : topic.partition_data) {
      Attempt attempt = read({name, data.index}, data.records.contiguous());
      attempt.node = received.node;
      attempt.version = received.version;
      attempt.request = request;
      std::optional<Answer> answer = answer_batch(attempt);
      attempts_.push_back(std::move(attempt));
      if (answer) {
        answer->index = data.index;
        answered.partition_responses.push_back(*std::move(answer));
      } else {
        silent = true;
      }
    }
  }
  if (!silent) return response;
  if (received->acks != 0) ++unanswered_;
  return std::nullopt;
}

ProduceLog::Attempt ProduceLog::read(const TopicPartition& partition, BytesView bytes) const {
  Attempt attempt;
  attempt.partition = partition;
  attempt.bytes.assign(bytes.begin(), bytes.end());
  records::BatchReader batches(bytes);
  records::BatchView batch;
  if (!batches.next(batch)) FAIL("no whole batch for " << to_string(partition));
  attempt.header = batch.header;
  if (batch.bytes.size() != bytes.size()) FAIL("more than one batch for " << to_string(partition));
  compression::Decompressor decompressor;
  ByteBuffer storage;
  Result<records::RecordReader> reader = records::open_batch(batch, decompressor, storage);
  if (!reader) FAIL(reader.error().to_string());
  for (records::RecordView record; reader->next(record);) {
    attempt.values.emplace_back(record.value ? record.value->text() : "(null)");
  }
  if (reader->failed()) FAIL(reader->error().to_string());
  return attempt;
}

std::optional<ProduceLog::Answer> ProduceLog::answer_batch(Attempt& attempt) {
  const Decision decision = (decide_ ? decide_(attempt) : std::nullopt).value_or(Decision{});
  Answer answer;
  answer.base_offset = -1;
  ErrorCode code = ErrorCode::none;
  if (decision.append) code = append(attempt, answer.base_offset);
  answer.error_code = attempt.answer = decision.answer.value_or(code);
  answer.log_append_time_ms = decision.log_append_time;
  if (answer.error_code != ErrorCode::none) answer.base_offset = -1;
  for (const std::int32_t index : decision.bad_records) {
    answer.record_errors.emplace_back().batch_index = index;
  }
  if (decision.silent) return std::nullopt;
  return answer;
}

ErrorCode ProduceLog::check_leader(const Attempt& attempt) const {
  if (!script_.has_topic(attempt.partition.topic)) return ErrorCode::unknown_topic_or_partition;
  const auto& partitions = script_.topic(attempt.partition.topic).partitions;
  const auto index = static_cast<std::size_t>(attempt.partition.partition);
  if (index >= partitions.size()) return ErrorCode::unknown_topic_or_partition;
  return partitions[index].leader == attempt.node ? ErrorCode::none
                                                  : ErrorCode::not_leader_or_follower;
}

// The rules that Kafka's partitions apply to idempotent producers.
ErrorCode ProduceLog::append(const Attempt& attempt, std::int64_t& offset) {
  if (const ErrorCode code = check_leader(attempt); code != ErrorCode::none) return code;
  if (attempt.bytes.size() > max_batch_) return ErrorCode::message_too_large;
  Log& log = logs_[attempt.partition];
  offset = static_cast<std::int64_t>(log.values.size());
  const records::BatchHeader& header = attempt.header;
  if (header.has_producer_id()) {
    const bool known = log.producers.count(header.producer_id) > 0;
    Producer& producer = log.producers[header.producer_id];
    const Stored stored{header.base_sequence, header.last_sequence(), offset};
    if (header.producer_epoch == producer.epoch) {
      for (const Stored& old : producer.window) {
        if (old.first != stored.first || old.last != stored.last) continue;
        offset = old.offset;
        return ErrorCode::none;
      }
    }
    if (known && header.producer_epoch < producer.epoch) return ErrorCode::invalid_producer_epoch;
    const std::int32_t expected = !known ? stored.first
                                  : header.producer_epoch > producer.epoch
                                      ? 0
                                      : following(producer.window.back().last);
    if (stored.first != expected) return ErrorCode::out_of_order_sequence_number;
    if (header.producer_epoch != producer.epoch) producer.window.clear();
    producer.epoch = header.producer_epoch;
    producer.window.push_back(stored);
    if (producer.window.size() > remembered_batches) producer.window.pop_front();
  }
  log.values.insert(log.values.end(), attempt.values.begin(), attempt.values.end());
  return ErrorCode::none;
}

}  // namespace barnabas::test

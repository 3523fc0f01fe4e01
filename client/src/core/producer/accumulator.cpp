#include "client/src/core/producer/accumulator.hpp"

#include "protocol/records/record.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

// Enough for the headers of batch, record and frame around a record's bytes.
constexpr std::size_t slack = 256;

std::size_t content_size(const RecordView& record) {
  std::size_t size = slack;
  if (record.key) size += record.key->size();
  if (record.value) size += record.value->size();
  for (const HeaderView& header : record.headers) {
    size += header.key.size() + (header.value ? header.value->size() : 0) + 10;
  }
  return size;
}

std::size_t batch_size(const RecordView& record) {
  records::NewRecord encoded;
  encoded.key = record.key;
  encoded.value = record.value;
  encoded.headers = record.headers;
  return records::single_record_batch_size(encoded);
}

}  // namespace

Accumulator::Accumulator(std::shared_ptr<ProducerShared> shared, std::uint64_t seed)
    : shared_(std::move(shared)),
      surely_fits_(std::max(std::min(static_cast<std::size_t>(shared_->settings.max_request_size),
                                     shared_->pool->limit() / 2),
                            slack) -
                   slack),
      random_(seed) {}

std::shared_ptr<ProducerTopic> Accumulator::topic(std::string_view name) {
  AppendGuard guard(lock_);
  if (const auto found = topics_.find(name); found != topics_.end()) return found->second;
  auto topic = std::make_shared<ProducerTopic>(shared_, std::string(name), random_.next());
  topics_.emplace(name, topic);
  return topic;
}

std::vector<std::shared_ptr<ProducerTopic>> Accumulator::topics() const {
  AppendGuard guard(lock_);
  std::vector<std::shared_ptr<ProducerTopic>> all;
  for (const auto& [name, topic] : topics_) all.push_back(topic);
  return all;
}

Error Accumulator::check(const ProducerTopic& topic, const RecordView& record) const {
  if (shared_->closing.load(std::memory_order_relaxed)) {
    return {ErrorCode::closed, "the producer is closed"};
  }
  if (topic.shared() != shared_.get()) {
    return {ErrorCode::invalid_argument,
            topic.name() + ": the topic's handle is another producer's"};
  }
  if (record.partition < any_partition) {
    return {ErrorCode::invalid_argument,
            topic.name() + "[" + std::to_string(record.partition) + "]: partitions count from 0"};
  }
  if (record.timestamp && record.timestamp->time_since_epoch().count() < 0) {
    return {ErrorCode::invalid_timestamp, topic.name() + ": the timestamp is before 1970"};
  }
  const auto limit = static_cast<std::size_t>(shared_->settings.max_request_size);
  const std::size_t memory = shared_->pool->limit();
  const std::size_t estimate = content_size(record);
  if (estimate <= limit && need_of(record) <= memory) return {};
  const std::size_t size = batch_size(record);
  if (size > limit) {
    return {ErrorCode::message_too_large,
            topic.name() + ": the record takes " + std::to_string(size) +
                " bytes, max.request.size is " + std::to_string(limit)};
  }
  if (need_of(record) <= memory) return {};
  return {ErrorCode::message_too_large, topic.name() + ": the record takes " +
                                            std::to_string(need_of(record)) +
                                            " bytes, buffer.memory is " + std::to_string(memory)};
}

std::size_t Accumulator::need_of(const RecordView& record) {
  constexpr std::size_t listeners = 512;
  return ChunkPool::rounded(content_size(record)) + ProducerBatch::overhead + listeners;
}

}  // namespace barnabas::client

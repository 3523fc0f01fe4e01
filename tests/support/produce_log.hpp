#pragma once

#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/produce.hpp"
#include "protocol/records/batch_header.hpp"
#include "tests/support/client_script.hpp"

#include <barnabas/error_code.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace barnabas::test {

/// The partitions of the brokers of a ClientScript: answers Produce and InitProducerId as Kafka
/// does, with its rules for idempotent producers, and keeps what it was sent.
///
///   ProduceLog log(script);
///   log.decide([&](const ProduceLog::Attempt& attempt) -> std::optional<ProduceLog::Decision>
///   {...});
///   ...
///   CHECK(log.values("orders", 0) == std::vector<std::string>{"a", "b"});
class ProduceLog {
 public:
  /// One batch as it arrived in a request.
  struct Attempt {
    TopicPartition partition;
    std::int32_t node = -1;
    std::int16_t version = 0;
    std::uint64_t request = 0;  ///< Batches of one request have the same.
    records::BatchHeader header;
    std::vector<std::byte> bytes;
    std::vector<std::string> values;
    ErrorCode answer = ErrorCode::none;
  };
  /// What happens with a batch instead of the normal.
  struct Decision {
    bool append = true;
    std::optional<ErrorCode> answer;  ///< Default: what appending yields.
    bool silent = false;              ///< The request is never answered.
    std::vector<std::int32_t> bad_records;
    std::string message;
    std::int64_t log_append_time = -1;
  };
  using Decide = std::function<std::optional<Decision>(const Attempt&)>;

  explicit ProduceLog(ClientScript& script);

  /// Asked for every batch; nothing: as Kafka does.
  void decide(Decide decide) { decide_ = std::move(decide); }
  /// Answers the next batches, one after the other, with these codes, without appending.
  void refuse_next(std::vector<ErrorCode> codes);

  /// What a reader would see.
  std::vector<std::string> values(const std::string& topic, std::int32_t partition) const;
  std::size_t total_records() const;
  /// Every batch that arrived, in order.
  const std::vector<Attempt>& attempts() const { return attempts_; }
  std::vector<Attempt> attempts(const std::string& topic, std::int32_t partition) const;
  /// Requests that were never answered, by decision.
  std::size_t unanswered() const { return unanswered_; }

  /// Forgets what is known about producers, as after producer.id.expiration.ms.
  void forget_producers();
  /// The topic is created anew.
  void erase(const std::string& topic);
  /// The largest batch that is accepted (max.message.bytes).
  void set_max_batch(std::size_t bytes) { max_batch_ = bytes; }

  /// What InitProducerId answers next.
  std::int64_t next_id = 1000;
  std::int16_t next_epoch = 0;
  std::size_t ids_given = 0;

 private:
  struct Stored {
    std::int32_t first = 0;
    std::int32_t last = 0;
    std::int64_t offset = 0;
  };
  struct Producer {
    std::int16_t epoch = -1;
    std::deque<Stored> window;
  };
  struct Log {
    std::vector<std::string> values;
    std::map<std::int64_t, Producer> producers;
  };
  using Answer = protocol::ProduceResponse::PartitionProduceResponse;

  std::optional<protocol::ProduceResponse> on_produce(
      const Received<protocol::ProduceRequest>& received);
  Attempt read(const TopicPartition& partition, BytesView bytes) const;
  std::optional<Answer> answer_batch(Attempt& attempt);
  ErrorCode append(const Attempt& attempt, std::int64_t& offset);
  ErrorCode check_leader(const Attempt& attempt) const;

  ClientScript& script_;
  Decide decide_;
  std::map<TopicPartition, Log> logs_;
  std::vector<Attempt> attempts_;
  std::uint64_t requests_ = 0;
  std::size_t unanswered_ = 0;
  std::size_t max_batch_ = 1'048'588;
};

}  // namespace barnabas::test

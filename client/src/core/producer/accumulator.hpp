#pragma once

#include "client/src/core/producer/append_request.hpp"
#include "client/src/core/producer/producer_shared.hpp"
#include "client/src/core/producer/producer_topic.hpp"
#include "protocol/base/random.hpp"

#include <barnabas/record.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::client {

/// The sending side of a producer: its topics, and the way of a record into one of them.
/// Thread-safety: complete.
class Accumulator {
 public:
  /// `seed` draws partitions.
  Accumulator(std::shared_ptr<ProducerShared> shared, std::uint64_t seed);

  ProducerShared& shared() const noexcept { return *shared_; }
  const std::shared_ptr<ProducerShared>& shared_ptr() const noexcept { return shared_; }

  /// Makes the topic known when it is not.
  std::shared_ptr<ProducerTopic> topic(std::string_view name);
  /// All topics, by name.
  std::vector<std::shared_ptr<ProducerTopic>> topics() const;

  /// Checks the record and appends it.
  /// Errors: closed; invalid_argument (a topic of another producer, a bad partition);
  /// invalid_timestamp; message_too_large; those of ProducerTopic::append.
  AppendResult append(ProducerTopic& topic, const RecordView& record, DeliveryReport& report);
  /// What must be available in the pool for the record to be accepted for sure.
  static std::size_t need_of(const RecordView& record);

 private:
  Error check(const ProducerTopic& topic, const RecordView& record) const;

  const std::shared_ptr<ProducerShared> shared_;
  mutable AppendLock lock_;
  Random random_;
  std::map<std::string, std::shared_ptr<ProducerTopic>, std::less<>> topics_;
};

}  // namespace barnabas::client

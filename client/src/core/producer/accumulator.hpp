#pragma once

#include "client/src/core/producer/append_request.hpp"
#include "client/src/core/producer/producer_shared.hpp"
#include "client/src/core/producer/producer_topic.hpp"
#include "protocol/base/random.hpp"

#include <barnabas/record.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
  AppendStatus append(ProducerTopic& topic, const RecordView& record, DeliveryReport& report) {
    if (!takes_records(topic) || !is_surely_valid(record)) [[unlikely]] {
      if (Error error = check(topic, record); !error.ok()) return report.refuse(std::move(error));
    }
    return topic.append(AppendRequest{record, report, *shared_->clock});
  }
  /// Appends as many of the records, in order, as go into one batch at once: perhaps none, and few
  /// enough that nobody waits for long. What comes of the next one `append` knows.
  std::size_t append_run(ProducerTopic& topic, std::span<const RecordView> records,
                         DeliveryReport& report) {
    constexpr std::size_t most = 64;
    records = records.first(std::min(records.size(), most));
    if (!takes_records(topic)) return 0;
    std::size_t count = 0;
    while (count < records.size() && is_surely_valid(records[count]) &&
           topic.takes_in_runs(records[count])) {
      ++count;
    }
    if (count == 0) return 0;
    return topic.append_run(records.first(count), report, *shared_->clock);
  }
  /// What must be available in the pool for the record to be accepted for sure.
  static std::size_t need_of(const RecordView& record);

 private:
  bool takes_records(const ProducerTopic& topic) const noexcept {
    return topic.shared() == shared_.get() && !shared_->closing.load(std::memory_order_relaxed);
  }
  // What nearly every record passes, without a second look.
  bool is_surely_valid(const RecordView& record) const noexcept {
    const std::size_t size =
        (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
    return size <= surely_fits_ && record.headers.empty() && !record.timestamp &&
           record.partition >= any_partition;
  }
  Error check(const ProducerTopic& topic, const RecordView& record) const;

  const std::shared_ptr<ProducerShared> shared_;
  // Key and value together.
  const std::size_t surely_fits_;
  mutable AppendLock lock_;
  Random random_;
  std::map<std::string, std::shared_ptr<ProducerTopic>, std::less<>> topics_;
};

}  // namespace barnabas::client

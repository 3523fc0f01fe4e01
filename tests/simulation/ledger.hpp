#pragma once

#include "tests/simulation/findings.hpp"

#include <barnabas/delivery.hpp>
#include <barnabas/result.hpp>
#include <barnabas/stored_record.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// Every record that the application has given to a producer, and what it was told about it.
class Ledger {
 public:
  enum class Outcome : std::uint8_t { none, delivered, failed };
  struct Entry {
    int producer = 0;  ///< A restarted producer is another one.
    TopicPartition partition;
    std::int64_t number = 0;  ///< In the order of sending to this partition by this producer.
    std::string value;
    Instant sent{};
    Outcome outcome = Outcome::none;
    bool purged = false;  ///< The application has given it up.
    std::int64_t offset = -1;
    ErrorCode error{};
    bool in_log = false;
  };
  struct ProducerTerms {
    bool idempotent = true;
    bool acknowledged = true;  ///< acks is not 0.
    bool may_reorder = false;
    Duration time_limit{};
  };

  Ledger(simulation::World& world, Findings& findings) : world_(world), findings_(findings) {}

  int add_producer(ProducerTerms terms);
  /// A record to be sent. Its value says who it is, and is padded to `bytes`.
  std::size_t add(int producer, const TopicPartition& partition, std::size_t bytes);
  const std::string& value(std::size_t index) const { return entries_[index].value; }
  void reported(std::size_t index, const Result<Delivery>& result);
  /// The application does not want to know any more (purge, close without time).
  void give_up(int producer);
  /// A request without acknowledgements may be carried out behind later ones: the producer does not
  /// know, and the protocol knows no order between connections.
  void expect_late_records(int producer) {
    producers_[static_cast<std::size_t>(producer)].may_reorder = true;
  }
  /// The time during which nothing could be reported.
  void excuse(Duration time) { excused_ += time; }
  Duration excused() const noexcept { return excused_; }

  std::size_t size() const noexcept { return entries_.size(); }
  std::size_t open() const noexcept { return open_; }
  std::size_t open_of(int producer) const;
  const Entry& entry(std::size_t index) const { return entries_[index]; }
  Duration time_limit_of(std::size_t index) const {
    return producers_[static_cast<std::size_t>(entries_[index].producer)].time_limit;
  }
  /// Which record a value is; -1 when it was never sent.
  std::int64_t find(std::string_view value) const;

  /// Compares what producers were told with what is in the logs.
  /// `lossy`: records may have vanished.
  void check_log(const TopicPartition& partition, const std::vector<StoredRecord>& log, bool lossy);
  /// After all logs.
  void check_complete(bool lossy);

 private:
  simulation::World& world_;
  Findings& findings_;
  std::vector<ProducerTerms> producers_;
  std::vector<Entry> entries_;
  std::map<std::pair<int, TopicPartition>, std::int64_t> numbers_;
  std::size_t open_ = 0;
  Duration excused_{};
};

std::string to_string(const Ledger::Entry& entry);

}  // namespace barnabas::test

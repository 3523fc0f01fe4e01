#pragma once

#include "tests/simulation/client_actor.hpp"
#include "tests/simulation/plan.hpp"

#include <barnabas/consumer.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace barnabas::test {

/// Reads all topics as a member of a group, and looks at what it is handed.
class ConsumerActor final : public ClientActor {
 public:
  ConsumerActor(Run& run, std::string name, simulation::Place place, const ConsumerPlan& plan);

  const ConsumerPlan& plan() const noexcept { return plan_; }
  /// What it owns, as the client sees it; nothing while it cannot be asked.
  std::vector<TopicPartition> assignment() const;
  /// Where what it was handed since it owns the partition ends; 0 before the first record.
  std::int64_t end_of(const TopicPartition& partition) const;
  /// Whether its own clock runs, so that it can know that it was thrown out.
  bool is_alive() const;
  /// Whether it has heard from its coordinator so lately that it knows what it owns.
  bool is_in_touch() const;
  /// Whether a rebalance may go on without it, for no fault of its own.
  bool may_be_thrown_out() const;
  void pause_partitions(Duration time);
  void seek_back(std::int64_t records);
  void resubscribe(Duration time);
  /// A join that was given up, by it or by its earlier process, may still be carried out, and takes
  /// a static member's place.
  void expect_late_join() noexcept { may_be_overtaken_ = true; }

 private:
  void make(const Runtime& runtime) override;
  void close(Duration limit) override;
  Duration step() override;

  void subscribe();
  void assigned(const std::vector<TopicPartition>& partitions);
  void given_up(const std::vector<TopicPartition>& partitions);
  void note_poll();
  void poll_again();
  void take(const Result<Records>& polled);
  void check(const PartitionRecords& records);
  void commit();

  const ConsumerPlan plan_;
  std::optional<Consumer> consumer_;
  std::set<TopicPartition> owned_;
  std::map<TopicPartition, std::int64_t> expected_;
  std::map<TopicPartition, std::int64_t> committed_;  // by the group, when it was assigned
  std::int64_t polls_with_records_ = 0;
  bool polling_ = false;  // asynchronously
  Instant polled_at_{};   // first since it was to join again, else last
  bool subscribed_ = false;
  bool may_be_overtaken_ = false;
};

}  // namespace barnabas::test

#pragma once

#include <barnabas/topic_partition.hpp>

#include <deque>
#include <optional>
#include <set>
#include <vector>

namespace barnabas::client {

/// What the application is to be told about its partitions, on its own thread.
struct RebalanceStep {
  enum class Kind { assigned, revoked, lost };
  Kind kind = Kind::assigned;
  std::vector<TopicPartition> partitions;
};

/// The steps that wait for the application, in order; at most one is being carried out.
/// Thread-safety: none.
class RebalanceSteps {
 public:
  void add(RebalanceStep::Kind kind, std::vector<TopicPartition> partitions);
  /// Partitions are gone: steps about them that have not begun are not worth telling, and of those
  /// that the application never knew, or has given up already, it is not told that they are lost.
  void add_lost(std::vector<TopicPartition> partitions);

  /// Whether a step can begin.
  bool has_next() const noexcept { return !running_ && !steps_.empty(); }
  bool empty() const noexcept { return !running_ && steps_.empty(); }
  /// Requires: has_next().
  RebalanceStep begin();
  /// The step that was begun is done.
  RebalanceStep end();
  bool running() const noexcept { return running_.has_value(); }
  /// Whether the application is just being told that it has the partition.
  bool is_assigning(const TopicPartition& partition) const;
  /// Whether the application was told, or is being told, to give the partition up, and has not got
  /// it anew since.
  bool was_given_up(const TopicPartition& partition) const { return given_up_.contains(partition); }
  /// Forgets steps that have not begun.
  void clear() { steps_.clear(); }
  /// The same, and what the application has given up: another membership begins.
  void forget() {
    steps_.clear();
    given_up_.clear();
  }

 private:
  std::deque<RebalanceStep> steps_;
  std::optional<RebalanceStep> running_;
  std::set<TopicPartition> given_up_;  // the application knows; not assigned anew since
};

}  // namespace barnabas::client

#pragma once

#include "client/src/core/consumer/fetch/prefetched.hpp"
#include "client/src/core/consumer/positions/partition_state.hpp"

#include <barnabas/error.hpp>
#include <barnabas/offset.hpp>
#include <barnabas/topic_partition.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace barnabas::client {

/// The partitions that a consumer reads, with their states and what was fetched of them. All jumps
/// of positions go through here, so that generations are unique and buffers never outlive them.
/// Iteration is in the order of partitions; references stay valid until the partition is removed.
/// Thread-safety: none.
class Assignment {
 public:
  using States = std::map<TopicPartition, PartitionState>;

  // --- Which

  /// Adds those that are not there yet, unannounced.
  void add(const std::vector<TopicPartition>& partitions);
  void remove(const std::vector<TopicPartition>& partitions);
  void clear();
  PartitionState* find(const TopicPartition& partition);
  const PartitionState* find(const TopicPartition& partition) const;
  States& states() noexcept { return states_; }
  const States& states() const noexcept { return states_; }
  std::vector<TopicPartition> partitions() const;
  std::vector<TopicPartition> paused() const;

  // --- Jumps, see PartitionState

  void seek(PartitionState& state, Position to);
  void seek_to_timestamp(PartitionState& state, Timestamp timestamp);
  void halt(PartitionState& state);
  void refetch(PartitionState& state);
  void validated(PartitionState& state);

  // --- Progress

  /// Whether records that were fetched in `generation` are still for the application. What was
  /// paused meanwhile is not, and is fetched again once it is resumed.
  bool may_hand_out(const TopicPartition& partition, std::uint64_t generation);
  /// The application is handed records up to `to`, if it may be.
  bool hand_out(const TopicPartition& partition, std::uint64_t generation, Position to);
  /// The application has come back from everything that it was handed.
  void came_back();
  /// The application will not come back: what it was handed last stays uncommitted.
  void forget_handed_out() { handed_out_.clear(); }
  /// Positions of everything handed out, to be committed by hand.
  Offsets positions() const;
  /// Positions that the application has come back from and that the group does not have yet.
  Offsets uncommitted() const;

  // --- Flow

  void pause(PartitionState& state, bool paused);
  void set_revoking(PartitionState& state);
  /// Counts everything that may make a partition deliverable or not, or what was taken from its
  /// buffer stale.
  std::uint64_t disturbances() const noexcept { return disturbances_; }
  Prefetched& prefetched() noexcept { return prefetched_; }
  const Prefetched& prefetched() const noexcept { return prefetched_; }

  /// Reports an error about a partition to the application; a repetition of one that was not
  /// fetched yet is dropped.
  void report(const TopicPartition& partition, Error error);
  /// Drops the partition's errors that nobody has fetched: what they were about is over.
  void forget_errors(const TopicPartition& partition);
  /// The oldest error, which is forgotten here.
  std::optional<Error> take_error();
  bool has_error() const noexcept { return !errors_.empty(); }

 private:
  std::uint64_t jump(PartitionState& state);

  // First, so that it outlives what is charged to it.
  Prefetched prefetched_;
  States states_;
  std::uint64_t last_generation_ = 0;
  std::uint64_t disturbances_ = 0;
  std::vector<std::pair<TopicPartition, std::uint64_t>> handed_out_;  // since came_back
  std::deque<std::pair<TopicPartition, Error>> errors_;
};

}  // namespace barnabas::client

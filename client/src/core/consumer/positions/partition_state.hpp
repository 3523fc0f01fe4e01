#pragma once

#include "client/src/core/cluster/request.hpp"
#include "client/src/core/consumer/fetch/fetched_chunk.hpp"
#include "client/src/core/consumer/positions/position.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/topic_partition.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace barnabas::client {

/// Timestamps with a special meaning in ListOffsets.
inline constexpr Timestamp latest_timestamp = -1;
inline constexpr Timestamp earliest_timestamp = -2;

/// One assigned partition: where the application is, where fetching is, and whether either may go
/// on.
///
/// States, and where each leads to:
/// - unset: assigned; nothing decided about the position. To all others.
/// - committed: the group's committed offset is being read. To resetting, validating, ready.
/// - resetting: the offset of a timestamp is being looked up. To ready, halted.
/// - validating: the leader is asked whether the log still holds what was read (KIP-320). To ready,
///   resetting, halted.
/// - ready: the position is known; fetch and deliver. To validating, resetting, halted.
/// - halted: an error was reported that only a seek can mend. By a seek: see there.
///
/// `seek` and `seek_to_timestamp` lead from every state to validating, ready or resetting.
/// Every jump of the position starts a new generation: records and answers of an older one are not
/// for this state any more. Generations are unique within a consumer.
/// Thread-safety: none.
class PartitionState {
 public:
  enum class State : std::uint8_t { unset, committed, resetting, validating, ready, halted };

  PartitionState(TopicPartition partition, std::uint64_t generation)
      : partition_(std::move(partition)), tenure_(generation), generation_(generation) {}

  const TopicPartition& partition() const noexcept { return partition_; }
  State state() const noexcept { return state_; }
  /// Names the time since the partition was taken over: another one when it is assigned anew.
  std::uint64_t tenure() const noexcept { return tenure_; }
  std::uint64_t generation() const noexcept { return generation_; }
  /// Answers to fetches that were sent in an earlier round are void.
  std::uint64_t fetch_round() const noexcept { return fetch_round_; }

  // --- Jumps. Each takes the new generation; buffered data must be dropped by the caller.

  void want_committed() { state_ = State::committed; }
  /// A known position. With an epoch it is validated before the first fetch.
  void seek(Position to, std::uint64_t generation) {
    jump(generation);
    state_ = to.epoch >= 0 ? State::validating : State::ready;
    position_ = fetch_ = to;
    processed_ = to;
  }
  /// A position that has to be looked up.
  void seek_to_timestamp(Timestamp timestamp, std::uint64_t generation) {
    jump(generation);
    state_ = State::resetting;
    timestamp_ = timestamp;
    processed_ = std::nullopt;
  }
  /// Only a seek helps from here.
  void halt(std::uint64_t generation) {
    jump(generation);
    state_ = State::halted;
  }
  /// Forgets what was fetched ahead; the application's position stays.
  void refetch(std::uint64_t generation) {
    jump(generation);
    fetch_ = position_;
  }

  // --- Validation

  /// The leader changed: what was fetched so far has to be confirmed. Fetches under way are void,
  /// what is buffered waits.
  void validate() {
    ++fetch_round_;
    state_ = State::validating;
    lookup_under_way = false;
  }
  /// The log of the leader with this epoch holds everything up to the position.
  void validated() { state_ = State::ready; }

  // --- Progress

  /// The application was handed everything before `to`.
  void hand_out(Position to) {
    // Nothing was handed out, and by that the epoch of what was before is not forgotten.
    if (to.offset == position_.offset && to.epoch < 0) return;
    position_ = to;
  }
  /// The application has come back: what it was handed may be committed.
  void came_back() { processed_ = position_; }
  /// Data up to `end` was received; see FetchedChunk.
  void fetched(Position end) { fetch_ = end; }

  /// What may be committed automatically: where the application stood when it last came back, or
  /// where it was sent since.
  const std::optional<Position>& processed() const noexcept { return processed_; }
  /// Requires: has_position().
  const Position& position() const noexcept { return position_; }
  const Position& fetch_position() const noexcept { return fetch_; }
  bool has_position() const noexcept {
    return state_ == State::ready || state_ == State::validating;
  }
  Timestamp timestamp() const noexcept { return timestamp_; }

  /// Everything that keeps records from the application, apart from there being none.
  bool is_deliverable() const noexcept {
    return state_ == State::ready && announced && !paused && !revoking;
  }

  std::optional<std::int64_t> committed;  ///< The offset that the group is known to have.
  bool position_wanted = false;           ///< The application asks for it: find it in any case.
  bool announced = false;                 ///< The application knows that it has the partition.
  bool paused = false;                    ///< By the application.
  bool revoking = false;                  ///< About to be given up.
  /// An answer about this generation is under way (committed, resetting, validating).
  bool lookup_under_way = false;
  Instant retry_at{};          ///< No fetch and no look-up before.
  std::uint32_t failures = 0;  ///< In a row, for the pause.
  /// Fetching further makes no sense before what is buffered was consumed.
  bool fetch_blocked = false;

  std::int32_t leader_epoch = -1;  ///< The latest one seen in metadata.

  // As the last fetch reported them; -1: unknown.
  std::int64_t high_watermark = -1;
  std::int64_t last_stable_offset = -1;
  std::int64_t log_start_offset = -1;

  NodeId preferred_replica = no_node;  ///< Where to read instead of the leader (KIP-392).
  Instant preferred_until{};

  std::deque<FetchedChunk> buffer;  ///< Managed by Prefetched.
  std::size_t buffered_bytes = 0;

 private:
  void jump(std::uint64_t generation) {
    generation_ = generation;
    ++fetch_round_;
    lookup_under_way = false;
    fetch_blocked = false;
    retry_at = {};
    failures = 0;
  }

  TopicPartition partition_;
  std::uint64_t tenure_;
  std::uint64_t generation_;
  std::uint64_t fetch_round_ = 0;
  State state_ = State::unset;
  Position position_;  // of the application
  Position fetch_;
  std::optional<Position> processed_;
  Timestamp timestamp_ = latest_timestamp;
};

}  // namespace barnabas::client

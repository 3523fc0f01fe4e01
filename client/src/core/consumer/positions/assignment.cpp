#include "client/src/core/consumer/positions/assignment.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

OffsetAndMetadata to_commit(const Position& position) {
  if (position.epoch < 0) return {position.offset};
  return {position.offset, position.epoch};
}

}  // namespace

void Assignment::add(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    states_.try_emplace(partition, partition, ++last_generation_);
  }
}

void Assignment::remove(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    const auto found = states_.find(partition);
    if (found == states_.end()) continue;
    prefetched_.drop(found->second);
    states_.erase(found);
    forget_errors(partition);
  }
  ++disturbances_;
}

void Assignment::clear() { remove(partitions()); }

PartitionState* Assignment::find(const TopicPartition& partition) {
  const auto found = states_.find(partition);
  return found == states_.end() ? nullptr : &found->second;
}

const PartitionState* Assignment::find(const TopicPartition& partition) const {
  const auto found = states_.find(partition);
  return found == states_.end() ? nullptr : &found->second;
}

std::vector<TopicPartition> Assignment::partitions() const {
  std::vector<TopicPartition> all;
  for (const auto& [partition, state] : states_) all.push_back(partition);
  return all;
}

std::vector<TopicPartition> Assignment::paused() const {
  std::vector<TopicPartition> all;
  for (const auto& [partition, state] : states_) {
    if (state.paused) all.push_back(partition);
  }
  return all;
}

std::uint64_t Assignment::jump(PartitionState& state) {
  if (planted(PlantedBug::keep_buffer_after_seek)) return state.generation();
  prefetched_.drop(state);
  ++disturbances_;
  return ++last_generation_;
}

void Assignment::seek(PartitionState& state, Position to) { state.seek(to, jump(state)); }

void Assignment::seek_to_timestamp(PartitionState& state, Timestamp timestamp) {
  state.seek_to_timestamp(timestamp, jump(state));
}

void Assignment::halt(PartitionState& state) { state.halt(jump(state)); }

void Assignment::refetch(PartitionState& state) { state.refetch(jump(state)); }

void Assignment::validated(PartitionState& state) {
  state.validated();
  ++disturbances_;
}

bool Assignment::may_hand_out(const TopicPartition& partition, std::uint64_t generation) {
  PartitionState* state = find(partition);
  if (state == nullptr || state->generation() != generation || state->revoking) return false;
  if (!state->paused) return true;
  refetch(*state);
  return false;
}

bool Assignment::hand_out(const TopicPartition& partition, std::uint64_t generation, Position to) {
  if (!may_hand_out(partition, generation)) return false;
  PartitionState* state = find(partition);
  state->hand_out(to);
  // Nothing else would tell that the partition can be fetched again.
  if (state->fetch_blocked && state->fetch_position().offset == to.offset) ++disturbances_;
  if (handed_out_.empty() || handed_out_.back().second != generation) {
    handed_out_.emplace_back(partition, generation);
  }
  return true;
}

void Assignment::came_back() {
  for (const auto& [partition, generation] : handed_out_) {
    PartitionState* state = find(partition);
    if (state != nullptr && state->generation() == generation) state->came_back();
  }
  handed_out_.clear();
}

Offsets Assignment::positions() const {
  Offsets offsets;
  for (const auto& [partition, state] : states_) {
    const bool fetched = planted(PlantedBug::commit_what_is_prefetched);
    const Position& position = fetched ? state.fetch_position() : state.position();
    if (state.has_position()) offsets.emplace(partition, to_commit(position));
  }
  return offsets;
}

Offsets Assignment::uncommitted() const {
  Offsets offsets;
  for (const auto& [partition, state] : states_) {
    const std::optional<Position>& position = state.processed();
    if (position && position->offset != state.committed) {
      offsets.emplace(partition, to_commit(*position));
    }
  }
  return offsets;
}

void Assignment::pause(PartitionState& state, bool paused) {
  if (state.paused == paused) return;
  state.paused = paused;
  ++disturbances_;
}

void Assignment::set_revoking(PartitionState& state) {
  state.revoking = true;
  ++disturbances_;
}

void Assignment::report(const TopicPartition& partition, Error error) {
  const bool known = std::any_of(errors_.begin(), errors_.end(), [&](const auto& other) {
    return other.first == partition && other.second.code() == error.code();
  });
  if (!known) errors_.emplace_back(partition, error.within(to_string(partition)));
}

void Assignment::forget_errors(const TopicPartition& partition) {
  std::erase_if(errors_, [&](const auto& error) { return error.first == partition; });
}

std::optional<Error> Assignment::take_error() {
  if (errors_.empty()) return std::nullopt;
  Error error = std::move(errors_.front().second);
  errors_.pop_front();
  return error;
}

}  // namespace barnabas::client

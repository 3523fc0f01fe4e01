#include "broker/src/core/storage/producer_state.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace barnabas::broker::storage {

namespace {

std::string describe(const records::BatchHeader& batch) {
  return "producer " + std::to_string(batch.producer_id) + " epoch " +
         std::to_string(batch.producer_epoch) + " sequence " + std::to_string(batch.base_sequence);
}

Error out_of_order(const records::BatchHeader& batch, const std::string& expected) {
  return Error(ErrorCode::out_of_order_sequence_number, describe(batch) + ": expected " + expected);
}

ProducedBatch remember(const records::BatchHeader& batch) {
  return {batch.last_sequence(), batch.last_offset(), batch.last_offset_delta, batch.max_timestamp};
}

}  // namespace

Result<std::optional<ProducedBatch>> ProducerState::check(const records::BatchHeader& batch) const {
  const std::optional<ProducedBatch> appendable;
  if (!batch.has_producer_id() || planted(PlantedBug::skip_sequence_check)) return appendable;
  const auto found = entries_.find(batch.producer_id);
  if (found == entries_.end()) return appendable;
  const ProducerEntry& entry = found->second;
  if (batch.producer_epoch < entry.epoch) {
    return Error(ErrorCode::invalid_producer_epoch,
                 describe(batch) + ": the current epoch is " + std::to_string(entry.epoch));
  }
  if (batch.producer_epoch > entry.epoch) {
    if (batch.base_sequence != 0) return out_of_order(batch, "0 to begin the epoch");
  } else {
    for (const ProducedBatch& known : entry.batches) {
      if (known.first_sequence() == batch.base_sequence &&
          known.last_sequence == batch.last_sequence()) {
        return std::optional(known);
      }
    }
    const std::int32_t expected = add_sequence(entry.last_sequence(), 1);
    const bool gap = batch.base_sequence != expected && !planted(PlantedBug::accept_sequence_gap);
    if (gap) return out_of_order(batch, std::to_string(expected));
  }
  if (entry.transaction_first_offset >= 0 && !batch.is_transactional()) {
    return Error(ErrorCode::invalid_txn_state,
                 describe(batch) + ": not part of the open transaction");
  }
  return appendable;
}

void ProducerState::update(const records::BatchHeader& batch, Instant now,
                           std::optional<std::int32_t> marker_epoch) {
  if (!batch.has_producer_id() || planted(PlantedBug::remember_no_producers)) return;
  ProducerEntry& entry = touch(batch.producer_id, batch.last_offset(), now);
  if (entry.epoch != batch.producer_epoch) {
    entry.epoch = batch.producer_epoch;
    entry.batches.clear();
  }
  entry.timestamp = batch.max_timestamp;
  if (batch.is_control()) {
    if (marker_epoch) entry.coordinator_epoch = *marker_epoch;
    open_transactions_.erase(std::exchange(entry.transaction_first_offset, -1));
    return;
  }
  if (entry.batches.size() == ProducerEntry::window) entry.batches.erase(entry.batches.begin());
  entry.batches.push_back(remember(batch));
  if (batch.is_transactional() && entry.transaction_first_offset < 0) {
    entry.transaction_first_offset = batch.base_offset;
    open_transactions_.insert(batch.base_offset);
  }
}

ProducerEntry& ProducerState::touch(std::int64_t producer_id, std::int64_t offset, Instant now) {
  const auto [activity, is_new] = activity_.try_emplace(producer_id, Activity{offset, now});
  if (!is_new) {
    by_last_offset_.erase({activity->second.last_offset, producer_id});
    activity->second = {offset, now};
  } else if (entries_.size() >= max_producers_) {
    forget_oldest();
  }
  by_last_offset_.insert({offset, producer_id});
  return entries_[producer_id];
}

// An open transaction is never forgotten: its data would count as committed.
void ProducerState::forget_oldest() {
  for (const auto& [offset, producer_id] : by_last_offset_) {
    if (entries_.at(producer_id).transaction_first_offset >= 0) continue;
    return forget(producer_id);
  }
}

void ProducerState::forget(std::int64_t producer_id) {
  const auto entry = entries_.find(producer_id);
  if (entry == entries_.end()) return;
  open_transactions_.erase(entry->second.transaction_first_offset);
  entries_.erase(entry);
  const auto activity = activity_.find(producer_id);
  by_last_offset_.erase({activity->second.last_offset, producer_id});
  activity_.erase(activity);
}

void ProducerState::expire(Instant now, std::chrono::milliseconds idle) {
  std::vector<std::int64_t> expired;
  for (const auto& [producer_id, activity] : activity_) {
    const bool open = entries_.at(producer_id).transaction_first_offset >= 0;
    if (!open && deadline_after(activity.at, idle) <= now) expired.push_back(producer_id);
  }
  for (const std::int64_t producer_id : expired) forget(producer_id);
}

std::optional<std::int64_t> ProducerState::first_unstable_offset() const {
  if (open_transactions_.empty()) return std::nullopt;
  return *open_transactions_.begin();
}

void ProducerState::restore(Entries entries, Instant now) {
  entries_ = std::move(entries);
  activity_.clear();
  by_last_offset_.clear();
  open_transactions_.clear();
  for (const auto& [producer_id, entry] : entries_) {
    const std::int64_t offset = entry.batches.empty() ? -1 : entry.batches.back().last_offset;
    activity_.emplace(producer_id, Activity{offset, now});
    by_last_offset_.insert({offset, producer_id});
    if (entry.transaction_first_offset >= 0) {
      open_transactions_.insert(entry.transaction_first_offset);
    }
  }
}

}  // namespace barnabas::broker::storage

#include "client/src/core/producer/partition_sender.hpp"

#include "client/src/core/cluster/gave_up.hpp"
#include "client/src/core/producer/batch_splitter.hpp"
#include "client/src/core/producer/sequence.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace barnabas::client {

namespace {

// Brokers remember so many batches of a producer.
constexpr std::int32_t broker_window = 5;

std::int32_t base_sequence(const ProducerBatch& batch) {
  return batch.builder().producer_stamp().base_sequence;
}

Error timed_out(const Error& last) {
  return gave_up(ErrorCode::delivery_timed_out, "not delivered within delivery.timeout.ms", last);
}

}  // namespace

PartitionSender::PartitionSender(const Options& options, CompressorPool& compressors,
                                 Random& random)
    : options_(options), compressors_(compressors), random_(random) {}

// --- Sending

void PartitionSender::add(std::shared_ptr<ProducerBatch> batch) {
  backlog_.push_back(std::move(batch));
}

bool PartitionSender::may_send(Instant now, NodeId node) const {
  if (draining_ || (resting_until_ && *resting_until_ > now)) return false;
  if (in_flight_ > 0 && node_ != node) return false;
  return in_flight_ < window();
}

// A new identity begins when nothing is left of the one before, and nothing new follows a gap.
bool PartitionSender::may_sequence(const ProducerIdentity& identity) const {
  if (!options_.idempotent) return true;
  if (retired_ && retired_->identity == identity) return false;
  return identity.valid() && gaps_.empty() && (identity == identity_ || sequenced_ == 0);
}

std::size_t PartitionSender::window() const noexcept {
  if (planted(PlantedBug::unlimited_in_flight)) return 1000;
  if (!options_.idempotent) return static_cast<std::size_t>(options_.max_in_flight);
  if (!established_) return 1;
  return static_cast<std::size_t>(std::min(options_.max_in_flight, broker_window));
}

const PartitionSender::Entry* PartitionSender::first_to_repeat() const noexcept {
  for (const Entry& entry : entries_) {
    if (!entry.in_flight) return &entry;
  }
  return nullptr;
}

PartitionSender::Entry* PartitionSender::first_to_repeat() noexcept {
  return const_cast<Entry*>(std::as_const(*this).first_to_repeat());
}

const ProducerBatch* PartitionSender::next(Instant now, NodeId node,
                                           const ProducerIdentity& identity) const {
  if (!may_send(now, node)) return nullptr;
  if (in_flight_ < sequenced_) {
    const Entry* entry = first_to_repeat();
    return is_behind_gap(*entry) ? nullptr : entry->batch.get();
  }
  if (!may_sequence(identity)) return nullptr;
  if (const Entry* entry = first_to_repeat()) return entry->batch.get();
  return backlog_.empty() ? nullptr : backlog_.front().get();
}

bool PartitionSender::wants_batch(Instant now, NodeId node,
                                  const ProducerIdentity& identity) const {
  return may_send(now, node) && may_sequence(identity) && first_to_repeat() == nullptr &&
         backlog_.empty();
}

std::shared_ptr<ProducerBatch> PartitionSender::take(NodeId node,
                                                     const ProducerIdentity& identity) {
  Entry* entry = first_to_repeat();
  if (entry == nullptr) {
    entry = &entries_.emplace_back(std::move(backlog_.front()));
    backlog_.pop_front();
  }
  if (planted(PlantedBug::new_sequence_for_retry) && in_flight_ < sequenced_ &&
      entry->attempts > 0) {
    entry->batch->builder().stamp({identity_.id, identity_.epoch, next_sequence_});
    next_sequence_ = sequence_after(next_sequence_, entry->batch->record_count());
  }
  if (in_flight_ == sequenced_) give_sequence(*entry, identity);
  if (++entry->attempts > 1) ++retries_;
  entry->in_flight = true;
  entry->refusal = Refusal::none;
  ++in_flight_;
  node_ = node;
  resting_until_.reset();
  return entry->batch;
}

void PartitionSender::give_sequence(Entry& entry, const ProducerIdentity& identity) {
  if (options_.idempotent) {
    if (identity != identity_) {
      identity_ = identity;
      established_ = false;
      next_sequence_ = options_.first_sequence;
      gaps_.clear();
    }
    entry.batch->builder().stamp({identity_.id, identity_.epoch, next_sequence_});
    next_sequence_ = sequence_after(next_sequence_, entry.batch->record_count());
  }
  ++sequenced_;
}

// --- Outcomes

std::size_t PartitionSender::index_of(const ProducerBatch& batch) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.batch.get() == &batch; });
  assert(found != entries_.end());
  return static_cast<std::size_t>(found - entries_.begin());
}

void PartitionSender::on_answer(Instant now, const ProducerBatch& batch, ProduceAnswer answer,
                                std::vector<Completed>& completed) {
  const std::size_t index = index_of(batch);
  Entry& entry = entries_[index];
  entry.in_flight = false;
  --in_flight_;
  entry.may_be_stored = entry.may_be_stored || answer.may_be_stored;
  if (planted(PlantedBug::forget_batch_at_leader_change) && answer.leader_changed) {
    entry.reported = true;
  }
  if (answer.verdict != Verdict::stored) draining_ = true;
  const bool unknown = answer.verdict == Verdict::retry && answer.stale_metadata;
  if (unknown && planted(PlantedBug::restart_sequence_at_unknown_topic)) next_sequence_ = 0;
  switch (answer.verdict) {
    case Verdict::stored:
      on_stored(index, std::move(answer), completed);
      break;
    case Verdict::too_large:
      on_too_large(index, std::move(answer), completed);
      break;
    case Verdict::refused_sequence:
    case Verdict::refused_identity:
      if (options_.idempotent) {
        entry.refusal =
            answer.verdict == Verdict::refused_identity ? Refusal::identity : Refusal::sequence;
        on_retry(index, std::move(answer), completed);
        break;
      }
      [[fallthrough]];
    case Verdict::rejected:
      end(index, std::move(answer.outcome), completed);
      break;
    case Verdict::retry:
      on_retry(index, std::move(answer), completed);
      break;
  }
  if ((draining_ || !gaps_.empty()) && in_flight_ == 0) finish_draining(now, completed);
}

void PartitionSender::on_stored(std::size_t index, ProduceAnswer answer,
                                std::vector<Completed>& completed) {
  Entry& entry = entries_[index];
  established_ = true;
  // Brokers take no sequence before the one in front of it: that one was stored after all.
  std::erase_if(
      gaps_, [&](const Gap& gap) { return is_after(base_sequence(*entry.batch), gap.sequence); });
  report(entry, std::move(answer.outcome), completed);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
  --sequenced_;
}

void PartitionSender::on_too_large(std::size_t index, ProduceAnswer answer,
                                   std::vector<Completed>& completed) {
  const Entry& whole = entries_[index];
  if (whole.reported || whole.batch->record_count() < 2) {
    end(index, std::move(answer.outcome), completed);
    return;
  }
  auto parts = split(*whole.batch, options_.compression, compressors_);
  if (!parts) {
    end(index, {parts.error()}, completed);
    return;
  }
  refused_size_ = whole.batch->builder().uncompressed_size();
  ++splits_;
  Entry second(std::move((*parts)[1]));
  second.may_be_stored = whole.may_be_stored;
  entries_[index].batch = std::move((*parts)[0]);
  entries_[index].attempts = 0;
  entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(index) + 1, std::move(second));
  ++sequenced_;
}

void PartitionSender::on_retry(std::size_t index, ProduceAnswer answer,
                               std::vector<Completed>& completed) {
  Entry& entry = entries_[index];
  const bool spent = entry.attempts > static_cast<std::uint32_t>(options_.retries);
  if (spent || entry.reported) {
    end(index, std::move(answer.outcome), completed);
  } else {
    entry.last_error = std::move(answer.outcome.error);
  }
}

void PartitionSender::report(Entry& entry, BatchOutcome outcome,
                             std::vector<Completed>& completed) {
  if (std::exchange(entry.reported, true) && !planted(PlantedBug::report_twice)) return;
  completed.push_back({entry.batch, std::move(outcome)});
}

// Ends a batch that was not acknowledged.
void PartitionSender::end(std::size_t index, BatchOutcome outcome,
                          std::vector<Completed>& completed) {
  report(entries_[index], std::move(outcome), completed);
  if (index < sequenced_) {
    note_gap(entries_[index]);
    --sequenced_;
  }
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(index));
}

void PartitionSender::note_gap(const Entry& entry) {
  if (!options_.idempotent) return;
  draining_ = true;
  gaps_.push_back({base_sequence(*entry.batch), !entry.may_be_stored});
}

// Something before it was not stored, so neither was this.
bool PartitionSender::is_behind_gap(const Entry& entry) const noexcept {
  return std::any_of(gaps_.begin(), gaps_.end(), [&](const Gap& gap) {
    return gap.certain && is_after(base_sequence(*entry.batch), gap.sequence);
  });
}

void PartitionSender::finish_draining(Instant now, std::vector<Completed>& completed) {
  draining_ = false;
  if (options_.idempotent) {
    while (resolve_refused_head(completed)) {
    }
    draining_ = false;  // ended batches leave gaps, which were dealt with
    if (sequenced_ == 0 && !gaps_.empty()) retire(false);
  }
  if (entries_.empty()) return;
  const Duration pause = options_.backoff.pause(entries_.front().attempts, random_);
  if (entries_.front().attempts > 0) resting_until_ = deadline_after(now, pause);
}

// True when the head ended and there is another to look at.
bool PartitionSender::resolve_refused_head(std::vector<Completed>& completed) {
  if (sequenced_ == 0) return false;
  Entry& head = entries_.front();
  const bool refused = head.refusal != Refusal::none;
  if (is_behind_gap(head) || (refused && !head.may_be_stored)) {
    // What stands behind something that was not stored was not stored either.
    retire(head.refusal == Refusal::identity);
    return false;
  }
  if (!refused) return false;
  Error error = std::move(head.last_error);
  end(0,
      {Error(error.code(), error.context() +
                               ": whether the batch was stored by an earlier attempt cannot be "
                               "found out any more")},
      completed);
  return true;
}

void PartitionSender::retire(bool renew) {
  for (Entry& entry : entries_) {
    entry.may_be_stored = false;
    entry.refusal = Refusal::none;
  }
  retired_ = Retired{identity_, renew};
  identity_ = {};
  sequenced_ = 0;
  gaps_.clear();
}

void PartitionSender::expire(Instant now, std::vector<Completed>& completed) {
  if (planted(PlantedBug::no_delivery_timeout)) return;
  for (std::size_t i = 0; i < entries_.size();) {
    Entry& entry = entries_[i];
    if (entry.batch->times().deadline > now) {
      ++i;
    } else if (entry.in_flight) {
      report(entry, {timed_out(entry.last_error)}, completed);
      ++i;
    } else {
      end(i, {timed_out(entry.last_error)}, completed);
    }
  }
  while (!backlog_.empty() && backlog_.front()->times().deadline <= now) {
    completed.push_back({std::move(backlog_.front()), {timed_out({})}});
    backlog_.pop_front();
  }
  if (draining_ && in_flight_ == 0) finish_draining(now, completed);
}

void PartitionSender::fail_all(Instant now, const Error& reason,
                               std::vector<Completed>& completed) {
  for (std::size_t i = 0; i < entries_.size();) {
    if (entries_[i].in_flight) {
      report(entries_[i++], {reason}, completed);
    } else {
      end(i, {reason}, completed);
    }
  }
  for (std::shared_ptr<ProducerBatch>& batch : backlog_) {
    completed.push_back({std::move(batch), {reason}});
  }
  backlog_.clear();
  if (draining_ && in_flight_ == 0) finish_draining(now, completed);
}

std::optional<PartitionSender::Retired> PartitionSender::take_retired() noexcept {
  return std::exchange(retired_, std::nullopt);
}

// --- State

bool PartitionSender::is_idle() const noexcept {
  return backlog_.empty() && std::all_of(entries_.begin(), entries_.end(),
                                         [](const Entry& entry) { return entry.reported; });
}

std::optional<Instant> PartitionSender::next_deadline(Instant now) const {
  std::optional<Instant> next;
  const auto consider = [&next](Instant at) { next = std::min(next.value_or(at), at); };
  for (const Entry& entry : entries_) {
    if (!entry.reported) consider(entry.batch->times().deadline);
  }
  if (!backlog_.empty()) consider(backlog_.front()->times().deadline);
  if (planted(PlantedBug::no_delivery_timeout)) next.reset();
  if (resting_until_ && *resting_until_ > now && !draining_) consider(*resting_until_);
  return next;
}

std::optional<std::size_t> PartitionSender::take_refused_size() noexcept {
  return std::exchange(refused_size_, std::nullopt);
}

}  // namespace barnabas::client

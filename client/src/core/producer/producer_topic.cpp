#include "client/src/core/producer/producer_topic.hpp"

#include "protocol/base/topic_name.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace barnabas::client {

namespace {

// Brokers that refuse even this have a limit that no batch could meet.
constexpr std::size_t smallest_batch_size = 1024;

Error check_name(std::string_view name) {
  const Result<void> valid = validate_topic_name(name);
  return valid ? Error() : valid.error();
}

}  // namespace

ProducerTopic::ProducerTopic(std::shared_ptr<ProducerShared> shared, std::string name,
                             std::uint64_t seed)
    : shared_(std::move(shared)),
      name_(std::make_shared<const std::string>(std::move(name))),
      name_error_(check_name(*name_)),
      chooser_(shared_->settings, seed),
      batch_size_(static_cast<std::size_t>(shared_->settings.batch_size)),
      pending_(shared_) {}

AppendStatus ProducerTopic::append_unsettled(const AppendRequest& request) {
  if (!name_error_.ok()) return request.report.refuse(name_error_);
  const std::optional<AppendStatus> kept = keep_pending(request);
  if (!kept) return append_chosen(*table_.load(std::memory_order_acquire), request);
  if (*kept == AppendStatus::accepted) shared_->signals.raise(*this);
  return *kept;
}

std::optional<AppendStatus> ProducerTopic::keep_pending(const AppendRequest& request) {
  AppendGuard guard(pending_lock_);
  if (is_settled()) return std::nullopt;  // since the caller looked
  if (shared_->closed) return request.report.refuse({ErrorCode::closed, "the producer is closed"});
  return pending_.add(request);
}

void ProducerTopic::end_turn(const Table& table, std::int32_t partition, const AppendClock& clock) {
  chooser_.sticky().choose(partition, table.queues, clock.now().monotonic);
}

AppendStatus ProducerTopic::append_chosen(const Table& table, const AppendRequest& request) {
  const std::size_t count = table.queues.size();
  using Kind = PartitionChooser::Choice::Kind;
  const PartitionChooser::Choice choice =
      chooser_.choose(*name_, request.record, static_cast<std::int32_t>(count));
  auto index = static_cast<std::size_t>(choice.partition);
  if (choice.partition < 0 || index >= count) {
    return no_such_partition(request, choice.partition, count);
  }
  StickyPartition& sticky = chooser_.sticky();
  if (choice.kind == Kind::free) index = first_available(table.queues, index);
  if (choice.kind == Kind::sticky && !table.queues[index]->is_available()) {
    index = static_cast<std::size_t>(
        sticky.pass_over(choice.partition, table.queues, request.clock.now().monotonic));
  }
  const PartitionQueue::Appended appended =
      table.queues[index]->append(request, choice.kind == Kind::sticky ? sticky.turn() : 0);
  if (appended.turn_over) end_turn(table, static_cast<std::int32_t>(index), request.clock);
  return appended.status;
}

AppendStatus ProducerTopic::no_such_partition(const AppendRequest& request, std::int32_t partition,
                                              std::size_t count) {
  std::string text = *name_ + "[" + std::to_string(partition) +
                     "]: the topic has partitions 0 to " + std::to_string(count - 1);
  if (request.record.partition == any_partition) {
    return request.report.refuse(
        {ErrorCode::invalid_argument, text + ", but the partitioner chose otherwise"});
  }
  refresh_wanted_ = true;
  shared_->signals.raise(*this);
  return request.report.refuse({ErrorCode::unknown_topic_or_partition, std::move(text)});
}

std::span<PartitionQueue* const> ProducerTopic::queues() const noexcept {
  if (tables_.empty()) return {};
  return tables_.back()->queues;
}

void ProducerTopic::grow(std::int32_t count, std::uint32_t& next_id) {
  const auto wanted = static_cast<std::size_t>(std::max(count, 0));
  if (wanted <= queues_.size()) return;
  auto table = std::make_unique<Table>();
  while (queues_.size() < wanted) {
    queues_.push_back(std::make_unique<PartitionQueue>(
        *shared_, *this, static_cast<std::int32_t>(queues_.size()), next_id++));
  }
  for (const auto& queue : queues_) table->queues.push_back(queue.get());
  tables_.push_back(std::move(table));
}

std::vector<PendingRecords::Failed> ProducerTopic::settle() {
  if (tables_.empty()) return {};
  const Table* const table = tables_.back().get();
  AppendGuard guard(pending_lock_);
  if (chooser_.sticky().current() < 0) {
    chooser_.sticky().choose(-1, table->queues, shared_->clock->now().monotonic);
  }
  std::vector<PendingRecords::Failed> refused =
      pending_.replay([&](const AppendRequest& request) { return append_chosen(*table, request); });
  if (pending_.empty()) table_.store(table, std::memory_order_release);
  return refused;
}

std::uint64_t ProducerTopic::appended() const {
  std::uint64_t records = 0;
  {
    AppendGuard guard(pending_lock_);
    records = pending_.waiting() + pending_.given_up();
  }
  for (const PartitionQueue* queue : queues()) records += queue->appended();
  return records;
}

bool ProducerTopic::has_pending() const {
  AppendGuard guard(pending_lock_);
  return !pending_.empty();
}

std::optional<Instant> ProducerTopic::pending_deadline() const {
  AppendGuard guard(pending_lock_);
  return pending_.next_deadline();
}

std::vector<PendingRecords::Failed> ProducerTopic::expire_pending(Instant now,
                                                                  const Error& reason) {
  AppendGuard guard(pending_lock_);
  return pending_.expire(now, reason);
}

std::vector<PendingRecords::Failed> ProducerTopic::fail_pending(const Error& reason) {
  AppendGuard guard(pending_lock_);
  return pending_.fail_all(reason);
}

void ProducerTopic::shrink_batches(std::size_t size) noexcept {
  const std::size_t half = std::max(size / 2, smallest_batch_size);
  if (half < batch_size()) batch_size_.store(half, std::memory_order_relaxed);
}

}  // namespace barnabas::client

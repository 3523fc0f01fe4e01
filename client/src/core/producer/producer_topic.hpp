#pragma once

#include "client/src/core/producer/append_lock.hpp"
#include "client/src/core/producer/append_request.hpp"
#include "client/src/core/producer/partition_chooser.hpp"
#include "client/src/core/producer/partition_queue.hpp"
#include "client/src/core/producer/pending_records.hpp"
#include "client/src/core/producer/producer_shared.hpp"
#include "client/src/core/producer/signal_list.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace barnabas::client {

/// A topic as senders see it, behind the public handle: its partitions' queues, or the records that
/// wait until these are known.
/// Thread-safety: `append` and the accessors are free; what is for the engine is called by the
/// engine alone.
class ProducerTopic final : public Signaller {
 public:
  ProducerTopic(std::shared_ptr<ProducerShared> shared, std::string name, std::uint64_t seed);
  ProducerTopic(const ProducerTopic&) = delete;
  ProducerTopic& operator=(const ProducerTopic&) = delete;

  const std::string& name() const noexcept { return *name_; }
  const std::shared_ptr<const std::string>& shared_name() const noexcept { return name_; }
  /// Whom the topic belongs to.
  const ProducerShared* shared() const noexcept { return shared_.get(); }

  /// Errors: invalid_topic_exception; unknown_topic_or_partition (an explicit partition that does
  /// not exist), invalid_argument (from a Partitioner), those of the queue.
  AppendStatus append(const AppendRequest& request) {
    const Table* const table = table_.load(std::memory_order_acquire);
    return table != nullptr ? append_to(*table, request) : append_unsettled(request);
  }
  /// Whether the record may be among those of `append_run`, as far as its partition goes.
  bool takes_in_runs(const RecordView& record) const noexcept { return chooser_.is_sticky(record); }
  /// Appends as many of the records, in order, as go into one batch at once, perhaps none; what
  /// comes of the next one `append` knows. Requires: all are taken in runs, and have neither
  /// headers nor timestamps of their own.
  std::size_t append_run(std::span<const RecordView> records, DeliveryReport& report,
                         const AppendClock& clock) {
    const Table* const table = table_.load(std::memory_order_acquire);
    if (table == nullptr) return 0;
    StickyPartition& sticky = chooser_.sticky();
    const std::int32_t current = sticky.current();
    PartitionQueue& queue = *table->queues[static_cast<std::size_t>(current)];
    if (!queue.is_available()) return 0;
    const PartitionQueue::AppendedRun appended =
        queue.append_run(records, report, clock, sticky.turn());
    if (appended.turn_over) end_turn(*table, current, clock);
    return appended.count;
  }
  /// How large a batch of this topic may become, before compression.
  std::size_t batch_size() const noexcept { return batch_size_.load(std::memory_order_relaxed); }
  /// Records ever accepted.
  std::uint64_t appended() const;

  // --- For the engine

  /// By partition; empty while unknown.
  std::span<PartitionQueue* const> queues() const noexcept;
  /// Makes queues for partitions up to `count`, numbered from `next_id` on. Senders use them from
  /// the next `settle` on.
  void grow(std::int32_t count, std::uint32_t& next_id);
  /// Hands the queues the records that waited; those that have no place there are returned. Without
  /// the memory for all, `is_settled` stays false and this is to be called again.
  std::vector<PendingRecords::Failed> settle();
  /// Records go straight to their queues.
  bool is_settled() const noexcept { return table_.load() != nullptr; }
  bool has_pending() const;
  std::optional<Instant> pending_deadline() const;
  std::vector<PendingRecords::Failed> expire_pending(Instant now, const Error& reason);
  std::vector<PendingRecords::Failed> fail_pending(const Error& reason);
  /// A record named a partition that does not exist, so metadata may be old; forgotten here.
  bool take_refresh_wish() noexcept { return refresh_wanted_.exchange(false); }
  /// Brokers refuse batches of `size` bytes: makes future ones half as large.
  void shrink_batches(std::size_t size) noexcept;

 private:
  struct Table {
    std::vector<PartitionQueue*> queues;
  };

  AppendStatus append_unsettled(const AppendRequest& request);
  /// Nothing when the partitions are known after all.
  std::optional<AppendStatus> keep_pending(const AppendRequest& request);
  AppendStatus append_to(const Table& table, const AppendRequest& request) {
    if (!chooser_.is_sticky(request.record)) return append_chosen(table, request);
    StickyPartition& sticky = chooser_.sticky();
    const std::int32_t current = sticky.current();
    PartitionQueue& queue = *table.queues[static_cast<std::size_t>(current)];
    if (!queue.is_available()) return append_chosen(table, request);
    const PartitionQueue::Appended appended = queue.append(request, sticky.turn());
    if (appended.turn_over) end_turn(table, current, request.clock);
    return appended.status;
  }
  void end_turn(const Table& table, std::int32_t partition, const AppendClock& clock);
  AppendStatus append_chosen(const Table& table, const AppendRequest& request);
  AppendStatus no_such_partition(const AppendRequest& request, std::int32_t partition,
                                 std::size_t count);

  const std::shared_ptr<ProducerShared> shared_;
  const std::shared_ptr<const std::string> name_;
  const Error name_error_;
  PartitionChooser chooser_;
  std::atomic<std::size_t> batch_size_;
  std::atomic<bool> refresh_wanted_ = false;

  std::vector<std::unique_ptr<PartitionQueue>> queues_;
  std::vector<std::unique_ptr<Table>> tables_;  // senders may still look at old ones
  std::atomic<const Table*> table_ = nullptr;

  mutable AppendLock pending_lock_;
  PendingRecords pending_;
};

}  // namespace barnabas::client

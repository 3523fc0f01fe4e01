#pragma once

#include "client/src/core/producer/append_lock.hpp"
#include "client/src/core/producer/append_request.hpp"
#include "client/src/core/producer/producer_batch.hpp"
#include "client/src/core/producer/producer_shared.hpp"
#include "client/src/core/producer/signal_list.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace barnabas::client {

class ProducerTopic;

/// Where sending threads and the engine meet: the open batch of one partition, and those that were
/// closed because they are full and that the engine has not fetched yet. The thread whose record
/// did not fit any more compresses and checksums the full batch, outside the lock; the order of
/// batches is that of their closing.
/// Thread-safety: complete.
class PartitionQueue final : public Signaller {
 public:
  /// `id` is unique within the producer. Lifetime: `topic` and `shared` outlive the queue.
  PartitionQueue(ProducerShared& shared, ProducerTopic& topic, std::int32_t partition,
                 std::uint32_t id);
  PartitionQueue(const PartitionQueue&) = delete;
  PartitionQueue& operator=(const PartitionQueue&) = delete;

  ProducerTopic& topic() const noexcept { return topic_; }
  std::int32_t partition() const noexcept { return partition_; }
  std::uint32_t id() const noexcept { return id_; }

  // --- For sending threads

  struct Appended {
    AppendStatus status;
    bool turn_over = false;  ///< A sticky turn of `turn` bytes has ended.
  };
  /// Appends to the open batch. `turn`: with a sticky choice, how many bytes the partition gets in
  /// a row; 0 otherwise.
  Appended append(const AppendRequest& request, std::size_t turn) {
    if (request.record.headers.empty()) {
      AppendGuard guard(lock_);
      // Closing empties every queue after `closed` was set, so who finds a batch here may fill it.
      if (open_) {
        const std::size_t size_before = open_->builder().size();
        if (append_quickly(request.record, request.report,
                           timestamp_of(request.record, request.clock))) {
          return {AppendStatus::accepted, ends_turn(turn, size_before)};
        }
      }
    }
    return append_anywhere(request, turn);
  }

  struct AppendedRun {
    std::size_t count = 0;   ///< Of the records, from the first on.
    bool turn_over = false;  ///< As in Appended.
  };
  /// Appends as many of the records, in order, as the open batch and the sticky turn of `turn`
  /// bytes have room for at once: perhaps none. Requires: they have neither headers nor
  /// timestamps of their own.
  AppendedRun append_run(std::span<const RecordView> records, DeliveryReport& report,
                         const AppendClock& clock, std::size_t turn) {
    AppendGuard guard(lock_);
    if (!open_) return {};
    ProducerBatch& batch = *open_;
    if (!batch.delivery().make_room(report)) return {};
    const std::size_t size_before = batch.builder().size();
    const Timestamp time = present(clock);
    // The lock is not held for longer, and a turn not exceeded by more than a record.
    constexpr std::size_t most_bytes = 16 * 1024;
    const std::size_t left = std::min(most_bytes, turn - std::min(turn, turn_bytes_));
    const std::size_t count = batch.builder().append_run(records, time, left);
    if (count == 0) return {};
    batch.delivery().add_run(time, report, static_cast<std::uint32_t>(count));
    return {count, ends_turn(turn, size_before)};
  }

  /// Bytes that wait, are under way, or are expected: for adaptive choices.
  std::int64_t load() const noexcept { return load_.load(std::memory_order_relaxed); }
  /// Whether sticky choices may fall on this partition.
  bool is_available() const noexcept { return available_.load(std::memory_order_relaxed); }

  // --- For the engine

  /// Moves the finished batches behind `out`, in order.
  void collect(std::vector<std::shared_ptr<ProducerBatch>>& out);
  /// Closes the open batch and returns it, to be finished by the caller; null when there is none,
  /// or when a batch before it is still being finished.
  std::shared_ptr<ProducerBatch> close_open();

  /// Everything, even what a thread is still finishing: at the end, when nothing is accepted any
  /// more. Such batches may only be delivered.
  std::vector<std::shared_ptr<ProducerBatch>> abandon();

  /// When the batch that lingers was opened, if close_open would return it.
  std::optional<ProducerBatch::Times> open() const;
  /// A closed batch is still being finished by its thread.
  bool is_finishing() const;
  /// Records ever accepted.
  std::uint64_t appended() const;

  void add_load(std::int64_t bytes) noexcept { load_.fetch_add(bytes, std::memory_order_relaxed); }
  void clear_load() noexcept { load_.store(0, std::memory_order_relaxed); }
  void set_available(bool available) noexcept {
    available_.store(available, std::memory_order_relaxed);
  }

 private:
  // To the open batch, if it fits there without a second look. Otherwise nothing has changed.
  // Requires: no headers. Kept in one function: spread over its callers it takes 70 instructions
  // more (g++ 12).
  [[gnu::noinline]] bool append_quickly(const RecordView& record, DeliveryReport& report,
                                        Timestamp timestamp) {
    ProducerBatch& batch = *open_;
    if (!batch.delivery().make_room(report)) return false;
    if (!batch.builder().append_quickly(record.key, record.value, timestamp)) return false;
    batch.add_report(timestamp, report);
    return true;
  }
  Timestamp timestamp_of(const RecordView& record, const AppendClock& clock) const {
    return record.timestamp ? record.timestamp->time_since_epoch().count() : present(clock);
  }
  // The quick clock may lag: no record may seem older than the one that opened the batch.
  Timestamp present(const AppendClock& clock) const {
    return std::max(clock.quick_wall(), open_->times().opened.wall);
  }
  // A record was appended to a batch of `size_before` bytes. Whether the turn is over.
  bool ends_turn(std::size_t turn, std::size_t size_before) noexcept {
    if (turn == 0) return false;
    turn_bytes_ += open_->builder().size() - size_before;
    if (turn_bytes_ < turn) return false;
    turn_bytes_ = 0;
    return true;
  }
  Appended append_anywhere(const AppendRequest& request, std::size_t turn);
  bool is_alone(const AppendRequest& request) const;
  std::shared_ptr<ProducerBatch> open_batch(const Now& now);
  std::shared_ptr<ProducerBatch> take_open() noexcept;
  records::AppendResult append_to_open(const AppendRequest& request);

  ProducerShared& shared_;
  ProducerTopic& topic_;
  const std::int32_t partition_;
  const std::uint32_t id_;
  std::atomic<std::int64_t> load_ = 0;
  std::atomic<bool> available_ = true;

  mutable AppendLock lock_;
  std::shared_ptr<ProducerBatch> open_;
  std::vector<std::shared_ptr<ProducerBatch>> closed_;
  std::size_t turn_bytes_ = 0;
  std::uint64_t appended_ = 0;      // to batches that are not open any more
  std::uint64_t latest_count_ = 0;  // in the latest of them
};

}  // namespace barnabas::client

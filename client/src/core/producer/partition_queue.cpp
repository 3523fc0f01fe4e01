#include "client/src/core/producer/partition_queue.hpp"

#include "client/src/core/producer/producer_topic.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace barnabas::client {

using Status = AppendResult::Status;

PartitionQueue::PartitionQueue(ProducerShared& shared, ProducerTopic& topic, std::int32_t partition,
                               std::uint32_t id)
    : shared_(shared), topic_(topic), partition_(partition), id_(id) {}

PartitionQueue::Appended PartitionQueue::append(const AppendRequest& request, std::size_t turn) {
  {
    AppendGuard guard(lock_);
    // Closing empties every queue after `closed` was set, so who finds a batch here may fill it.
    if (open_) {
      const std::size_t size_before = open_->builder().size();
      if (append_to_open(request) == records::AppendResult::appended) {
        return {Status::accepted, count(turn, size_before)};
      }
    }
  }
  return append_beyond(request, turn);
}

// With a look at everything that may be in the way: the batch is full, or there is none.
PartitionQueue::Appended PartitionQueue::append_beyond(const AppendRequest& request,
                                                       std::size_t turn) {
  std::shared_ptr<ProducerBatch> full;
  bool opened = false;
  bool turn_over = false;
  records::AppendResult result = records::AppendResult::batch_full;
  {
    AppendGuard guard(lock_);
    if (shared_.closed.load(std::memory_order_relaxed)) {
      return {Error(ErrorCode::closed, "the producer is closed")};
    }
    const std::size_t size_before = open_ ? open_->builder().size() : 0;
    if (open_) result = append_to_open(request);
    if (result == records::AppendResult::batch_full) {
      if (open_) closed_.push_back(full = std::move(open_));
      open_ = open_batch(request.clock.now());
      result = open_ ? append_to_open(request) : records::AppendResult::out_of_memory;
      opened = result == records::AppendResult::appended;
      if (!opened && open_) {
        shared_.barrier.end(open_->work());
        open_ = nullptr;
      }
    }
    if (result == records::AppendResult::appended) {
      turn_over = count(turn, opened ? 0 : size_before);
    }
  }
  if (full) {
    full->finish(shared_.settings.compression, shared_.compressors);
    add_load(static_cast<std::int64_t>(full->builder().size()));
  }
  if (full || opened) shared_.signals.raise(*this);
  switch (result) {
    case records::AppendResult::appended:
      return {Status::accepted, turn_over};
    case records::AppendResult::out_of_memory:
      return {Status::no_memory};
    case records::AppendResult::batch_full:
      break;
  }
  return {Error(ErrorCode::message_too_large, "the record is larger than any batch can be")};
}

// A record was appended to a batch of `size_before` bytes. Whether the turn is over.
bool PartitionQueue::count(std::size_t turn, std::size_t size_before) noexcept {
  ++appended_;
  if (turn == 0) return false;
  turn_bytes_ += open_->builder().size() - size_before;
  if (turn_bytes_ < turn) return false;
  turn_bytes_ = 0;
  return true;
}

std::shared_ptr<ProducerBatch> PartitionQueue::open_batch(const Now& now) {
  if (!shared_.pool->charge(ProducerBatch::overhead)) return nullptr;
  auto delivery = std::make_shared<BatchDelivery>(shared_.wait_strategy.lock(), shared_.pool,
                                                  topic_.shared_name(), partition_);
  const ProducerBatch::Times times{
      now, deadline_after(now.monotonic, shared_.settings.delivery_timeout)};
  return std::make_shared<ProducerBatch>(shared_.pool, topic_.batch_size(), std::move(delivery),
                                         times, shared_.barrier.begin());
}

records::AppendResult PartitionQueue::append_to_open(const AppendRequest& request) {
  BatchDelivery& delivery = open_->delivery();
  if (!delivery.make_room(request.report)) return records::AppendResult::out_of_memory;
  const RecordView& sent = request.record;
  // The quick clock may lag: no record may seem older than the one that opened the batch.
  const Timestamp timestamp =
      sent.timestamp ? sent.timestamp->time_since_epoch().count()
                     : std::max(request.clock.quick_wall(), open_->times().opened.wall);
  if (!sent.headers.empty() || !open_->builder().append_quickly(sent.key, sent.value, timestamp)) {
    records::NewRecord record;
    record.key = sent.key;
    record.value = sent.value;
    record.headers = sent.headers;
    record.timestamp = timestamp;
    const records::AppendResult result = open_->builder().append(record);
    if (result != records::AppendResult::appended) return result;
  }
  open_->add_report(timestamp, request.report);
  return records::AppendResult::appended;
}

void PartitionQueue::collect(std::vector<std::shared_ptr<ProducerBatch>>& out) {
  AppendGuard guard(lock_);
  const auto end = std::find_if(closed_.begin(), closed_.end(),
                                [](const auto& batch) { return !batch->is_finished(); });
  out.insert(out.end(), std::make_move_iterator(closed_.begin()), std::make_move_iterator(end));
  closed_.erase(closed_.begin(), end);
}

std::shared_ptr<ProducerBatch> PartitionQueue::close_open() {
  AppendGuard guard(lock_);
  if (!closed_.empty()) return nullptr;
  return std::exchange(open_, nullptr);
}

std::vector<std::shared_ptr<ProducerBatch>> PartitionQueue::abandon() {
  AppendGuard guard(lock_);
  if (open_) closed_.push_back(std::move(open_));
  open_ = nullptr;
  return std::exchange(closed_, {});
}

std::optional<ProducerBatch::Times> PartitionQueue::open() const {
  AppendGuard guard(lock_);
  if (!open_ || !closed_.empty()) return std::nullopt;
  return open_->times();
}

bool PartitionQueue::is_finishing() const {
  AppendGuard guard(lock_);
  return !closed_.empty();
}

std::uint64_t PartitionQueue::appended() const {
  AppendGuard guard(lock_);
  return appended_;
}

}  // namespace barnabas::client

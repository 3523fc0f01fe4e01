#include "client/src/core/producer/partition_queue.hpp"

#include "client/src/core/producer/producer_topic.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace barnabas::client {

PartitionQueue::PartitionQueue(ProducerShared& shared, ProducerTopic& topic, std::int32_t partition,
                               std::uint32_t id)
    : shared_(shared), topic_(topic), partition_(partition), id_(id) {}

// With a look at everything that may be in the way: the batch is full, or there is none.
PartitionQueue::Appended PartitionQueue::append_anywhere(const AppendRequest& request,
                                                         std::size_t turn) {
  std::shared_ptr<ProducerBatch> full;
  bool opened = false;
  bool alone = false;
  bool turn_over = false;
  records::AppendResult result = records::AppendResult::batch_full;
  {
    AppendGuard guard(lock_);
    if (shared_.closed.load(std::memory_order_relaxed)) {
      return {request.report.refuse({ErrorCode::closed, "the producer is closed"})};
    }
    const std::size_t size_before = open_ ? open_->builder().size() : 0;
    if (open_) result = append_to_open(request);
    if (result == records::AppendResult::batch_full) {
      if (open_) closed_.push_back(full = take_open());
      open_ = open_batch(request.clock.now());
      result = open_ ? append_to_open(request) : records::AppendResult::out_of_memory;
      opened = result == records::AppendResult::appended;
      alone = opened && is_alone(request);
      if (!opened && open_) {
        shared_.barrier.end(open_->work());
        open_ = nullptr;
      }
    }
    if (result == records::AppendResult::appended) {
      turn_over = ends_turn(turn, opened ? 0 : size_before);
    }
  }
  if (full) {
    full->finish(shared_.settings.compression, shared_.compressors);
    add_load(static_cast<std::int64_t>(full->builder().size()));
  }
  if (full || opened) {
    shared_.signals.raise(*this, alone ? SignalList::Urgency::now : SignalList::Urgency::soon);
  }
  switch (result) {
    case records::AppendResult::appended:
      return {AppendStatus::accepted, turn_over};
    case records::AppendResult::out_of_memory:
      return {AppendStatus::no_memory};
    case records::AppendResult::batch_full:
      break;
  }
  return {request.report.refuse(
      {ErrorCode::message_too_large, "the record is larger than any batch can be"})};
}

// A record that is alone would only wait for the engine's thread to wake up. Where there are more,
// those that come meanwhile share its request, and senders have better things to do.
bool PartitionQueue::is_alone(const AppendRequest& request) const {
  return shared_.settings.linger == Duration::zero() && latest_count_ <= 1 &&
         request.from == AppendRequest::From::sender && shared_.barrier.is_single();
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
  if (!open_->delivery().make_room(request.report)) return records::AppendResult::out_of_memory;
  records::NewRecord record;
  record.key = request.record.key;
  record.value = request.record.value;
  record.headers = request.record.headers;
  record.timestamp = timestamp_of(request.record, request.clock);
  const records::AppendResult result = open_->builder().append(record);
  if (result == records::AppendResult::appended) {
    open_->add_report(record.timestamp, request.report);
  }
  return result;
}

std::shared_ptr<ProducerBatch> PartitionQueue::take_open() noexcept {
  if (open_) {
    latest_count_ = open_->record_count();
    appended_ += latest_count_;
  }
  return std::exchange(open_, nullptr);
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
  return take_open();
}

std::vector<std::shared_ptr<ProducerBatch>> PartitionQueue::abandon() {
  AppendGuard guard(lock_);
  if (open_) closed_.push_back(take_open());
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
  return appended_ + (open_ ? open_->record_count() : 0);
}

}  // namespace barnabas::client

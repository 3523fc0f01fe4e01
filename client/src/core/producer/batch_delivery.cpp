#include "client/src/core/producer/batch_delivery.hpp"

#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace barnabas::client {

BatchDelivery::BatchDelivery(std::shared_ptr<detail::WaitStrategy> strategy,
                             std::shared_ptr<ChunkPool> pool,
                             std::shared_ptr<const std::string> topic, std::int32_t partition)
    : FutureSource(std::move(strategy)),
      pool_(std::move(pool)),
      topic_(std::move(topic)),
      partition_(partition) {}

BatchDelivery::~BatchDelivery() {
  if (pool_) refund();
}

void BatchDelivery::refund() noexcept { pool_->refund(std::exchange(charged_, 0)); }

template <class Element>
bool BatchDelivery::make_room_in(std::vector<Element>& elements) {
  if (elements.size() < elements.capacity()) return true;
  constexpr std::size_t least = 4;
  std::size_t more = std::max(elements.capacity(), least);
  if (!pool_->charge(more * sizeof(Element))) {
    more = least;  // short of memory, slow growth is better than none
    if (!pool_->charge(more * sizeof(Element))) return false;
  }
  charged_ += more * sizeof(Element);
  elements.reserve(elements.capacity() + more);
  return true;
}

bool BatchDelivery::make_more_room(const DeliveryReport& report) {
  if (!make_room_in(stamps_)) return false;
  return report.wants_future() || continues_run(report) || make_room_in(listeners_);
}

void BatchDelivery::add_listener(DeliveryReport& report) {
  if (continues_run(report)) {
    ++listeners_.back().count;
  } else if (report.handler() != nullptr) {
    listeners_.push_back({count_, 1, {}, report.handler()->callback()});
  } else {
    listeners_.push_back({count_, 1, report.take_callback(), nullptr});
  }
}

bool BatchDelivery::deliver(std::uint32_t first, std::uint32_t count, BatchOutcome outcome) {
  const std::shared_ptr<BatchDelivery> alive = shared_from_this();
  parts_.push_back({first, count, std::move(outcome)});
  call_listeners(parts_.back());
  delivered_ += count;
  if (delivered_ < count_) return false;
  listeners_ = {};
  refund();
  pool_ = nullptr;  // a future may be kept for long
  complete();
  return true;
}

void BatchDelivery::call_listeners(const Part& part) {
  const bool short_of_one = planted(PlantedBug::lose_last_report) && part.count > 1;
  const std::uint32_t end = part.first + part.count - (short_of_one ? 1 : 0);
  auto listener = std::partition_point(
      listeners_.begin(), listeners_.end(),
      [&](const Listener& each) { return each.first + each.count <= part.first; });
  if (listener == listeners_.end()) return;
  const bool alike = part.outcome.error.ok() || part.outcome.record_errors.empty();
  Result<Delivery> told = result_in(part, std::max(listener->first, part.first));
  for (; listener != listeners_.end() && listener->first < end; ++listener) {
    const std::uint32_t last = std::min(listener->first + listener->count, end);
    for (std::uint32_t i = std::max(listener->first, part.first); i < last; ++i) {
      if (!alike) {
        told = result_in(part, i);
      } else if (told) {
        if (told->has_offset()) told->offset = part.outcome.base_offset + (i - part.first);
        told->timestamp = RecordTime(std::chrono::milliseconds(
            part.outcome.log_append_time >= 0 ? part.outcome.log_append_time : timestamp_of(i)));
      }
      listener->call(told);
    }
  }
}

Timestamp BatchDelivery::timestamp_of(std::uint32_t index) const noexcept {
  const auto after = std::partition_point(stamps_.begin(), stamps_.end(),
                                          [&](const Stamp& stamp) { return stamp.first <= index; });
  return std::prev(after)->time;
}

Result<Delivery> BatchDelivery::result_in(const Part& part, std::uint32_t index) const {
  const BatchOutcome& outcome = part.outcome;
  if (outcome.error.ok()) {
    Delivery delivery;
    delivery.topic = *topic_;
    delivery.partition = partition_;
    if (outcome.base_offset >= 0) delivery.offset = outcome.base_offset + (index - part.first);
    delivery.timestamp = RecordTime(std::chrono::milliseconds(
        outcome.log_append_time >= 0 ? outcome.log_append_time : timestamp_of(index)));
    return delivery;
  }
  if (outcome.record_errors.empty()) return outcome.error;
  for (const BatchOutcome::RecordError& culprit : outcome.record_errors) {
    if (part.first + culprit.index != index) continue;
    return culprit.message.empty()
               ? outcome.error
               : Error(outcome.error.code(), outcome.error.context() + ": " + culprit.message);
  }
  return Error(ErrorCode::operation_not_attempted,
               outcome.error.context() + ": another record of the same batch is invalid");
}

Result<Delivery> BatchDelivery::result(std::uint32_t index) const {
  for (const Part& part : parts_) {
    if (index >= part.first && index - part.first < part.count) return result_in(part, index);
  }
  return Error(ErrorCode::invalid_state, "the record has no outcome");
}

}  // namespace barnabas::client

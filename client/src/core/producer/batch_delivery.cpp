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

std::size_t BatchDelivery::charge_growth(std::size_t present, std::size_t element_size) {
  constexpr std::size_t least = 4;
  std::size_t more = std::max(present, least);
  if (!pool_->charge(more * element_size)) {
    more = least;  // short of memory, slow growth is better than none
    if (!pool_->charge(more * element_size)) return 0;
  }
  charged_ += more * element_size;
  return more;
}

bool BatchDelivery::make_more_room(const DeliveryReport& report) {
  if (stamps_.size() == stamps_.capacity()) {
    const std::size_t more = charge_growth(stamps_.capacity(), sizeof(Stamp));
    if (more == 0) return false;
    stamps_.reserve(stamps_.capacity() + more);
  }
  if (report.wants_future() || report.is_to_nobody() || continues_run(report)) return true;
  if (!listeners_.empty() && listeners_.back().size() < listeners_.back().capacity()) return true;
  const std::size_t more = charge_growth(listener_capacity_, sizeof(Listener));
  if (more == 0) return false;
  listeners_.emplace_back().reserve(more);
  listener_capacity_ += more;
  return true;
}

void BatchDelivery::begin_stamp(Timestamp timestamp) { stamps_.push_back({count_, timestamp}); }

void BatchDelivery::add_listener(DeliveryReport& report, std::uint32_t count) {
  if (report.is_to_nobody()) return;
  if (continues_run(report)) {
    listeners_.back().back().count += count;
  } else if (report.handler() != nullptr) {
    listeners_.back().push_back({count_, count, {}, report.handler()->callback()});
  } else {
    listeners_.back().push_back({count_, 1, report.take_callback(), nullptr});
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
  if (listeners_.empty()) return;
  const bool alike = part.outcome.error.ok() || part.outcome.record_errors.empty();
  const bool own_times = part.outcome.log_append_time < 0;
  auto stamp = stamp_of(part.first);
  Result<Delivery> told = result_in(part, part.first);
  for (const std::vector<Listener>& block : listeners_) {
    for (const Listener& listener : block) {
      if (listener.first + listener.count <= part.first) continue;
      const std::uint32_t last = std::min(listener.first + listener.count, end);
      for (std::uint32_t i = std::max(listener.first, part.first); i < last; ++i) {
        if (!alike) {
          told = result_in(part, i);
        } else if (told) {
          if (told->has_offset()) told->offset = part.outcome.base_offset + (i - part.first);
          while (std::next(stamp) != stamps_.end() && std::next(stamp)->first <= i) ++stamp;
          if (own_times) told->timestamp = RecordTime(std::chrono::milliseconds(stamp->time));
        }
        listener.call(told);
      }
    }
  }
}

std::vector<BatchDelivery::Stamp>::const_iterator BatchDelivery::stamp_of(
    std::uint32_t index) const noexcept {
  const auto after = std::partition_point(stamps_.begin(), stamps_.end(),
                                          [&](const Stamp& stamp) { return stamp.first <= index; });
  return std::prev(after);
}

Result<Delivery> BatchDelivery::result_in(const Part& part, std::uint32_t index) const {
  const BatchOutcome& outcome = part.outcome;
  if (outcome.error.ok()) {
    Delivery delivery;
    delivery.topic = *topic_;
    delivery.partition = partition_;
    if (outcome.base_offset >= 0) delivery.offset = outcome.base_offset + (index - part.first);
    delivery.timestamp = RecordTime(std::chrono::milliseconds(
        outcome.log_append_time >= 0 ? outcome.log_append_time : stamp_of(index)->time));
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

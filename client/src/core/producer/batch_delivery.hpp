#pragma once

#include "client/src/core/producer/chunk_pool.hpp"
#include "client/src/core/producer/delivery_report.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/delivery.hpp>
#include <barnabas/detail/future_source.hpp>
#include <barnabas/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::client {

/// What became of the records of a batch.
struct BatchOutcome {
  struct RecordError {
    std::uint32_t index = 0;  ///< Within the batch.
    std::string message;
  };

  Error error;                     ///< ok(): stored.
  std::int64_t base_offset = -1;   ///< -1: not known.
  Timestamp log_append_time = -1;  ///< -1: the records keep their own time.
  /// With invalid_record: the records that made the broker refuse the batch (KIP-467). The others
  /// end with operation_not_attempted.
  std::vector<RecordError> record_errors;

  BatchOutcome() = default;
  /*implicit*/ BatchOutcome(Error failure) : error(std::move(failure)) {}
};

/// Who waits for the records of one batch: futures, which share this state, and callbacks. It keeps
/// no record data, so that a future that is kept costs little.
///
/// A batch that is cut in two delivers its parts one by one; futures of all its records end with
/// the last part.
/// Thread-safety: `add` under the partition's lock and only before `deliver`; `deliver` on one
/// thread at a time; the rest as FutureSource.
class BatchDelivery final : public detail::FutureSource<Delivery>,
                            public std::enable_shared_from_this<BatchDelivery> {
 public:
  BatchDelivery(std::shared_ptr<detail::WaitStrategy> strategy, std::shared_ptr<ChunkPool> pool,
                std::shared_ptr<const std::string> topic, std::int32_t partition);
  ~BatchDelivery() override;

  /// Makes sure that `add` can keep what it has to. False when the pool is used up.
  bool make_room(const DeliveryReport& report) {
    const bool keeps_nothing = report.wants_future() || continues_run(report);
    if (keeps_nothing && stamps_.size() < stamps_.capacity()) return true;
    return make_more_room(report);
  }
  /// The batch's next record. Requires: make_room for this report, and that `self` is this.
  void add(Timestamp timestamp, DeliveryReport& report,
           const std::shared_ptr<BatchDelivery>& self) {
    note_time(timestamp);
    if (report.wants_future()) {
      report.set_future(detail::SharedSource<Delivery>::to(self), count_);
    } else {
      add_listener(report, 1);
    }
    ++count_;
  }
  /// The batch's next `count` records, all of one time and one report, which wants no future.
  /// Requires: make_room for this report.
  void add_run(Timestamp timestamp, DeliveryReport& report, std::uint32_t count) {
    note_time(timestamp);
    add_listener(report, count);
    count_ += count;
  }
  std::uint32_t count() const noexcept { return count_; }

  /// The outcome of `count` records from `first` on: calls the application back, and ends the
  /// futures when it was the last part; returns whether it was. Requires: no locks are held.
  bool deliver(std::uint32_t first, std::uint32_t count, BatchOutcome outcome);

  Result<Delivery> result(std::uint32_t index) const override;

 private:
  struct Stamp {  // of the records from `first` on
    std::uint32_t first;
    Timestamp time;
  };
  struct Listener {  // of `count` records from `first` on
    std::uint32_t first;
    std::uint32_t count;
    DeliveryCallback own;
    std::shared_ptr<const DeliveryCallback> shared;

    void call(const Result<Delivery>& result) const { shared ? (*shared)(result) : own(result); }
  };
  struct Part {
    std::uint32_t first;
    std::uint32_t count;
    BatchOutcome outcome;
  };

  /// How many elements more may be had, and are charged now: as many as there are, few when memory
  /// is short, 0 when there is none.
  std::size_t charge_growth(std::size_t present, std::size_t element_size);
  void refund() noexcept;
  bool continues_run(const DeliveryReport& report) const noexcept {
    if (report.handler() == nullptr || listeners_.empty() || listeners_.back().empty())
      return false;
    const Listener& last = listeners_.back().back();
    return last.shared == report.handler()->callback() && last.first + last.count == count_;
  }
  bool make_more_room(const DeliveryReport& report);
  void note_time(Timestamp timestamp) {
    if (stamps_.empty() || stamps_.back().time != timestamp) begin_stamp(timestamp);
  }
  void begin_stamp(Timestamp timestamp);
  // A callback of its own is for one record.
  void add_listener(DeliveryReport& report, std::uint32_t count);
  std::vector<Stamp>::const_iterator stamp_of(std::uint32_t index) const noexcept;
  Result<Delivery> result_in(const Part& part, std::uint32_t index) const;
  void call_listeners(const Part& part);

  std::shared_ptr<ChunkPool> pool_;  // until the last record has its outcome
  const std::shared_ptr<const std::string> topic_;
  const std::int32_t partition_;
  std::uint32_t count_ = 0;
  std::uint32_t delivered_ = 0;
  std::size_t charged_ = 0;
  std::vector<Stamp> stamps_;
  // Blocks as large as all before them, so that growth never moves a callback. Only the last one
  // may have room.
  std::vector<std::vector<Listener>> listeners_;
  std::size_t listener_capacity_ = 0;
  std::vector<Part> parts_;
};

}  // namespace barnabas::client

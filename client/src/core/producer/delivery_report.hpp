#pragma once

#include <barnabas/delivery.hpp>
#include <barnabas/detail/shared_source.hpp>
#include <barnabas/error.hpp>
#include <barnabas/future.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace barnabas::client {

/// What became of an attempt to append a record.
enum class AppendStatus : std::uint8_t {
  accepted,   ///< Its outcome comes by the report.
  no_memory,  ///< Nothing has changed; try again when there is room.
  refused,    ///< The report says why; nothing has changed.
};

/// How the sender of one record wants to be told of its outcome: by a future, which an append makes
/// of the batch, by a callback of its own, by a handler that it shares with other records, or not
/// at all. And why the record was refused, if it was.
/// Lifetime: what it is made of outlives it.
class DeliveryReport {
 public:
  /// `future` is set when the record is accepted.
  static DeliveryReport by_future(Future<Delivery>& future) noexcept {
    DeliveryReport report;
    report.future_ = &future;
    return report;
  }
  /// `callback` is moved from when the record is accepted.
  static DeliveryReport by_callback(DeliveryCallback& callback) noexcept {
    DeliveryReport report;
    report.callback_ = &callback;
    return report;
  }
  static DeliveryReport by_handler(const DeliveryHandler& handler) noexcept {
    DeliveryReport report;
    report.handler_ = &handler;
    return report;
  }

  static DeliveryReport to_nobody() noexcept { return {}; }

  bool wants_future() const noexcept { return future_ != nullptr; }
  bool is_to_nobody() const noexcept {
    return future_ == nullptr && callback_ == nullptr && handler_ == nullptr;
  }
  const DeliveryHandler* handler() const noexcept { return handler_; }
  DeliveryCallback take_callback() noexcept { return std::move(*callback_); }
  /// Requires: the future refers to nothing yet.
  void set_future(detail::SharedSource<Delivery> source, std::uint32_t index) noexcept {
    std::construct_at(future_, std::move(source), index);
  }

  AppendStatus refuse(Error reason) {
    refusal_ = std::move(reason);
    return AppendStatus::refused;
  }
  /// Requires: it was refused.
  const Error& refusal() const { return *refusal_; }

 private:
  DeliveryReport() = default;

  // At most one of them.
  Future<Delivery>* future_ = nullptr;
  DeliveryCallback* callback_ = nullptr;
  const DeliveryHandler* handler_ = nullptr;
  std::optional<Error> refusal_;
};

}  // namespace barnabas::client

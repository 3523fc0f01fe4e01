#pragma once

#include <barnabas/delivery.hpp>
#include <barnabas/detail/future_source.hpp>
#include <barnabas/future.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace barnabas::client {

/// How the sender of one record wants to be told of its outcome: by a future, which an append makes
/// of the batch, by a callback of its own, or by a handler that it shares with other records.
class DeliveryReport {
 public:
  static DeliveryReport by_future() { return DeliveryReport(); }
  static DeliveryReport by_callback(DeliveryCallback callback) {
    DeliveryReport report;
    report.callback_ = std::move(callback);
    return report;
  }
  /// Lifetime: `handler` outlives the report.
  static DeliveryReport by_handler(const DeliveryHandler& handler) {
    DeliveryReport report;
    report.handler_ = &handler;
    return report;
  }

  bool wants_future() const noexcept { return handler_ == nullptr && !callback_; }
  const DeliveryHandler* handler() const noexcept { return handler_; }
  const DeliveryCallback& callback() const noexcept { return callback_; }
  DeliveryCallback take_callback() { return std::move(callback_); }

  /// Filled in by the append when a future is wanted.
  void set_future(detail::SharedSource<Delivery> source, std::uint32_t index) {
    future_ = Future<Delivery>(std::move(source), index);
  }
  Future<Delivery> take_future() { return std::move(future_); }

 private:
  DeliveryReport() = default;

  const DeliveryHandler* handler_ = nullptr;
  DeliveryCallback callback_;
  Future<Delivery> future_;
};

}  // namespace barnabas::client

#pragma once

#include <barnabas/detail/shared_source.hpp>
#include <barnabas/record.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace barnabas {

/// Where a record was stored.
/// Thread-safety: a value.
struct Delivery {
  std::string topic;
  std::int32_t partition = -1;
  /// -1 when it is not known: with acks=0, and when the broker had stored the record at an earlier
  /// attempt that it does not remember exactly (DUPLICATE_SEQUENCE_NUMBER).
  std::int64_t offset = -1;
  /// The record's own time, or the broker's where the topic is configured so
  /// (message.timestamp.type=LogAppendTime).
  RecordTime timestamp{};

  Delivery() = default;

  bool has_offset() const noexcept { return offset >= 0; }

  friend bool operator==(const Delivery&, const Delivery&) = default;
};

/// The records of a batch share a source.
template <>
inline constexpr bool detail::is_source_of_many<Delivery> = true;

/// Learns once what became of a record. Called on the client's I/O thread, for all records of a
/// batch in a row and in the order in which they were sent to their partition; within `send` itself
/// when the record is not even accepted. It should be quick, may send further records, and must not
/// wait for this client. It must not throw.
using DeliveryCallback = std::function<void(const Result<Delivery>&)>;

/// One callback for many records: sending with it stores nothing per record, where a callback given
/// to `send` directly takes 56 bytes of buffer memory, and an allocation if it captures more than
/// two words.
/// Thread-safety: immutable; copies refer to the same callback, which runs as DeliveryCallback
/// says.
class DeliveryHandler {
 public:
  explicit DeliveryHandler(DeliveryCallback callback)
      : callback_(std::make_shared<const DeliveryCallback>(std::move(callback))) {}

  const std::shared_ptr<const DeliveryCallback>& callback() const noexcept { return callback_; }

 private:
  std::shared_ptr<const DeliveryCallback> callback_;
};

}  // namespace barnabas

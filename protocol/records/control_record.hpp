#pragma once

#include "protocol/base/time.hpp"
#include "protocol/records/batch_header.hpp"
#include "protocol/records/record_reader.hpp"

#include <barnabas/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace barnabas::records {

/// What a control record says. Numbers without a name are to be skipped.
enum class ControlType : std::int16_t {
  abort = 0,
  commit = 1,
  leader_change = 2,
  snapshot_header = 3,
  snapshot_footer = 4,
  kraft_version = 5,
  kraft_voters = 6,
};

/// The type in a control record's key. Errors: corrupt_message.
Result<ControlType> parse_control_type(const RecordView& record);

/// The end of a transaction in one partition.
struct EndTransactionMarker {
  bool committed = false;
  std::int32_t coordinator_epoch = 0;

  bool operator==(const EndTransactionMarker&) const = default;
};

/// Nothing when `record` is a control record of another type. Errors: corrupt_message.
Result<std::optional<EndTransactionMarker>> parse_end_transaction(const RecordView& record);

inline constexpr std::size_t end_transaction_batch_size = 78;

/// The whole control batch that ends a transaction, at offset 0 and with leader epoch -1; the log
/// sets both.
std::array<std::byte, end_transaction_batch_size> encode_end_transaction(
    const EndTransactionMarker& marker, std::int64_t producer_id, std::int16_t producer_epoch,
    Timestamp timestamp) noexcept;

}  // namespace barnabas::records

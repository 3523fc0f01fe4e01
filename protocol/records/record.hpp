#pragma once

#include "protocol/base/time.hpp"

#include <barnabas/bytes.hpp>
#include <barnabas/header_view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace barnabas::records {

using barnabas::HeaderView;

/// A record to be encoded. Null and empty differ. The bytes are the caller's and are copied once.
struct NewRecord {
  Timestamp timestamp = -1;
  std::optional<BytesView> key;
  std::optional<BytesView> value;
  std::span<const HeaderView> headers;
};

/// Exactly how many bytes `record` takes in a batch, with these deltas to the batch's first record.
std::size_t encoded_size(const NewRecord& record, std::int64_t timestamp_delta,
                         std::int32_t offset_delta) noexcept;

/// Exactly how large an uncompressed batch with only `record` is.
std::size_t single_record_batch_size(const NewRecord& record) noexcept;

}  // namespace barnabas::records

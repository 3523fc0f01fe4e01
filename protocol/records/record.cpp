#include "protocol/records/record.hpp"

#include "protocol/records/batch_header.hpp"
#include "protocol/records/record_encoder.hpp"

namespace barnabas::records {

std::size_t encoded_size(const NewRecord& record, std::int64_t timestamp_delta,
                         std::int32_t offset_delta) noexcept {
  return prefixed_size(body_size(record, timestamp_delta, offset_delta));
}

std::size_t single_record_batch_size(const NewRecord& record) noexcept {
  return batch_header_size + encoded_size(record, 0, 0);
}

}  // namespace barnabas::records

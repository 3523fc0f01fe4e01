#pragma once

#include "broker/src/core/topic/topic_config.hpp"
#include "protocol/base/byte_buffer.hpp"
#include "protocol/base/time.hpp"
#include "protocol/compression/decompressor.hpp"
#include "protocol/records/batch_validator.hpp"

#include <barnabas/bytes.hpp>

#include <cstdint>

namespace barnabas::broker {

/// Checks produced batches against their topic's rules, with the memory to decompress them.
/// Thread-safety: none.
class BatchChecker {
 public:
  records::Validation check(const Now& now, BytesView batch, const TopicConfig& config,
                            std::int16_t produce_version);

 private:
  compression::Decompressor decompressor_;
  ByteBuffer scratch_;
};

}  // namespace barnabas::broker

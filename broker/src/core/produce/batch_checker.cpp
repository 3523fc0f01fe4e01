#include "broker/src/core/produce/batch_checker.hpp"

#include <cstddef>
#include <limits>

namespace barnabas::broker {
namespace {

// Batches beyond this size are rare; the memory that one of them took is given back.
constexpr std::size_t kept_scratch = std::size_t{4} << 20;

}  // namespace

records::Validation BatchChecker::check(const Now& now, BytesView batch, const TopicConfig& config,
                                        std::int16_t produce_version) {
  records::ValidationRules rules;
  rules.produce_version = produce_version;
  rules.max_batch_size = static_cast<std::size_t>(config.log.max_message_bytes);
  rules.keys_required = config.log.cleanup_compact;
  rules.check_timestamps = config.log.timestamps == storage::TimestampPolicy::create_time;
  // Neither limit may wrap: they range over all of int64, the clock does not.
  if (config.timestamp_before_max_ms <= now.wall) {
    rules.earliest = now.wall - config.timestamp_before_max_ms;
  }
  if (config.timestamp_after_max_ms <= std::numeric_limits<Timestamp>::max() - now.wall) {
    rules.latest = now.wall + config.timestamp_after_max_ms;
  }
  records::Validation result = records::validate_batch(batch, rules, decompressor_, scratch_);
  if (scratch_.capacity() > kept_scratch) scratch_ = ByteBuffer();
  return result;
}

}  // namespace barnabas::broker

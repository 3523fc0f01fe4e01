#include "broker/src/core/produce/batch_checker.hpp"

#include "tests/unit/broker/support/requests.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace barnabas::broker::test {
namespace {

constexpr Timestamp day = 86'400'000;
constexpr Timestamp today = 20'000 * day;

ErrorCode check(Timestamp record_time, const TopicConfig& config) {
  BatchChecker checker;
  const Now now{Instant(), today};
  return checker.check(now, some_batch(1, {}, {}, record_time), config, 9).code;
}

TEST_CASE("batch_checker: record times may be as far off as the topic allows") {
  TopicConfig config;
  config.timestamp_before_max_ms = 2 * day;
  config.timestamp_after_max_ms = day;
  CHECK(check(today, config) == ErrorCode::none);
  CHECK(check(today - 2 * day, config) == ErrorCode::none);
  CHECK(check(today - 2 * day - 1, config) == ErrorCode::invalid_timestamp);
  CHECK(check(today + day, config) == ErrorCode::none);
  CHECK(check(today + day + 1, config) == ErrorCode::invalid_timestamp);
}

TEST_CASE("batch_checker: no limit is no limit") {
  TopicConfig config;
  config.timestamp_before_max_ms = std::numeric_limits<std::int64_t>::max();
  config.timestamp_after_max_ms = std::numeric_limits<std::int64_t>::max();
  CHECK(check(0, config) == ErrorCode::none);
  CHECK(check(std::numeric_limits<Timestamp>::max() / 2, config) == ErrorCode::none);
}

TEST_CASE("batch_checker: with LogAppendTime the producer's time does not matter") {
  TopicConfig config;
  config.timestamp_after_max_ms = 0;
  config.log.timestamps = storage::TimestampPolicy::log_append_time;
  CHECK(check(today + day, config) == ErrorCode::none);
}

TEST_CASE("batch_checker: size and keys are the topic's rules") {
  BatchChecker checker;
  const Now now{Instant(), today};
  TopicConfig config;
  config.timestamp_after_max_ms = config.timestamp_before_max_ms = 100 * day;
  const BytesView batch = some_batch(3, {}, {}, today);
  config.log.max_message_bytes = static_cast<std::int32_t>(batch.size());
  CHECK(checker.check(now, batch, config, 9).ok());
  config.log.max_message_bytes -= 1;
  CHECK(checker.check(now, batch, config, 9).code == ErrorCode::message_too_large);
}

}  // namespace
}  // namespace barnabas::broker::test

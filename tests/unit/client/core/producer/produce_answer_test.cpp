#include "client/src/core/producer/produce_answer.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace barnabas;
using namespace barnabas::client;

namespace {

const std::map<ErrorCode, Verdict> exceptions{
    {ErrorCode::none, Verdict::stored},
    {ErrorCode::duplicate_sequence_number, Verdict::stored},
    {ErrorCode::out_of_order_sequence_number, Verdict::refused_sequence},
    {ErrorCode::unknown_producer_id, Verdict::refused_sequence},
    {ErrorCode::invalid_producer_epoch, Verdict::refused_identity},
    {ErrorCode::message_too_large, Verdict::too_large},
    {ErrorCode::record_list_too_large, Verdict::too_large},
};

// Where the Java client retries a produce request, but for the codes above.
const std::set<ErrorCode> retried{
    ErrorCode::corrupt_message,
    ErrorCode::unknown_topic_or_partition,
    ErrorCode::leader_not_available,
    ErrorCode::not_leader_or_follower,
    ErrorCode::request_timed_out,
    ErrorCode::broker_not_available,
    ErrorCode::replica_not_available,
    ErrorCode::network_exception,
    ErrorCode::coordinator_load_in_progress,
    ErrorCode::coordinator_not_available,
    ErrorCode::not_coordinator,
    ErrorCode::not_enough_replicas,
    ErrorCode::not_enough_replicas_after_append,
    ErrorCode::not_controller,
    ErrorCode::concurrent_transactions,
    ErrorCode::kafka_storage_error,
    ErrorCode::fenced_leader_epoch,
    ErrorCode::unknown_leader_epoch,
    ErrorCode::offset_not_available,
    ErrorCode::unknown_topic_id,
    ErrorCode::inconsistent_topic_id,
    ErrorCode::throttling_quota_exceeded,
};

// After these the batch may be in the log, with acks=all.
const std::set<ErrorCode> perhaps_stored{
    ErrorCode::unknown_server_error,   ErrorCode::unknown_topic_or_partition,
    ErrorCode::not_leader_or_follower, ErrorCode::request_timed_out,
    ErrorCode::network_exception,      ErrorCode::not_enough_replicas_after_append,
    ErrorCode::kafka_storage_error,
};

}  // namespace

TEST_CASE("produce answer: every code that brokers can send") {
  for (int value = -1; value < 200; ++value) {
    const auto code = static_cast<ErrorCode>(value);
    CAPTURE(value);
    const ProduceAnswer answer = judge(code);
    const auto exception = exceptions.find(code);
    if (exception != exceptions.end()) {
      CHECK(answer.verdict == exception->second);
    } else if (retried.contains(code)) {
      CHECK(answer.verdict == Verdict::retry);
    } else if (!Error(code).retriable()) {
      CHECK(answer.verdict == Verdict::rejected);
    }
    CHECK(answer.may_be_stored == perhaps_stored.contains(code));
    CHECK(answer.outcome.error.ok() == (answer.verdict == Verdict::stored));
    if (answer.verdict != Verdict::stored) CHECK(answer.outcome.error == code);
  }
}

TEST_CASE("produce answer: codes that say that the metadata is old") {
  for (const ErrorCode code :
       {ErrorCode::not_leader_or_follower, ErrorCode::unknown_topic_or_partition,
        ErrorCode::leader_not_available, ErrorCode::fenced_leader_epoch,
        ErrorCode::kafka_storage_error, ErrorCode::unknown_topic_id}) {
    CAPTURE(code);
    CHECK(judge(code).stale_metadata);
  }
  CHECK(!judge(ErrorCode::not_enough_replicas).stale_metadata);
  CHECK(!judge(ErrorCode::none).stale_metadata);
}

TEST_CASE("produce answer: no answer") {
  const Error lost(ErrorCode::disconnected, "gone");
  for (const bool written : {true, false}) {
    const ProduceAnswer answer = judge_failure(lost, written);
    CHECK(answer.verdict == Verdict::retry);
    CHECK(answer.may_be_stored == written);
    CHECK(answer.stale_metadata);
    CHECK(answer.outcome.error.context() == "gone");
  }
  for (const ErrorCode code : {ErrorCode::unsupported_by_broker, ErrorCode::closed}) {
    CHECK(judge_failure(Error(code), false).verdict == Verdict::rejected);
  }
}

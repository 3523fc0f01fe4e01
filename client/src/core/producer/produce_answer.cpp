#include "client/src/core/producer/produce_answer.hpp"

#include "protocol/base/planted_bug.hpp"

namespace barnabas::client {

namespace {

bool asks_for_metadata(ErrorCode code) {
  return code == ErrorCode::unknown_topic_or_partition || code == ErrorCode::unknown_topic_id ||
         code == ErrorCode::inconsistent_topic_id || code == ErrorCode::leader_not_available ||
         code == ErrorCode::not_leader_or_follower || code == ErrorCode::replica_not_available ||
         code == ErrorCode::fenced_leader_epoch || code == ErrorCode::kafka_storage_error;
}

// The broker may have appended the batch. With acks=all it waits for the replicas afterwards, and
// answers with one of the last three when it loses the partition meanwhile: its successor may well
// have the batch.
bool may_follow_append(ErrorCode code) {
  return code == ErrorCode::request_timed_out ||
         code == ErrorCode::not_enough_replicas_after_append ||
         code == ErrorCode::network_exception || code == ErrorCode::unknown_server_error ||
         code == ErrorCode::kafka_storage_error || code == ErrorCode::not_leader_or_follower ||
         code == ErrorCode::unknown_topic_or_partition;
}

Verdict verdict_of(ErrorCode code) {
  if (code == ErrorCode::none || code == ErrorCode::duplicate_sequence_number) {
    return Verdict::stored;
  }
  if (code == ErrorCode::out_of_order_sequence_number || code == ErrorCode::unknown_producer_id) {
    return Verdict::refused_sequence;
  }
  if (code == ErrorCode::invalid_producer_epoch) return Verdict::refused_identity;
  if (code == ErrorCode::message_too_large || code == ErrorCode::record_list_too_large) {
    return Verdict::too_large;
  }
  if (planted(PlantedBug::error_is_success)) return Verdict::stored;
  return Error(code).retriable() ? Verdict::retry : Verdict::rejected;
}

}  // namespace

ProduceAnswer judge(ErrorCode code) {
  ProduceAnswer answer;
  answer.verdict = verdict_of(code);
  answer.may_be_stored = may_follow_append(code);
  answer.leader_changed = code == ErrorCode::not_leader_or_follower;
  answer.stale_metadata = asks_for_metadata(code);
  if (answer.verdict != Verdict::stored) answer.outcome.error = Error(code);
  return answer;
}

ProduceAnswer judge_failure(const Error& error, bool written) {
  const bool hopeless = error == ErrorCode::unsupported_by_broker || error == ErrorCode::closed ||
                        error == ErrorCode::invalid_argument;
  ProduceAnswer answer;
  answer.verdict = hopeless ? Verdict::rejected : Verdict::retry;
  answer.may_be_stored = written;
  answer.stale_metadata = true;
  if (written && planted(PlantedBug::timeout_is_success)) {
    answer.verdict = Verdict::stored;
    return answer;
  }
  answer.outcome.error = error;
  return answer;
}

}  // namespace barnabas::client

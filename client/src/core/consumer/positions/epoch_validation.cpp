#include "client/src/core/consumer/positions/epoch_validation.hpp"

#include "client/src/core/consumer/positions/offset_reset.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace barnabas::client {

using State = PartitionState::State;

EpochValidation::EpochValidation(RetryOptions retry, OffsetReset policy, Cluster& cluster,
                                 Assignment& assignment, Logger& logger, std::uint64_t seed)
    : backoff_(retry.backoff, retry.backoff_max),
      policy_(policy),
      cluster_(cluster),
      assignment_(assignment),
      logger_(logger),
      random_(seed) {}

void EpochValidation::on_metadata() {
  for (auto& [partition, state] : assignment_.states()) {
    const PartitionMetadata* known =
        cluster_.metadata().partition(partition.topic, partition.partition);
    if (known == nullptr || known->leader_epoch <= state.leader_epoch) continue;
    const bool first = std::exchange(state.leader_epoch, known->leader_epoch) < 0;
    if (!first && state.has_position() && state.fetch_position().epoch >= 0) state.validate();
  }
}

void EpochValidation::run(const Now& now) {
  retry_at_.reset();
  std::map<NodeId, std::vector<Asked>> by_leader;
  for (auto& [partition, state] : assignment_.states()) {
    if (state.state() != State::validating || state.lookup_under_way) continue;
    if (state.retry_at > now.monotonic) {
      retry_at_ = std::min(retry_at_.value_or(state.retry_at), state.retry_at);
      continue;
    }
    const PartitionMetadata* known =
        cluster_.metadata().partition(partition.topic, partition.partition);
    if (known == nullptr || known->leader == no_node) {
      on_error(now, state, Error(ErrorCode::leader_not_available));
      continue;
    }
    if (known->leader_epoch < 0) {
      assignment_.validated(state);  // brokers that know no epochs have nothing to say
      continue;
    }
    state.lookup_under_way = true;
    by_leader[known->leader].push_back(
        {partition, state.fetch_round(), known->leader_epoch, state.fetch_position().epoch});
  }
  for (auto& [leader, asked] : by_leader) send(now, leader, std::move(asked));
}

void EpochValidation::send(const Now& now, NodeId leader, std::vector<Asked> asked) {
  cluster_.send<Request>(
      now, Target::node(leader), SendOptions(),
      [asked](std::int16_t) -> Result<Request> {
        Request request;
        request.replica_id = -1;
        for (const Asked& each : asked) {
          if (request.topics.empty() || request.topics.back().topic != each.partition.topic) {
            request.topics.emplace_back().topic = each.partition.topic;
          }
          auto& partition = request.topics.back().partitions.emplace_back();
          partition.partition = each.partition.partition;
          partition.current_leader_epoch = each.current_epoch;
          partition.leader_epoch = each.epoch;
        }
        return request;
      },
      [this, asked](const Now& at, const Reply<Response>& reply) { on_reply(at, asked, reply); });
}

void EpochValidation::on_reply(const Now& now, const std::vector<Asked>& asked,
                               const Reply<Response>& reply) {
  std::map<TopicPartition, const protocol::OffsetForLeaderEpochResponse::EpochEndOffset*> ends;
  if (reply) {
    for (const auto& topic : reply->topics) {
      for (const auto& end : topic.partitions) {
        ends.emplace(TopicPartition(std::string(topic.topic), end.partition), &end);
      }
    }
  }
  for (const Asked& each : asked) {
    PartitionState* state = assignment_.find(each.partition);
    if (state == nullptr || state->fetch_round() != each.round ||
        state->state() != State::validating) {
      continue;  // sought elsewhere, or the leader moved again
    }
    state->lookup_under_way = false;
    const auto end = ends.find(each.partition);
    if (!reply) {
      on_error(now, *state, reply.error());
    } else if (end == ends.end()) {
      on_error(now, *state, Error(ErrorCode::leader_not_available));
    } else if (end->second->error_code != ErrorCode::none) {
      on_error(now, *state, Error(end->second->error_code));
    } else {
      on_end(now, *state, end->second->leader_epoch, end->second->end_offset);
    }
  }
}

void EpochValidation::on_end(const Now& now, PartitionState& state, std::int32_t epoch,
                             std::int64_t end) {
  state.failures = 0;
  // A leader that does not know the epoch cannot tell; that is no truncation. Should the position
  // not exist, the fetch will say so.
  if (epoch < 0 || end < 0 || end >= state.fetch_position().offset) {
    assignment_.validated(state);
    return;
  }
  if (end >= state.position().offset) {
    // Only what was fetched ahead is void.
    assignment_.refetch(state);
    assignment_.validated(state);
    return;
  }
  const std::string text = "the log was truncated to offset " + std::to_string(end) + " below " +
                           std::to_string(state.position().offset);
  logger_.log(now, LogLevel::warning, "log truncated",
              {{"partition", to_string(state.partition())},
               {"position", state.position().offset},
               {"end", end}});
  if (policy_.kind() == OffsetReset::Kind::none) {
    reset_offset(now, assignment_, state, policy_, Error(ErrorCode::offset_out_of_range, text));
  } else {
    // With the epoch that ends there: the log may lose more before anything is read from it.
    assignment_.seek(state, {end, epoch});
    assignment_.validated(state);
  }
}

void EpochValidation::on_error(const Now& now, PartitionState& state, const Error& error) {
  if (error == ErrorCode::unsupported_by_broker || error == ErrorCode::unsupported_version) {
    assignment_.validated(state);
    return;
  }
  state.retry_at = deadline_after(now.monotonic, backoff_.pause(++state.failures, random_));
  retry_at_ = std::min(retry_at_.value_or(state.retry_at), state.retry_at);
  if (error.retriable()) {
    cluster_.refresh_metadata(now);
  } else if (error != ErrorCode::closed && error != ErrorCode::unknown_server_error) {
    assignment_.report(state.partition(), error.within("validating the position"));
  }
}

}  // namespace barnabas::client

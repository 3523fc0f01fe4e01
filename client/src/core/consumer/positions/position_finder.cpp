#include "client/src/core/consumer/positions/position_finder.hpp"

#include "client/src/core/consumer/positions/offset_reset.hpp"
#include "protocol/base/planted_bug.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace barnabas::client {

using State = PartitionState::State;

PositionFinder::PositionFinder(Options options, Assignment& assignment, OffsetLookup& lookup,
                               CommittedOffsets* committed, std::uint64_t seed)
    : options_(options),
      backoff_(options.retry.backoff, options.retry.backoff_max),
      assignment_(assignment),
      lookup_(lookup),
      committed_(committed),
      random_(seed) {}

void PositionFinder::run(const Now& now) {
  retry_at_.reset();
  std::set<TopicPartition> committed;
  OffsetLookup::Query listed;
  // Which generation was asked for, to tell answers to an earlier state.
  std::map<TopicPartition, std::uint64_t> generations;
  for (auto& [partition, state] : assignment_.states()) {
    if (state.lookup_under_way || !(state.announced || state.position_wanted)) continue;
    if (state.state() == State::unset) {
      if (committed_ != nullptr) {
        state.want_committed();
      } else {
        reset_offset(now, assignment_, state, options_.policy,
                     Error(ErrorCode::no_offset, "auto.offset.reset is none"));
      }
    }
    if (state.state() != State::committed && state.state() != State::resetting) continue;
    if (state.retry_at > now.monotonic) {
      retry_at_ = std::min(retry_at_.value_or(state.retry_at), state.retry_at);
      continue;
    }
    state.lookup_under_way = true;
    generations.emplace(partition, state.generation());
    if (state.state() == State::committed) {
      committed.insert(partition);
    } else {
      listed.emplace(partition, state.timestamp());
    }
  }
  const Instant deadline = deadline_after(now.monotonic, options_.patience);
  // Forgets answers to partitions that were sought or taken away meanwhile.
  const auto current = [this, generations](auto answers) {
    std::erase_if(answers, [&](const auto& answer) {
      const PartitionState* state = assignment_.find(answer.first);
      return state == nullptr || state->generation() != generations.at(answer.first);
    });
    return answers;
  };
  if (!committed.empty()) {
    committed_->start(now, std::move(committed), deadline,
                      [this, current](const Now& at, CommittedOffsets::Answers answers) {
                        on_committed(at, current(std::move(answers)));
                      });
  }
  if (!listed.empty()) {
    lookup_.start(now, std::move(listed), deadline,
                  [this, current](const Now& at, OffsetLookup::Answers answers) {
                    on_listed(at, current(std::move(answers)));
                  });
  }
}

void PositionFinder::on_committed(const Now& now, const CommittedOffsets::Answers& answers) {
  for (const auto& [partition, answer] : answers) {
    PartitionState& state = *assignment_.find(partition);
    state.lookup_under_way = false;
    if (!answer) {
      on_error(now, state, answer.error());
    } else if (!*answer) {
      reset_offset(now, assignment_, state, options_.policy,
                   Error(ErrorCode::no_offset,
                         "the group has committed none, and auto.offset.reset is none"));
    } else {
      const OffsetAndMetadata& committed = **answer;
      state.committed = committed.offset;
      const bool back = planted(PlantedBug::begin_before_commit) && committed.offset > 0;
      assignment_.seek(state,
                       {committed.offset - (back ? 1 : 0), committed.leader_epoch.value_or(-1)});
    }
  }
}

void PositionFinder::on_listed(const Now& now, const OffsetLookup::Answers& answers) {
  for (const auto& [partition, answer] : answers) {
    PartitionState& state = *assignment_.find(partition);
    state.lookup_under_way = false;
    if (!answer) {
      on_error(now, state, answer.error());
    } else if (answer->offset < 0) {
      assignment_.seek_to_timestamp(state, latest_timestamp);  // nothing is that young
    } else {
      assignment_.seek(state, {answer->offset, -1});
    }
  }
}

void PositionFinder::on_error(const Now& now, PartitionState& state, const Error& error) {
  if (error == ErrorCode::closed) return;
  state.retry_at = deadline_after(now.monotonic, backoff_.pause(++state.failures, random_));
  retry_at_ = std::min(retry_at_.value_or(state.retry_at), state.retry_at);
  if (!error.retriable()) assignment_.report(state.partition(), error);
}

}  // namespace barnabas::client

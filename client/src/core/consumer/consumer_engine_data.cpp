#include "client/src/core/consumer/consumer_engine.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

// The engine's side of polling and of positions.

namespace barnabas::client {

namespace {

// Damaged data is fetched again after this long, should it have been damaged on its way.
constexpr Duration damage_pause = std::chrono::seconds(1);

}  // namespace

void ConsumerEngine::poll_began(const Now& now) {
  assignment_.came_back();
  auto_commit_.start(now.monotonic);
  if (!std::exchange(polled_, true)) apply_subscription(now);
  if (is_group_managed()) group_->membership.poll_began(now);
}

void ConsumerEngine::poll_ended(const Now& now) {
  if (assignment_.disturbances() != seen_disturbances_) wake(now);
  if (is_group_managed()) group_->membership.poll_ended(now);
}

bool ConsumerEngine::has_news() const {
  return wants_application() || fatal_ || !errors_.empty() || assignment_.has_error() ||
         assignment_.prefetched().next() != nullptr;
}

void ConsumerEngine::when_news(const Now& now, Instant deadline, std::function<bool()> or_else,
                               std::function<void()> call) {
  news_waiter_ = NewsWaiter{deadline, std::move(or_else), std::move(call)};
  wake(now);
}

void ConsumerEngine::run_news_waiter(const Now& now) {
  if (!news_waiter_) return;
  if (!has_news() && !news_waiter_->or_else() && now.monotonic < news_waiter_->deadline) return;
  outbox().post(std::exchange(news_waiter_, std::nullopt)->call);
}

std::optional<Error> ConsumerEngine::take_error() {
  if (fatal_) return fatal_;
  if (errors_.empty()) return assignment_.take_error();
  Error error = std::move(errors_.front());
  errors_.pop_front();
  return error;
}

void ConsumerEngine::fill(const Now& now, RecordDrain& drain) {
  if (assignment_.disturbances() != drain_disturbances_) {
    drain_disturbances_ = assignment_.disturbances();
    std::vector<FetchedChunk> chunks = drain.recall();
    for (auto chunk = chunks.rbegin(); chunk != chunks.rend(); ++chunk) {
      PartitionState* state = assignment_.find(chunk->partition);
      if (state == nullptr || state->generation() != chunk->generation) continue;
      assignment_.prefetched().put_back(*state, std::move(*chunk));
    }
  }
  for (const PartitionState* next = assignment_.prefetched().next();
       next != nullptr && drain.takes(next->partition()); next = assignment_.prefetched().next()) {
    drain.add(assignment_.prefetched().take());
  }
  if (drain.empty()) fetcher_.let_go_all(now);
}

std::shared_ptr<const detail::RecordBlock> ConsumerEngine::hand_out(
    const Now&, std::shared_ptr<const detail::RecordBlock> block) {
  bool all = true;
  std::vector<bool> kept;
  for (const detail::RecordRange& range : block->ranges) {
    kept.push_back(assignment_.hand_out(range.partition, range.generation,
                                        {range.next_offset, range.leader_epoch.value_or(-1)}));
    all = all && kept.back();
  }
  if (all) return block;
  auto keep = kept.begin();
  return filter_block(block, [&](const detail::RecordRange&) { return *keep++; });
}

void ConsumerEngine::on_damaged(const Now& now, const RecordDrain::Failure& failure) {
  PartitionState* state = assignment_.find(failure.partition);
  if (state == nullptr || state->generation() != failure.generation) return;
  assignment_.report(failure.partition, failure.error);
  assignment_.refetch(*state);
  state->retry_at = deadline_after(now.monotonic, damage_pause);
  changed(now);
}

void ConsumerEngine::fetch_more(const Now& now) {
  fetcher_.room_made();
  fetcher_.run(now);
}

std::vector<TopicPartition> ConsumerEngine::known_partitions() const {
  std::vector<TopicPartition> known;
  for (const auto& [partition, state] : assignment_.states()) {
    if (is_known(partition, state)) known.push_back(partition);
  }
  return known;
}

Result<std::vector<PartitionState*>> ConsumerEngine::find_all(
    const std::vector<TopicPartition>& partitions) {
  std::vector<PartitionState*> states;
  for (const TopicPartition& partition : partitions) {
    PartitionState* state = assignment_.find(partition);
    // What the application does not know to have got it means an ownership that is over.
    if (state == nullptr || !is_known(partition, *state)) {
      return Error(ErrorCode::invalid_argument, to_string(partition) + " is not assigned");
    }
    states.push_back(state);
  }
  return states;
}

Result<void> ConsumerEngine::seek(const Now& now, const TopicPartition& partition,
                                  const OffsetAndMetadata& to) {
  if (to.offset < 0) return Error(ErrorCode::invalid_argument, "the offset is negative");
  auto states = find_all({partition});
  if (!states) return states.error();
  // Before it came here the engine may have found out that there was no position.
  assignment_.forget_errors(partition);
  assignment_.seek(*states->front(), {to.offset, to.leader_epoch.value_or(-1)});
  changed(now);
  return {};
}

Result<void> ConsumerEngine::seek_to_timestamp(const Now& now,
                                               const std::vector<TopicPartition>& partitions,
                                               Timestamp timestamp) {
  auto states = find_all(partitions);
  if (!states) return states.error();
  for (PartitionState* state : *states) {
    assignment_.forget_errors(state->partition());
    assignment_.seek_to_timestamp(*state, timestamp);
  }
  changed(now);
  return {};
}

Result<void> ConsumerEngine::pause(const Now& now, const std::vector<TopicPartition>& partitions,
                                   bool paused) {
  auto states = find_all(partitions);
  if (!states) return states.error();
  for (PartitionState* state : *states) assignment_.pause(*state, paused);
  changed(now);
  return {};
}

Result<void> ConsumerEngine::want_position(const Now& now, const TopicPartition& partition) {
  auto states = find_all({partition});
  if (!states) return states.error();
  states->front()->position_wanted = true;
  changed(now);
  return {};
}

std::optional<std::int64_t> ConsumerEngine::position(const TopicPartition& partition) const {
  const PartitionState* state = assignment_.find(partition);
  if (state == nullptr || !state->has_position()) return std::nullopt;
  return state->position().offset;
}

std::optional<Error> ConsumerEngine::position_error(const TopicPartition& partition) const {
  const PartitionState* state = assignment_.find(partition);
  if (state == nullptr)
    return Error(ErrorCode::invalid_argument, to_string(partition) + " is not assigned");
  if (state->state() != PartitionState::State::halted) return std::nullopt;
  return Error(ErrorCode::no_offset, to_string(partition) + ": seek to where reading should go on");
}

std::optional<std::int64_t> ConsumerEngine::lag(const TopicPartition& partition) const {
  const PartitionState* state = assignment_.find(partition);
  if (state == nullptr || !state->has_position()) return std::nullopt;
  const std::int64_t end = settings_.isolation_level == IsolationLevel::read_committed
                               ? state->last_stable_offset
                               : state->high_watermark;
  if (end < 0) return std::nullopt;
  return std::max<std::int64_t>(end - state->position().offset, 0);
}

}  // namespace barnabas::client

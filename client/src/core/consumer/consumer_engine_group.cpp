#include "client/src/core/consumer/consumer_engine.hpp"

#include <algorithm>
#include <utility>

// The engine's part in the life of a group: what membership says about partitions, the steps that
// the application is taken through, commits, and leaving.

namespace barnabas::client {

void ConsumerEngine::on_assigned(const Now& now, const std::vector<TopicPartition>& added) {
  assignment_.add(added);
  if (!given_all_up_) steps_.add(RebalanceStep::Kind::assigned, added);
  if (group_ && !group_->membership.is_leader()) group_->link.forget_plan(now);
  logger().log(now, LogLevel::info, "partitions assigned",
               {{"group", settings_.group_id},
                {"added", added.size()},
                {"total", assignment_.states().size()}});
}

void ConsumerEngine::on_revoking(const Now& now, const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    if (PartitionState* state = assignment_.find(partition)) assignment_.set_revoking(*state);
  }
  if (!given_all_up_) steps_.add(RebalanceStep::Kind::revoked, partitions);
  logger().log(now, LogLevel::info, "partitions to be given up",
               {{"group", settings_.group_id}, {"count", partitions.size()}});
}

void ConsumerEngine::on_lost(const Now& now, const std::vector<TopicPartition>& partitions) {
  assignment_.remove(partitions);
  if (!given_all_up_) steps_.add_lost(partitions);
  logger().log(now, LogLevel::warning, "partitions lost",
               {{"group", settings_.group_id}, {"count", partitions.size()}});
}

void ConsumerEngine::on_group_error(const Now& now, const Error& error) {
  if (error == ErrorCode::closed) return;
  logger().log(now, LogLevel::error, "the group refuses this member",
               {{"group", settings_.group_id}, {"error", error}});
  if (error.fatal()) {
    fatal_ = error;
  } else {
    add_error(error);
  }
}

void ConsumerEngine::add_error(Error error) {
  const bool known = std::any_of(errors_.begin(), errors_.end(), [&](const Error& other) {
    return other.code() == error.code() && other.context() == error.context();
  });
  if (!known) errors_.push_back(std::move(error));
}

std::optional<RebalanceStep> ConsumerEngine::next_step() {
  if (!steps_.has_next()) return std::nullopt;
  return steps_.begin();
}

void ConsumerEngine::step_done(const Now& now) {
  const RebalanceStep step = steps_.end();
  changed(now);
  switch (step.kind) {
    case RebalanceStep::Kind::assigned:
      for (const TopicPartition& partition : step.partitions) {
        if (PartitionState* state = assignment_.find(partition)) state->announced = true;
      }
      return;
    case RebalanceStep::Kind::lost:
      return;
    case RebalanceStep::Kind::revoked:
      break;
  }
  const Offsets offsets = auto_commit_.enabled() ? assignment_.uncommitted() : Offsets();
  if (offsets.empty()) {
    finish_revocation(now, step.partitions);
    return;
  }
  // The group waits for this member no longer than max.poll.interval.ms, and throws it out then: a
  // commit that does not get through leaves half of that for what comes before and behind it.
  const Duration limit = std::min(settings_.client.api_timeout, settings_.max_poll_interval / 2);
  group_->commits.start(now, offsets, deadline_after(now.monotonic, limit),
                        [this, partitions = step.partitions](
                            const Now& at, const Result<void>& result, const Offsets&) {
                          if (!result) {
                            logger().log(at, LogLevel::warning, "commit before revocation failed",
                                         {{"error", result.error()}});
                          }
                          finish_revocation(at, partitions);
                        });
}

void ConsumerEngine::finish_revocation(const Now& now,
                                       const std::vector<TopicPartition>& partitions) {
  std::vector<TopicPartition> gone;
  for (const TopicPartition& partition : partitions) {
    // It may have been lost and assigned anew meanwhile.
    const PartitionState* state = assignment_.find(partition);
    if (state != nullptr && state->revoking) gone.push_back(partition);
  }
  assignment_.remove(gone);
  if (group_) group_->membership.on_revoked(now);
}

std::optional<MemberIdentity> ConsumerEngine::committing_identity() const {
  if (is_group_managed()) return group_->membership.committing_identity();
  return MemberIdentity();
}

std::optional<std::uint64_t> ConsumerEngine::tenure(const TopicPartition& partition) const {
  if (!is_group_managed()) return 0;
  const std::vector<TopicPartition>& owned = group_->membership.owned();
  if (!std::binary_search(owned.begin(), owned.end(), partition)) return std::nullopt;
  const auto state = assignment_.states().find(partition);
  if (state == assignment_.states().end()) return std::nullopt;
  return state->second.tenure();
}

void ConsumerEngine::on_commit_refused(const Now& now, const MemberIdentity& identity,
                                       const Error& error) {
  if (is_group_managed()) group_->membership.on_commit_refused(now, identity, error);
}

void ConsumerEngine::on_committed(const TopicPartition& partition, std::int64_t offset) {
  if (PartitionState* state = assignment_.find(partition)) state->committed = offset;
}

void ConsumerEngine::commit(const Now& now, Offsets offsets, Instant deadline,
                            OffsetCommits::Done done) {
  group_->commits.start(now, std::move(offsets), deadline, std::move(done));
  wake(now);
}

void ConsumerEngine::run_auto_commit(const Now& now) {
  if (!auto_commit_.due(now.monotonic) || leaving_) return;
  const Offsets offsets = assignment_.uncommitted();
  if (offsets.empty()) {
    auto_commit_.end(now.monotonic);
    return;
  }
  auto_commit_.begin();
  group_->commits.start(
      now, offsets, deadline_after(now.monotonic, settings_.client.api_timeout),
      [this](const Now& at, const Result<void>& result, const Offsets&) {
        auto_commit_.end(at.monotonic);
        if (result) return;
        logger().log(at, LogLevel::warning, "automatic commit failed", {{"error", result.error()}});
      });
}

std::vector<TopicPartition> ConsumerEngine::stop_reading(const Now&) {
  assignment_.came_back();
  steps_.clear();
  given_all_up_ = true;
  std::vector<TopicPartition> known;
  for (auto& [partition, state] : assignment_.states()) {
    const bool told = steps_.was_given_up(partition);
    if (state.announced && !told && subscription_.is_subscribed()) known.push_back(partition);
    assignment_.set_revoking(state);
  }
  return known;
}

void ConsumerEngine::begin_leave(const Now& now, std::string_view reason, GroupExit exit) {
  leaving_ = Leaving{std::string(reason), exit, false};
  assignment_.came_back();
  const Offsets offsets = auto_commit_.enabled() ? assignment_.uncommitted() : Offsets();
  if (!offsets.empty()) {
    group_->commits.start(now, offsets, deadline_after(now.monotonic, settings_.client.api_timeout),
                          [this](const Now& at, const Result<void>& result, const Offsets&) {
                            if (leaving_) leaving_->committing = false;
                            if (result) return;
                            logger().log(at, LogLevel::warning, "commit before leaving failed",
                                         {{"error", result.error()}});
                          });
    leaving_->committing = true;
  }
  run_leave(now);
  wake(now);
}

// Leaves once what has to be committed before is.
void ConsumerEngine::run_leave(const Now& now) {
  if (!leaving_ || leaving_->committing || (closing_ && group_ && !group_->commits.idle())) return;
  const Leaving leaving = *std::exchange(leaving_, std::nullopt);
  if (group_) {
    const bool by_default = settings_.leave_group_on_close && settings_.group_instance_id.empty();
    const bool tell =
        leaving.exit == GroupExit::leave || (leaving.exit == GroupExit::by_default && by_default);
    group_->membership.leave(now, leaving.reason, tell);
    group_->link.forget_plan(now);
  }
  steps_.forget();
  given_all_up_ = false;
  assignment_.clear();
  subscription_.clear();
  known_topics_.clear();
  cluster_.watch_all_topics(now, false);
  interest_.replace(now, watched_, {});
}

}  // namespace barnabas::client

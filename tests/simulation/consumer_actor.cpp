#include "tests/simulation/consumer_actor.hpp"

#include "tests/simulation/run.hpp"

#include <algorithm>
#include <chrono>

namespace barnabas::test {

namespace {

using std::chrono::milliseconds;

ConsumerConfig config_of(const ConsumerPlan& plan, const Run& run, const std::string& name,
                         const std::string& group, const Plan& world, LogCallback log) {
  ConsumerConfig config;
  Group membership(group);
  if (plan.is_static != 0) membership.instance_id(name);
  config.bootstrap_servers(run.bootstrap())
      .client_id(name)
      .request_timeout(milliseconds(plan.request_timeout_ms))
      .metadata_max_age(milliseconds(world.metadata_age_ms))
      .connections_max_idle(milliseconds(world.idle_ms))
      .group(membership)
      .offset_reset(OffsetReset::earliest())
      .auto_commit(plan.auto_commit != 0)
      .auto_commit_interval(milliseconds(plan.auto_commit_ms))
      .session_timeout(milliseconds(plan.session_ms))
      .heartbeat_interval(milliseconds(plan.heartbeat_ms))
      .max_poll_interval(milliseconds(plan.max_poll_ms))
      .max_poll_records(static_cast<std::int32_t>(plan.max_poll_records))
      .prefetch_bytes(plan.prefetch_bytes)
      .max_partition_fetch_bytes(static_cast<std::int32_t>(plan.partition_bytes))
      .fetch_max_wait(milliseconds(plan.fetch_wait_ms));
  config.log(log, LogLevel::debug);
  if (plan.assignor < 4) config.assignors({static_cast<Assignor>(plan.assignor)});
  return config;
}

}  // namespace

ConsumerActor::ConsumerActor(Run& run, std::string name, simulation::Place place,
                             const ConsumerPlan& plan)
    : ClientActor(run, std::move(name), place), plan_(plan) {}

void ConsumerActor::make(const Runtime& runtime) {
  owned_.clear();
  expected_.clear();
  polling_ = false;
  polled_at_ = run_.world().now();
  run_.wire().forget_member(name());
  consumer_.emplace(
      runtime, config_of(plan_, run_, name(), run_.group(plan_.group).id(), run_.plan(), log()));
  for (const ApiKey api : {ApiKey::JoinGroup, ApiKey::SyncGroup, ApiKey::Heartbeat}) {
    run_.wire().set_limit(name(), api, 1);
  }
  run_.wire().set_fetch_limit(name(), plan_.prefetch_bytes);
  subscribe();
}

void ConsumerActor::subscribe() {
  std::vector<std::string> topics;
  for (std::int64_t i = 0; i < run_.plan().topics; ++i) topics.push_back(Run::topic_name(i));
  RebalanceListener listener;
  listener.assigned = [this](const auto& partitions) { assigned(partitions); };
  listener.revoked = [this](const auto& partitions) {
    run_.coverage().hit("consumer revoked");
    given_up(partitions);
  };
  listener.lost = [this](const auto& partitions) {
    run_.coverage().hit("consumer lost");
    given_up(partitions);
  };
  const Result<void> done = consumer_->subscribe(topics, listener);
  subscribed_ = done.has_value();
  if (!done) run_.findings().add("consumer-calls", name() + ": " + done.error().to_string());
}

void ConsumerActor::close(Duration limit) {
  const Instant before = run_.world().now();
  const Result<void> closed = consumer_->close(limit);
  if (!closed) run_.coverage().hit("close " + std::string(barnabas::name(closed.error().code())));
  // Somebody else may have blocked within; what counts is that no call hangs.
  if (run_.world().now() - before > limit + std::chrono::seconds(10)) {
    run_.findings().add("close-in-time", name() + " took too long to close");
  }
  consumer_.reset();
  owned_.clear();
}

bool ConsumerActor::is_alive() const {
  return is_running() && consumer_ && !const_cast<ConsumerActor*>(this)->machine().is_stalled();
}

std::vector<TopicPartition> ConsumerActor::assignment() const {
  return consumer_ ? consumer_->assignment() : std::vector<TopicPartition>();
}

std::int64_t ConsumerActor::end_of(const TopicPartition& partition) const {
  const auto expected = expected_.find(partition);
  return expected == expected_.end() ? 0 : expected->second;
}

// Whose coordinator cannot be heard may be given up by it and not know.
bool ConsumerActor::is_in_touch() const {
  const Instant last = run_.wire().last_heard_from_coordinator(name());
  return run_.world().now() - last < milliseconds(plan_.heartbeat_ms + 500);
}

// A rebalance does not wait longer than max.poll.interval.ms for its members. One that is told
// late, or whose application does not poll, is out before its own clock says so, and hears of it
// with the next heartbeat. What it has to commit before it joins takes half of that time at most.
bool ConsumerActor::may_be_thrown_out() const {
  const std::optional<Instant> told = run_.wire().told_to_join_at(name());
  if (!told) return false;
  if (!polling_ && polled_at_ < *told) return true;
  const Instant could = polled_at_ < *told ? *told : polled_at_;
  return run_.world().now() - could <= milliseconds(plan_.max_poll_ms / 2 + 1000);
}

// Remembers the first time since it was told to join again.
void ConsumerActor::note_poll() {
  const std::optional<Instant> told = run_.wire().told_to_join_at(name());
  if (!told || polled_at_ < *told) polled_at_ = run_.world().now();
}

void ConsumerActor::assigned(const std::vector<TopicPartition>& partitions) {
  run_.coverage().hit("consumer assigned");
  run_.look_at_commits();
  for (const TopicPartition& partition : partitions) {
    run_.world().tell(name(), "is assigned " + to_string(partition));
    owned_.insert(partition);
    expected_.erase(partition);
    committed_[partition] = run_.group(plan_.group).committed_of(partition);
    for (const auto& client : run_.clients()) {
      const auto* other = dynamic_cast<const ConsumerActor*>(client.get());
      if (!other || other == this || !other->is_alive() || other->plan().group != plan_.group) {
        continue;
      }
      // What it was told to give up it may still have to commit.
      if (!other->owned_.contains(partition)) continue;
      if (run_.lossy() || !is_in_touch() || !other->is_in_touch()) continue;
      if (other->may_be_thrown_out()) {
        run_.coverage().hit("a rebalance went on without a member");
        continue;
      }
      const std::vector<TopicPartition> theirs = other->assignment();
      if (std::find(theirs.begin(), theirs.end(), partition) != theirs.end()) {
        run_.findings().add("one-owner", name() + " was assigned " + to_string(partition) +
                                             ", which " + other->name() + " still owns");
      }
    }
  }
}

void ConsumerActor::given_up(const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    run_.world().tell(name(), "gives up " + to_string(partition));
    if (owned_.erase(partition) == 0) {
      run_.findings().add(
          "assigned-before-revoked",
          name() + " was told to give up " + to_string(partition) + ", which it did not own");
    }
    expected_.erase(partition);
  }
}

Duration ConsumerActor::step() {
  const auto interval = static_cast<std::uint64_t>(plan_.poll_ms) * 1000;
  const Duration next = std::chrono::microseconds(interval / 2 + run_.random().below(interval));
  if (!subscribed_) return next;
  if (plan_.asynchronous == 0) {
    note_poll();
    take(consumer_->poll(Duration::zero()));
    return next;
  }
  if (!polling_) poll_again();
  return next;
}

void ConsumerActor::poll_again() {
  note_poll();
  polling_ = true;
  const int life = life_;
  consumer_->poll_async(std::chrono::seconds(1)).on_ready([this, life](Result<Records> polled) {
    if (life != life_ || !consumer_) return;
    polling_ = false;
    note_poll();
    if (is_running()) take(polled);
  });
}

void ConsumerActor::take(const Result<Records>& polled) {
  if (!polled) {
    run_.coverage().hit("poll " + std::string(barnabas::name(polled.error().code())));
    // A coordinator that ended before it had stored who took a static member's place knows the
    // earlier one; then the application has to begin anew.
    const bool may_be_forgotten =
        run_.broker().boots() > 1 && !run_.wire().is_known_to_the_log(name());
    if (polled.error() == ErrorCode::fenced_instance_id &&
        (run_.lossy() || may_be_forgotten || may_be_overtaken_)) {
      run_.coverage().hit("a static member was fenced");
      run_.world().after(Duration::zero(), [this, life = life_] {
        if (life == life_) restart(milliseconds(500));
      });
      return;
    }
    // While the disk gives back other bytes than it was given.
    if (polled.error() == ErrorCode::corrupt_message && run_.has_fault(FaultKind::bit_rot)) return;
    run_.findings().add("consumer-calls", name() + " poll: " + polled.error().to_string());
    return;
  }
  for (const PartitionRecords& records : polled->partitions()) check(records);
  if (polled->empty()) return;
  ++polls_with_records_;
  if (plan_.auto_commit == 0 && polls_with_records_ % plan_.commit_every == 0) commit();
}

void ConsumerActor::check(const PartitionRecords& records) {
  const TopicPartition& partition = records.topic_partition();
  if (!owned_.contains(partition)) {
    run_.findings().add("only-what-is-owned",
                        name() + " was handed records of " + to_string(partition));
  }
  for (const ConsumerRecord& record : records) {
    const auto expected = expected_.find(partition);
    if (expected != expected_.end() && record.offset() != expected->second && !run_.lossy()) {
      run_.findings().add("no-gaps", name() + " was handed " + to_string(partition) + " offset " +
                                         std::to_string(record.offset()) + " instead of " +
                                         std::to_string(expected->second));
    }
    if (expected == expected_.end() && record.offset() < committed_[partition] && !run_.lossy() &&
        !run_.group(plan_.group).may_go_back_to(partition, record.offset())) {
      run_.findings().add("begins-at-commit", name() + " was handed " + to_string(partition) +
                                                  " offset " + std::to_string(record.offset()) +
                                                  " first, but the group had committed " +
                                                  std::to_string(committed_[partition]));
    }
    const std::int64_t found = run_.ledger().find(record.value());
    if (!run_.lossy()) {
      run_.group(plan_.group)
          .handed_out(name(), partition, record.offset(), found, expected == expected_.end());
    } else {
      run_.group(plan_.group).handed_out_again(partition, record.offset());
    }
    expected_[partition] = record.offset() + 1;
    if (found < 0 || run_.ledger().entry(static_cast<std::size_t>(found)).partition != partition) {
      run_.findings().add("record-content", name() + " was handed something else at " +
                                                to_string(partition) + " offset " +
                                                std::to_string(record.offset()));
    }
  }
}

void ConsumerActor::commit() {
  consumer_->commit_async([this](const Result<void>& result, const Offsets& offsets) {
    if (result) {
      for (const auto& [partition, offset] : offsets) {
        run_.world().tell(name(), "is promised " + to_string(partition) + " committed at " +
                                      std::to_string(offset.offset));
        run_.group(plan_.group).promised(partition, offset.offset);
      }
    }
    run_.coverage().hit("commit " + (result ? std::string("done")
                                            : std::string(barnabas::name(result.error().code()))));
  });
}

void ConsumerActor::pause_partitions(Duration time) {
  if (!is_running() || machine().is_busy()) return;
  const std::vector<TopicPartition> partitions = consumer_->assignment();
  static_cast<void>(consumer_->pause(partitions));
  run_.world().after(time, [this, life = life_] {
    if (life == life_ && is_running() && !machine().is_busy()) {
      static_cast<void>(consumer_->resume(consumer_->paused()));
    }
  });
}

void ConsumerActor::seek_back(std::int64_t records) {
  if (!is_running() || in_step_ || machine().is_busy() || polling_ || !subscribed_) return;
  for (const TopicPartition& partition : consumer_->assignment()) {
    const auto expected = expected_.find(partition);
    if (expected == expected_.end()) continue;
    const std::int64_t target = std::max<std::int64_t>(0, expected->second - records);
    run_.world().tell(name(), "seeks " + to_string(partition) + " to " + std::to_string(target));
    run_.group(plan_.group).sought(partition, target);
    if (consumer_->seek(partition, OffsetAndMetadata(target))) expected->second = target;
  }
}

void ConsumerActor::resubscribe(Duration time) {
  if (!is_running() || in_step_ || machine().is_busy() || polling_ || !run_.may_block() ||
      !subscribed_) {
    return;
  }
  const Run::Blocking blocking(run_);
  subscribed_ = false;
  in_step_ = true;
  static_cast<void>(consumer_->unsubscribe());
  in_step_ = false;
  run_.wire().forget_member(name());
  run_.world().after(time, [this, life = life_] {
    if (life == life_ && is_running() && consumer_) subscribe();
  });
}

}  // namespace barnabas::test

#include "client/src/core/consumer/consumer_engine.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

RetryOptions retry_options(const ConsumerSettings& settings) {
  return {settings.client.retry_backoff, settings.client.retry_backoff_max};
}

std::optional<std::string> instance_id(const ConsumerSettings& settings) {
  if (settings.group_instance_id.empty()) return std::nullopt;
  return settings.group_instance_id;
}

FetchOptions fetch_options(const ConsumerSettings& settings) {
  FetchOptions options;
  options.min_bytes = settings.fetch_min_bytes;
  options.max_wait = settings.fetch_max_wait;
  options.max_bytes = settings.fetch_max_bytes;
  options.max_partition_bytes = settings.max_partition_fetch_bytes;
  options.prefetch_bytes = static_cast<std::size_t>(settings.prefetch_bytes);
  options.isolation = settings.isolation_level;
  options.rack = settings.rack;
  options.reset = settings.offset_reset;
  options.retry_backoff = settings.client.retry_backoff;
  options.retry_backoff_max = settings.client.retry_backoff_max;
  options.replica_max_age = settings.client.metadata_max_age;
  // Far from any time-out of a fetch.
  options.longest_hold =
      std::min<Duration>(options.longest_hold, settings.client.request_timeout / 16);
  return options;
}

LinkOptions link_options(const ConsumerSettings& settings) {
  return {settings.group_id, instance_id(settings), settings.session_timeout,
          settings.max_poll_interval, settings.client.request_timeout};
}

MembershipOptions membership_options(const ConsumerSettings& settings) {
  MembershipOptions options;
  options.is_static = !settings.group_instance_id.empty();
  options.session_timeout = settings.session_timeout;
  options.heartbeat_interval = settings.heartbeat_interval;
  options.max_poll_interval = settings.max_poll_interval;
  options.retry_backoff = settings.client.retry_backoff;
  options.retry_backoff_max = settings.client.retry_backoff_max;
  options.assignors = settings.assignors;
  options.rack = settings.rack;
  return options;
}

std::optional<Duration> auto_commit_interval(const ConsumerSettings& settings) {
  if (settings.group_id.empty() || !settings.auto_commit) return std::nullopt;
  return settings.auto_commit_interval;
}

}  // namespace

ConsumerEngine::ConsumerEngine(EngineContext context, ConsumerSettings settings)
    : ClientEngine(context),
      settings_(std::move(settings)),
      subscription_(settings_.exclude_internal_topics),
      interest_(cluster_),
      lookup_(retry_options(settings_), settings_.isolation_level, cluster_, interest_,
              context.seed + 1),
      partitions_query_(retry_options(settings_), cluster_, interest_, context.seed + 2),
      auto_commit_(auto_commit_interval(settings_)),
      group_(settings_.group_id.empty() ? nullptr
                                        : std::make_unique<Group>(*this, context.seed + 7)),
      finder_({settings_.offset_reset, settings_.client.api_timeout, retry_options(settings_)},
              assignment_, lookup_, committed_offsets(), context.seed + 4),
      validation_(retry_options(settings_), settings_.offset_reset, cluster_, assignment_, logger(),
                  context.seed + 5),
      fetcher_(fetch_options(settings_), cluster_, assignment_, logger(), context.seed + 6) {}

ConsumerEngine::Group::Group(ConsumerEngine& engine, std::uint64_t seed)
    : committed(retry_options(engine.settings_), engine.settings_.group_id, engine.cluster_, seed),
      commits(retry_options(engine.settings_), engine.settings_.group_id,
              instance_id(engine.settings_), engine.cluster_, engine, seed + 1),
      link(link_options(engine.settings_), engine.cluster_, engine.interest_, engine.logger()),
      membership(membership_options(engine.settings_), link, engine, seed + 2) {
  link.connect(membership);
}

Result<void> ConsumerEngine::subscribe(const Now& now, const std::vector<std::string>& topics) {
  if (Result<void> set = subscription_.set_topics(topics); !set) return set;
  if (polled_) apply_subscription(now);
  wake(now);
  return {};
}

Result<void> ConsumerEngine::subscribe_pattern(const Now& now, std::string_view pattern) {
  if (Result<void> set = subscription_.set_pattern(pattern); !set) return set;
  if (polled_) apply_subscription(now);
  wake(now);
  return {};
}

Result<void> ConsumerEngine::assign(const Now& now, const std::vector<TopicPartition>& partitions) {
  for (const TopicPartition& partition : partitions) {
    if (!is_topic_name(partition.topic) || partition.partition < 0) {
      return Error(ErrorCode::invalid_argument, to_string(partition) + " cannot exist");
    }
  }
  if (Result<void> set = subscription_.set_by_hand(); !set) return set;
  const std::set<TopicPartition> wanted(partitions.begin(), partitions.end());
  std::vector<TopicPartition> removed;
  for (const TopicPartition& old : assignment_.partitions()) {
    if (!wanted.contains(old)) removed.push_back(old);
  }
  if (auto_commit_.enabled() && !removed.empty()) run_auto_commit(now);
  assignment_.remove(removed);
  assignment_.add(partitions);
  std::set<std::string> topics;
  for (auto& [partition, state] : assignment_.states()) {
    state.announced = true;
    topics.insert(partition.topic);
  }
  interest_.replace(now, watched_, std::move(topics));
  changed(now);
  return {};
}

// Starts everything that a subscription needs, once there has been a poll.
void ConsumerEngine::apply_subscription(const Now& now) {
  cluster_.watch_all_topics(now, subscription_.mode() == Subscription::Mode::pattern);
  (void)subscription_.resolve(cluster_.metadata());
  if (!subscription_.is_subscribed()) return;
  interest_.replace(now, watched_, subscription_.topics());
  if (group_) {
    group_->membership.subscribe(now,
                                 {subscription_.topics().begin(), subscription_.topics().end()});
  } else {
    assign_all_partitions(now);
  }
  changed(now);
}

// Without a group a subscription means every partition.
void ConsumerEngine::assign_all_partitions(const Now& now) {
  std::vector<TopicPartition> added;
  std::vector<TopicPartition> late;
  std::vector<TopicPartition> removed;
  for (const std::string& name : subscription_.topics()) {
    const TopicMetadata* topic = cluster_.metadata().topic(name);
    if (topic == nullptr || topic->partitions.empty()) continue;
    const bool known = !known_topics_.insert(name).second;
    for (std::size_t index = 0; index < topic->partitions.size(); ++index) {
      TopicPartition partition(name, static_cast<std::int32_t>(index));
      if (assignment_.find(partition) != nullptr) continue;
      if (known) late.push_back(partition);
      added.push_back(std::move(partition));
    }
  }
  for (const TopicPartition& partition : assignment_.partitions()) {
    if (!subscription_.topics().contains(partition.topic)) removed.push_back(partition);
  }
  if (!removed.empty()) on_revoking(now, removed);
  if (added.empty()) return;
  on_assigned(now, added);
  // All records of a partition that came later are new to this reader.
  for (const TopicPartition& partition : late) {
    assignment_.seek_to_timestamp(*assignment_.find(partition), earliest_timestamp);
  }
}

void ConsumerEngine::on_metadata(const Now& now) {
  positions_changed_ = true;
  fetcher_.changed();
  lookup_.changed();
  if (!polled_ || leaving_ || !subscription_.is_subscribed()) return;
  report_topic_errors();
  if (subscription_.resolve(cluster_.metadata())) {
    apply_subscription(now);
  } else if (!group_) {
    assign_all_partitions(now);
  } else if (group_->membership.is_leader() && group_->link.plan_is_outdated()) {
    group_->membership.rejoin(now, "the topics' partitions changed");
  }
}

// A topic that does not exist yet is waited for; one that may not be read is the application's
// business.
void ConsumerEngine::report_topic_errors() {
  for (const std::string& name : watched_) {
    const TopicMetadata* topic = cluster_.metadata().topic(name);
    if (topic == nullptr || topic->error == ErrorCode::none) continue;
    const Error error(topic->error, name);
    if (!error.retriable()) add_error(error);
  }
}

void ConsumerEngine::on_node_ready(const Now&, NodeId, Lane lane) {
  if (lane == Lane::fetch) fetcher_.changed();
}

void ConsumerEngine::on_node_lost(const Now&, NodeId, Lane lane, const Error&) {
  if (lane == Lane::fetch) fetcher_.changed();
}

void ConsumerEngine::changed(const Now& now) {
  positions_changed_ = true;
  fetcher_.changed();
  wake(now);
}

// Leaders are also learned from answers (KIP-951): nothing is fetched from one of those, either,
// before it has confirmed the position.
void ConsumerEngine::follow_leaders() {
  const std::uint64_t generation = cluster_.metadata().generation();
  if (std::exchange(seen_metadata_, generation) == generation) return;
  validation_.on_metadata();
  positions_changed_ = true;
  fetcher_.changed();
}

void ConsumerEngine::run(const Now& now) {
  follow_leaders();
  if (group_) group_->membership.advance(now);
  if (group_) group_->link.run(now);
  const auto due = [&](std::optional<Instant> at) { return at && *at <= now.monotonic; };
  if (assignment_.disturbances() != seen_disturbances_) {
    seen_disturbances_ = assignment_.disturbances();
    validation_.on_metadata();  // what is new begins with the leader epoch that is known now
    positions_changed_ = true;
    fetcher_.changed();
  }
  const bool moved = std::exchange(positions_changed_, false);
  if (moved || due(finder_.next_deadline())) finder_.run(now);
  if (group_) group_->committed.run(now);
  lookup_.run(now);
  if (moved || due(validation_.next_deadline())) validation_.run(now);
  partitions_query_.run(now);
  run_auto_commit(now);
  if (group_) group_->commits.run(now);
  run_leave(now);
  // What happened here may have moved positions again.
  if (assignment_.disturbances() != seen_disturbances_ || positions_changed_) wake(now);
  fetcher_.run(now);
  run_news_waiter(now);
}

std::optional<Instant> ConsumerEngine::own_deadline() const {
  std::optional<Instant> next;
  const auto consider = [&next](std::optional<Instant> at) {
    if (at) next = std::min(next.value_or(*at), *at);
  };
  if (group_) consider(group_->membership.next_deadline());
  if (group_) consider(group_->link.next_deadline());
  if (group_) consider(group_->committed.next_deadline());
  if (group_) consider(group_->commits.next_deadline());
  consider(lookup_.next_deadline());
  consider(partitions_query_.next_deadline());
  consider(finder_.next_deadline());
  consider(validation_.next_deadline());
  if (!leaving_) consider(auto_commit_.next_deadline());
  consider(fetcher_.next_deadline());
  if (news_waiter_) consider(news_waiter_->deadline);
  return next;
}

void ConsumerEngine::begin_close(const Now& now) {
  closing_ = true;
  if (!leaving_) begin_leave(now, "the consumer was closed", exit_);
}

bool ConsumerEngine::is_drained() const {
  return has_left() && !(group_ && group_->link.is_leaving());
}

void ConsumerEngine::finish_close(const Now& now) {
  const Error closed(ErrorCode::closed, "the consumer was closed");
  leaving_.reset();
  if (group_) group_->commits.give_up(now, closed);
  if (group_) group_->committed.give_up(now, closed);
  lookup_.give_up(now, closed);
  partitions_query_.give_up(closed);
  if (group_) group_->membership.leave(now, "", false);
  ClientEngine::finish_close(now);
}

}  // namespace barnabas::client

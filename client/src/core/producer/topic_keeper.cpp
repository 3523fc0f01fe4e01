#include "client/src/core/producer/topic_keeper.hpp"

#include "client/src/core/cluster/gave_up.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

namespace {

// Errors of a topic in the metadata that time does not cure.
bool is_final(ErrorCode code) { return code != ErrorCode::none && !Error(code).retriable(); }

std::string milliseconds(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

}  // namespace

TopicKeeper::TopicKeeper(Cluster& cluster, const ProducerSettings& settings, ProducerSender& sender,
                         Completions& completions)
    : cluster_(cluster), settings_(settings), sender_(sender), completions_(completions) {}

void TopicKeeper::use(const Now& now, ProducerTopic& topic) {
  Known& known = topics_[topic.name()];
  known.topic = &topic;
  known.last_used = now.monotonic;
  if (!known.watched) watch(now, known);
  if (!topic.is_settled()) {
    unsettled_.insert(topic.name());
    take_metadata(known);
  }
  if (topic.take_refresh_wish()) cluster_.refresh_metadata(now);
}

void TopicKeeper::watch(const Now& now, Known& known) {
  known.watched = true;
  cluster_.watch_topic(now, known.topic->name());
  if (!next_idle_check_) next_idle_check_ = deadline_after(now.monotonic, idle_check_interval());
}

void TopicKeeper::look_up(const Now& now, std::string_view name, Duration limit, Lookup lookup) {
  lookups_.push_back({std::string(name), deadline_after(now.monotonic, limit), std::move(lookup)});
  cluster_.watch_topic(now, name);
  answer_lookups(now);
}

void TopicKeeper::on_metadata(const Now& now) {
  last_failure_ = Error();
  for (auto& [name, known] : topics_) take_metadata(known);
  answer_lookups(now);
}

void TopicKeeper::take_metadata(Known& known) {
  ProducerTopic& topic = *known.topic;
  const TopicMetadata* metadata = cluster_.metadata().topic(topic.name());
  if (metadata == nullptr) return;
  if (metadata->id != known.id) {
    if (!known.id.is_zero() && !metadata->id.is_zero()) sender_.on_topic_replaced(topic);
    known.id = metadata->id;
  }
  if (is_final(metadata->error) && topic.queues().empty()) {
    completions_.add(topic.fail_pending(Error(metadata->error, topic.name())));
    return;
  }
  topic.grow(static_cast<std::int32_t>(metadata->partitions.size()), next_queue_id_);
  for (PartitionQueue* queue : topic.queues()) {
    const auto index = static_cast<std::size_t>(queue->partition());
    queue->set_available(index < metadata->partitions.size() &&
                         metadata->partitions[index].leader != no_node);
  }
  completions_.add(topic.settle());
  if (topic.is_settled()) unsettled_.erase(topic.name());
}

Error TopicKeeper::not_known(const std::string& name) const {
  const auto known = topics_.find(name);
  if (known != topics_.end() && !known->second.topic->queues().empty()) {
    return {ErrorCode::buffer_full, name +
                                        ": buffer.memory is used up, and none became free within " +
                                        milliseconds(settings_.max_block)};
  }
  std::string text = name + ": no metadata of the topic could be had within ";
  text += milliseconds(std::min(settings_.max_block, settings_.delivery_timeout));
  const TopicMetadata* metadata = cluster_.metadata().topic(name);
  if (metadata != nullptr && metadata->error != ErrorCode::none) {
    return {metadata->error, std::move(text)};
  }
  return gave_up(ErrorCode::unknown_topic_or_partition, std::move(text), last_failure_);
}

void TopicKeeper::run(const Now& now, Outbox& outbox) {
  for (const std::string_view name : std::set<std::string_view>(unsettled_)) {
    Known& known = topics_.at(name);
    // Memory may have become free for records that have a place to go.
    if (!known.topic->queues().empty()) take_metadata(known);
    const std::optional<Instant> deadline = known.topic->pending_deadline();
    if (!deadline || *deadline > now.monotonic) continue;
    completions_.add(known.topic->expire_pending(now.monotonic, not_known(known.topic->name())));
  }
  if (next_idle_check_ && *next_idle_check_ <= now.monotonic) unwatch_idle(now);
  answer_lookups(now);
  if (ended_.empty()) return;
  outbox.post([ended = std::exchange(ended_, {})] {
    for (const Ended& each : ended) each.lookup->set(each.result);
  });
}

Duration TopicKeeper::idle_check_interval() const { return settings_.metadata_max_idle / 2; }

void TopicKeeper::unwatch_idle(const Now& now) {
  bool any_watched = false;
  for (auto& [name, known] : topics_) {
    const bool idle = deadline_after(known.last_used, settings_.metadata_max_idle) <= now.monotonic;
    if (known.watched && known.topic->is_settled() && idle) {
      known.watched = false;
      cluster_.unwatch_topic(name);
    }
    any_watched = any_watched || known.watched;
  }
  next_idle_check_.reset();
  if (any_watched) next_idle_check_ = deadline_after(now.monotonic, idle_check_interval());
}

std::optional<Instant> TopicKeeper::next_deadline() const {
  std::optional<Instant> next = next_idle_check_;
  const auto consider = [&next](Instant at) { next = std::min(next.value_or(at), at); };
  for (const std::string_view name : unsettled_) {
    if (const auto at = topics_.at(name).topic->pending_deadline()) consider(*at);
  }
  for (const Waiting& waiting : lookups_) consider(waiting.deadline);
  return next;
}

std::optional<Result<TopicKeeper::Partitions>> TopicKeeper::answer(const std::string& name) const {
  const TopicMetadata* metadata = cluster_.metadata().topic(name);
  if (metadata == nullptr) return std::nullopt;
  if (is_final(metadata->error)) return Error(metadata->error, name);
  if (metadata->partitions.empty()) return std::nullopt;
  Partitions partitions;
  for (const PartitionMetadata& known : metadata->partitions) {
    PartitionInfo& info = partitions.emplace_back();
    info.topic = name;
    info.partition = static_cast<std::int32_t>(partitions.size()) - 1;
    info.leader = known.leader;
    info.leader_epoch = known.leader_epoch;
    info.replicas = known.replicas;
    info.in_sync_replicas = known.in_sync_replicas;
  }
  return Result<Partitions>(std::move(partitions));
}

void TopicKeeper::answer_lookups(const Now& now) {
  for (auto waiting = lookups_.begin(); waiting != lookups_.end();) {
    std::optional<Result<Partitions>> result = answer(waiting->name);
    if (!result && waiting->deadline <= now.monotonic) {
      result = Result<Partitions>(not_known(waiting->name));
    }
    if (!result) {
      ++waiting;
      continue;
    }
    const auto known = topics_.find(waiting->name);
    if (known == topics_.end() || !known->second.watched) cluster_.unwatch_topic(waiting->name);
    ended_.push_back({std::move(waiting->lookup), *std::move(result)});
    waiting = lookups_.erase(waiting);
  }
}

void TopicKeeper::fail_all(const Error& reason) {
  for (auto& [name, known] : topics_) {
    completions_.add(known.topic->fail_pending(reason.within(known.topic->name())));
  }
  for (Waiting& waiting : lookups_) {
    ended_.push_back({std::move(waiting.lookup), Result<Partitions>(reason)});
  }
  lookups_.clear();
}

bool TopicKeeper::is_idle() const {
  return std::none_of(unsettled_.begin(), unsettled_.end(), [this](std::string_view name) {
    return topics_.at(name).topic->has_pending();
  });
}

}  // namespace barnabas::client

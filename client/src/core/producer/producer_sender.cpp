#include "client/src/core/producer/producer_sender.hpp"

#include <algorithm>
#include <string>
#include <utility>

// When partitions have something to send. What happens with it is in producer_sender_requests.cpp.

namespace barnabas::client {

ProducerSender::ProducerSender(Cluster& cluster, std::shared_ptr<ProducerShared> shared,
                               Completions& completions, Logger& logger, std::uint64_t seed)
    : cluster_(cluster),
      shared_(std::move(shared)),
      settings_(shared_->settings),
      completions_(completions),
      logger_(logger),
      random_(seed) {
  options_.idempotent = settings_.idempotence.value_or(true);
  options_.max_in_flight = settings_.max_in_flight;
  options_.retries = settings_.retries;
  options_.backoff = Backoff(settings_.client.retry_backoff, settings_.client.retry_backoff_max);
  options_.compression = settings_.compression;
}

// --- Events

void ProducerSender::on_signal(const Now& now, PartitionQueue& queue) {
  update(now, partition(queue));
}

void ProducerSender::on_metadata(const Now& now) { update_all(now); }

void ProducerSender::on_topic_replaced(const ProducerTopic& topic) {
  for (PartitionQueue* queue : topic.queues()) partition(*queue).sender.partition_replaced();
}

void ProducerSender::on_node_lost(const Now& now, NodeId node) {
  to_pump_.insert(node);
  if (!nodes_[node].line.empty()) cluster_.refresh_metadata(now);
}

void ProducerSender::run(const Now& now) {
  while (const std::optional<PartitionId> due = timers_.pop_due(now.monotonic)) {
    expire(now, *partitions_[*due]);
    update(now, *partitions_[*due]);
  }
  std::erase_if(throttled_, [&](const auto& entry) {
    if (entry.second > now.monotonic) return false;
    to_pump_.insert(entry.first);
    return true;
  });
  need_identity(now);
  for (const NodeId node : std::exchange(to_pump_, {})) pump(now, node);
}

std::optional<Instant> ProducerSender::next_deadline() const {
  std::optional<Instant> next = timers_.next();
  for (const auto& [node, until] : throttled_) next = std::min(next.value_or(until), until);
  return next;
}

// --- Orders

void ProducerSender::set_pressure(const Now& now, bool on) {
  if (std::exchange(pressure_, on) == on || !on) return;
  update_all(now);
}

void ProducerSender::fail_all(const Now& now, const Error& reason) {
  for (const PartitionId id : std::set<PartitionId>(active_)) {
    OutgoingPartition& failing = *partitions_[id];
    collect(failing);
    give_up_open(failing);
    std::vector<Completed> completed;
    failing.sender.fail_all(now.monotonic, reason, completed);
    take_consequences(failing, std::move(completed));
    update(now, failing);
  }
}

void ProducerSender::add_metrics(ProducerMetrics& metrics) const {
  metrics.requests += requests_;
  metrics.epoch_bumps += identity_.changes();
  for (const auto& each : partitions_) {
    if (!each) continue;
    metrics.retries += each->sender.retries();
    metrics.batches_split += each->sender.splits();
  }
}

// --- Partitions

OutgoingPartition& ProducerSender::partition(PartitionQueue& queue) {
  if (queue.id() >= partitions_.size()) partitions_.resize(queue.id() + std::size_t{1});
  std::unique_ptr<OutgoingPartition>& known = partitions_[queue.id()];
  if (!known) {
    known = std::make_unique<OutgoingPartition>(queue, options_, shared_->compressors, random_);
  }
  return *known;
}

void ProducerSender::update_all(const Now& now) {
  for (const PartitionId id : std::set<PartitionId>(active_)) update(now, *partitions_[id]);
}

// Looks at everything that decides whether the partition can send, and when to look again.
void ProducerSender::update(const Now& now, OutgoingPartition& partition) {
  collect(partition);
  const bool has_data =
      !partition.sender.is_idle() || partition.queue.open() || partition.queue.is_finishing();
  if (has_data) {
    active_.insert(partition.queue.id());
    find_leader(now, partition);
  } else {
    active_.erase(partition.queue.id());
    partition.queue.clear_load();
  }
  line_up(now, partition);
  set_timer(now, partition);
}

void ProducerSender::collect(OutgoingPartition& partition) {
  std::vector<std::shared_ptr<ProducerBatch>> finished;
  partition.queue.collect(finished);
  for (std::shared_ptr<ProducerBatch>& batch : finished) {
    if (batch->finish_error().ok()) {
      partition.sender.add(std::move(batch));
    } else {
      partition.queue.add_load(-static_cast<std::int64_t>(batch->builder().size()));
      completions_.add({{batch, {batch->finish_error()}}}, partition.name());
    }
  }
}

void ProducerSender::find_leader(const Now& now, OutgoingPartition& partition) {
  const PartitionMetadata* known =
      cluster_.metadata().partition(partition.queue.topic().name(), partition.queue.partition());
  const NodeId leader = known == nullptr ? no_node : known->leader;
  if (leader != partition.sender.last_node()) partition.sender.leader_changed();
  partition.leader = leader;
  const bool reachable = leader != no_node && cluster_.state(leader) != Cluster::NodeState::unknown;
  if (!reachable) cluster_.refresh_metadata(now);
}

bool ProducerSender::is_due(const Now& now, const ProducerBatch::Times& open) const {
  return pressure_ || shared_->closing || shared_->barrier.has_waiters() ||
         deadline_after(open.opened.monotonic, settings_.linger) <= now.monotonic;
}

bool ProducerSender::has_work(const Now& now, const OutgoingPartition& partition) const {
  const PartitionSender& sender = partition.sender;
  const ProducerIdentity& identity = identity_.current();
  if (sender.next(now.monotonic, partition.leader, identity) != nullptr) return true;
  if (!sender.wants_batch(now.monotonic, partition.leader, identity)) return false;
  const std::optional<ProducerBatch::Times> open = partition.queue.open();
  return open && is_due(now, *open);
}

void ProducerSender::line_up(const Now& now, OutgoingPartition& partition) {
  const bool wanted = partition.leader != no_node && has_work(now, partition);
  if (!wanted || partition.listed_at != partition.leader) leave_line(partition);
  if (!wanted) {
    partition.waiting.reset();
    return;
  }
  if (!partition.waiting) partition.waiting = now.monotonic;
  if (partition.listed_at == no_node) {
    partition.listed_at = partition.leader;
    partition.ticket = ++last_ticket_;
    nodes_[partition.leader].line.emplace(partition.ticket, partition.queue.id());
  }
  to_pump_.insert(partition.leader);
}

void ProducerSender::leave_line(OutgoingPartition& partition) {
  if (partition.listed_at == no_node) return;
  nodes_[partition.listed_at].line.erase(partition.ticket);
  partition.listed_at = no_node;
}

void ProducerSender::set_timer(const Now& now, OutgoingPartition& partition) {
  std::optional<Instant> next = partition.sender.next_deadline(now.monotonic);
  const auto consider = [&next](Instant at) { next = std::min(next.value_or(at), at); };
  if (const std::optional<ProducerBatch::Times> open = partition.queue.open()) {
    consider(open->deadline);
    if (!is_due(now, *open)) {
      consider(deadline_after(open->opened.monotonic, settings_.linger));
    }
  }
  set_availability(now, partition);
  const auto limit = settings_.partition_availability_timeout;
  if (partition.waiting && limit.count() > 0 && partition.queue.is_available()) {
    consider(deadline_after(*partition.waiting, limit));
  }
  if (next) {
    timers_.set(partition.queue.id(), *next);
  } else {
    timers_.cancel(partition.queue.id());
  }
}

void ProducerSender::set_availability(const Now& now, OutgoingPartition& partition) {
  const auto limit = settings_.partition_availability_timeout;
  const bool stuck = limit.count() > 0 && partition.waiting &&
                     deadline_after(*partition.waiting, limit) <= now.monotonic;
  partition.queue.set_available(!stuck && partition.leader != no_node);
}

void ProducerSender::expire(const Now& now, OutgoingPartition& partition) {
  collect(partition);
  const std::optional<ProducerBatch::Times> open = partition.queue.open();
  if (open && open->deadline <= now.monotonic) give_up_open(partition);
  std::vector<Completed> completed;
  partition.sender.expire(now.monotonic, completed);
  take_consequences(partition, std::move(completed));
}

// An open batch that will not be sent any more: it ends with those before it.
void ProducerSender::give_up_open(OutgoingPartition& partition) {
  std::shared_ptr<ProducerBatch> batch = partition.queue.close_open();
  if (!batch) return;
  partition.queue.add_load(static_cast<std::int64_t>(batch->builder().size()));
  partition.sender.add(std::move(batch));
}

// What an order or an answer means beyond the partition.
void ProducerSender::take_consequences(OutgoingPartition& partition,
                                       std::vector<Completed> completed) {
  for (const Completed& each : completed) {
    partition.queue.add_load(-static_cast<std::int64_t>(each.batch->builder().size()));
  }
  completions_.add(std::move(completed), partition.name());
  if (const auto retired = partition.sender.take_retired()) {
    retired->renew ? identity_.renew(retired->identity) : identity_.bump(retired->identity);
  }
  if (const auto size = partition.sender.take_refused_size()) {
    partition.queue.topic().shrink_batches(*size);
  }
}

}  // namespace barnabas::client

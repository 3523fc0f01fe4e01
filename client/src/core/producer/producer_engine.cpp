#include "client/src/core/producer/producer_engine.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::client {

ProducerEngine::ProducerEngine(EngineContext context, std::shared_ptr<Accumulator> accumulator)
    : ClientEngine(context),
      accumulator_(std::move(accumulator)),
      shared_(accumulator_->shared()),
      completions_(accumulator_->shared_ptr()),
      sender_(cluster_, accumulator_->shared_ptr(), completions_, logger(), context.seed + 1),
      topics_(cluster_, shared_.settings, sender_, completions_) {}

// --- Calls of the application

void ProducerEngine::flush(const Now& now, FlushBarrier::Waiter waiter) {
  shared_.barrier.wait(std::move(waiter));
  take_signals(now);
  sender_.flush(now);
  wake(now);
}

void ProducerEngine::purge(const Now& now) {
  take_signals(now);
  give_up(now, Error(ErrorCode::cancelled, "given up by purge"));
  wake(now);
}

void ProducerEngine::await_room(const Now& now, std::size_t bytes, FlushBarrier::Waiter waiter) {
  rooms_.push_back({bytes, std::move(waiter)});
  wake(now);
}

void ProducerEngine::look_up_partitions(const Now& now, std::string_view topic, Duration limit,
                                        TopicKeeper::Lookup lookup) {
  topics_.look_up(now, topic, limit, std::move(lookup));
  wake(now);
}

ProducerMetrics ProducerEngine::metrics() const {
  ProducerMetrics metrics;
  for (const std::shared_ptr<ProducerTopic>& topic : accumulator_->topics()) {
    metrics.records_sent += topic->appended();
  }
  metrics.records_delivered = completions_.records_delivered();
  metrics.records_failed = completions_.records_failed();
  metrics.bytes_delivered = completions_.bytes_delivered();
  metrics.batches_delivered = completions_.batches_delivered();
  metrics.records_queued =
      metrics.records_sent - metrics.records_delivered - metrics.records_failed;
  metrics.buffer_used = shared_.pool->used();
  metrics.buffer_size = shared_.pool->limit();
  sender_.add_metrics(metrics);
  return metrics;
}

// --- Closing

void ProducerEngine::begin_close(const Now& now) {
  shared_.closing = true;
  take_signals(now);
  sender_.flush(now);
  wake(now);
}

bool ProducerEngine::is_drained() const {
  return sender_.is_idle() && topics_.is_idle() && !cluster_.has_unwritten_bytes();
}

void ProducerEngine::finish_close(const Now& now) {
  const Error reason(ErrorCode::closed, "the producer was closed before");
  shared_.closing = true;
  shared_.closed = true;
  take_signals(now);
  give_up(now, reason);
  abandon_queues(reason);
  for (Room& room : std::exchange(rooms_, {})) {
    outbox().post([waiter = std::move(room.waiter), reason] { waiter->set(reason); });
  }
  cluster_.close(now);
  topics_.run(now, outbox());
  completions_.post(outbox());
}

void ProducerEngine::give_up(const Now& now, const Error& reason) {
  sender_.fail_all(now, reason);
  topics_.fail_all(reason);
}

// Senders that were in the middle of an append may have left something.
void ProducerEngine::abandon_queues(const Error& reason) {
  for (const std::shared_ptr<ProducerTopic>& topic : accumulator_->topics()) {
    completions_.add(topic->fail_pending(reason));
    for (PartitionQueue* queue : topic->queues()) {
      for (std::shared_ptr<ProducerBatch>& batch : queue->abandon()) {
        completions_.add({std::move(batch), reason});
      }
    }
  }
}

// --- Events

void ProducerEngine::on_node_ready(const Now&, NodeId node, Lane lane) {
  if (lane == Lane::general) sender_.on_node_ready(node);
}

void ProducerEngine::on_node_lost(const Now& now, NodeId node, Lane lane, const Error&) {
  if (lane == Lane::general) sender_.on_node_lost(now, node);
}

void ProducerEngine::on_metadata(const Now& now) {
  topics_.on_metadata(now);
  take_signals(now);
  sender_.on_metadata(now);
}

void ProducerEngine::on_metadata_failed(const Now&, const Error& reason) {
  topics_.on_metadata_failed(reason);
}

void ProducerEngine::run(const Now& now) {
  take_signals(now);
  topics_.run(now, outbox());
  sender_.set_pressure(now, !shared_.line.empty() || !rooms_.empty());
  sender_.run(now);
  completions_.post(outbox());
  give_room();
}

void ProducerEngine::take_signals(const Now& now) {
  const SignalList::Raised raised = shared_.signals.take();
  for (ProducerTopic* topic : raised.topics) topics_.use(now, *topic);
  for (PartitionQueue* queue : raised.queues) {
    topics_.use(now, queue->topic());
    sender_.on_signal(now, *queue);
  }
}

void ProducerEngine::give_room() {
  std::erase_if(rooms_, [this](Room& room) {
    if (shared_.pool->available() < room.bytes) return false;
    outbox().post([waiter = std::move(room.waiter)] { waiter->set({}); });
    return true;
  });
}

std::optional<Instant> ProducerEngine::own_deadline() const {
  std::optional<Instant> next = sender_.next_deadline();
  if (const auto at = topics_.next_deadline()) next = std::min(next.value_or(*at), *at);
  return next;
}

}  // namespace barnabas::client

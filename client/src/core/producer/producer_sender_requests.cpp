#include "client/src/core/producer/producer_sender.hpp"
#include "protocol/base/planted_bug.hpp"
#include "protocol/messages/init_producer_id.hpp"
#include "protocol/messages/produce.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

// Requests and their answers.

namespace barnabas::client {

namespace {

// Later versions of Produce name topics by id only.
constexpr std::int16_t last_version_with_names = 12;
// What the Java client sends when there are no transactions.
constexpr std::int32_t no_transaction_timeout = std::numeric_limits<std::int32_t>::max();

}  // namespace

void ProducerSender::pump(const Now& now, NodeId id) {
  Node& node = nodes_[id];
  while (can_take_request(now, id, node)) {
    Call call = fill_request(now, id, node);
    if (call->empty()) return;
    send(now, id, std::move(call));
  }
}

bool ProducerSender::can_take_request(const Now& now, NodeId id, const Node& node) {
  const bool unlimited = planted(PlantedBug::unlimited_requests);
  if (node.line.empty() || (node.in_flight >= settings_.max_in_flight && !unlimited)) return false;
  if (cluster_.state(id) != Cluster::NodeState::ready) {
    cluster_.connect(now, id);
    return false;
  }
  const std::optional<Instant> until = cluster_.throttled_until(id);
  if (!until || *until <= now.monotonic) return true;
  throttled_[id] = *until;
  return false;
}

ProducerSender::Call ProducerSender::fill_request(const Now& now, NodeId id, Node& node) {
  auto call = std::make_shared<ProduceCall>();
  const auto limit = static_cast<std::size_t>(settings_.max_request_size);
  for (std::size_t left = node.line.size(); left > 0; --left) {
    OutgoingPartition& partition = *partitions_[node.line.begin()->second];
    const ProducerBatch* batch = prepare(now, partition);
    if (batch != nullptr && !call->empty() && call->bytes() + batch->builder().size() > limit) {
      break;
    }
    leave_line(partition);
    if (batch != nullptr) {
      const TopicMetadata* topic = cluster_.metadata().topic(partition.queue.topic().name());
      call->add(partition.queue, topic == nullptr ? Uuid() : topic->id,
                partition.sender.take(id, identity_.current()));
      partition.waiting.reset();
    }
    line_up(now, partition);
    set_timer(now, partition);
  }
  return call;
}

// The partition's next batch, which may have to be closed first.
const ProducerBatch* ProducerSender::prepare(const Now& now, OutgoingPartition& partition) {
  PartitionSender& sender = partition.sender;
  const ProducerIdentity& identity = identity_.current();
  if (!has_work(now, partition)) return nullptr;
  if (sender.wants_batch(now.monotonic, partition.leader, identity)) {
    std::shared_ptr<ProducerBatch> batch = partition.queue.close_open();
    if (!batch) return nullptr;
    batch->finish(settings_.compression, shared_->compressors);
    partition.queue.add_load(static_cast<std::int64_t>(batch->builder().size()));
    if (!batch->finish_error().ok()) {
      take_consequences(partition, {{batch, {batch->finish_error()}}});
      return nullptr;
    }
    sender.add(std::move(batch));
  }
  return sender.next(now.monotonic, partition.leader, identity);
}

void ProducerSender::send(const Now& now, NodeId id, Call call) {
  const std::chrono::milliseconds answer_limit =
      std::min(settings_.client.request_timeout, settings_.delivery_timeout);
  SendOptions options;
  options.timeout(Duration::max()).request_timeout(answer_limit).keep_alive(call);
  if (settings_.acks == Acks::none) options.no_response();
  if (!call->has_all_topic_ids()) options.max_version(last_version_with_names);
  ++requests_;
  ++nodes_[id].in_flight;
  cluster_.send<protocol::ProduceRequest>(
      now, Target::node(id), std::move(options),
      [call, acks = settings_.acks, answer_limit](std::int16_t)
          -> Result<protocol::ProduceRequest> { return call->make_request(acks, answer_limit); },
      [this, id, call](const Now& then, const Reply<protocol::ProduceResponse>& reply) {
        --nodes_[id].in_flight;
        to_pump_.insert(id);
        on_reply(then, id, call, reply);
      });
}

void ProducerSender::on_reply(const Now& now, NodeId id, const Call& call,
                              const Reply<protocol::ProduceResponse>& reply) {
  const auto on_answer = [&](ProduceCall::Item& item, ProduceAnswer answer,
                             const ProduceCall::LeaderHint& hint) {
    this->on_answer(now, id, item, std::move(answer), hint);
  };
  if (!reply) {
    call->take_all(judge_failure(reply.error(), reply.written), on_answer);
  } else if (settings_.acks == Acks::none) {
    call->take_all(judge(ErrorCode::none), on_answer);
  } else {
    learn_nodes(*reply);
    call->take(*reply, on_answer);
  }
}

void ProducerSender::learn_nodes(const protocol::ProduceResponse& response) {
  for (const auto& endpoint : response.node_endpoints) {
    if (endpoint.port < 0 || endpoint.port > 65535) continue;
    BrokerMetadata broker;
    broker.id = endpoint.node_id;
    broker.address.host = std::string(endpoint.host);
    broker.address.port = static_cast<std::uint16_t>(endpoint.port);
    if (endpoint.rack) broker.rack = std::string(*endpoint.rack);
    cluster_.learn_node(broker);
  }
}

void ProducerSender::on_answer(const Now& now, NodeId id, ProduceCall::Item& item,
                               ProduceAnswer answer, const ProduceCall::LeaderHint& hint) {
  OutgoingPartition& partition = this->partition(*item.queue);
  if (answer.verdict != Verdict::stored) {
    answer.outcome.error =
        answer.outcome.error.within(partition.name() + " at " + cluster_.describe(id));
    logger_.log(now, LogLevel::debug, "a batch was not acknowledged",
                {{"error", answer.outcome.error}});
  }
  if (hint.leader >= 0) {
    cluster_.learn_leader(partition.queue.topic().name(), partition.queue.partition(), hint.leader,
                          hint.epoch);
  } else if (answer.stale_metadata) {
    cluster_.refresh_metadata(now);
  }
  std::vector<Completed> completed;
  partition.sender.on_answer(now.monotonic, *item.batch, std::move(answer), completed);
  take_consequences(partition, std::move(completed));
  update(now, partition);
}

// --- Identity

void ProducerSender::need_identity(const Now& now) {
  if (!options_.idempotent || active_.empty() || !identity_.is_missing()) return;
  identity_.requested();
  cluster_.send<protocol::InitProducerIdRequest>(
      now, Target::any(), SendOptions().retry(Retry::standard),
      [](std::int16_t) -> Result<protocol::InitProducerIdRequest> {
        protocol::InitProducerIdRequest request;
        request.transaction_timeout_ms = no_transaction_timeout;
        return request;
      },
      [this](const Now& then, const Reply<protocol::InitProducerIdResponse>& reply) {
        on_identity(then, reply);
      });
}

void ProducerSender::on_identity(const Now& now,
                                 const Reply<protocol::InitProducerIdResponse>& reply) {
  Error error;
  if (!reply) {
    error = reply.error();
  } else if (reply->error_code != ErrorCode::none) {
    error = Error(reply->error_code, cluster_.describe(reply.node));
  } else if (reply->producer_id < 0 || reply->producer_epoch < 0) {
    error = Error(ErrorCode::malformed_message, cluster_.describe(reply.node));
  }
  if (error.ok()) {
    identity_.assigned({reply->producer_id, reply->producer_epoch});
    logger_.log(now, LogLevel::debug, "got a producer id",
                {{"id", reply->producer_id}, {"epoch", reply->producer_epoch}});
    update_all(now);
    return;
  }
  identity_.failed();
  if (error != ErrorCode::closed) {
    logger_.log(now, LogLevel::warning, "no producer id could be had", {{"error", error}});
  }
  if (error.retriable() || error == ErrorCode::timed_out) return;  // until records time out
  fail_all(now, error.within("no producer id could be had"));
}

}  // namespace barnabas::client

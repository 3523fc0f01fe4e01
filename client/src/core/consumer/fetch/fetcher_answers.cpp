#include "client/src/core/consumer/fetch/fetcher.hpp"
#include "client/src/core/consumer/positions/offset_reset.hpp"
#include "protocol/records/batch_reader.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace barnabas::client {

namespace {

template <class List>
std::vector<AbortedTransaction> aborted_in_order(const std::optional<List>& listed) {
  std::vector<AbortedTransaction> aborted;
  if (!listed) return aborted;
  for (const auto& transaction : *listed) {
    aborted.push_back({transaction.producer_id, transaction.first_offset});
  }
  std::stable_sort(aborted.begin(), aborted.end(),
                   [](const auto& a, const auto& b) { return a.first_offset < b.first_offset; });
  return aborted;
}

// Looks at the batch headers: where the whole batches end, and how many records they claim.
void survey(FetchedChunk& chunk) {
  records::BatchReader batches(chunk.data);
  for (records::BatchView batch; batches.next(batch);) {
    if (batch.next_offset() <= chunk.end.offset) continue;
    chunk.end = {batch.next_offset(), batch.header.partition_leader_epoch};
    chunk.records += static_cast<std::size_t>(std::max(batch.header.record_count, 1));
  }
  chunk.damaged = batches.failed();
  if (!chunk.damaged) chunk.data = {chunk.data.data(), batches.position()};
}

}  // namespace

void Fetcher::on_reply(const Now& now, NodeId id, bool by_id, const Reply<Response>& reply) {
  Node& node = nodes_[id];
  node.under_way = false;
  const std::size_t asked = std::exchange(node.reserved, 0);
  reserved_ -= asked;
  changed_ = true;
  if (!reply) {
    node.session.on_lost();
    fail(now, node, reply.error());
    return;
  }
  on_response(now, id, node, by_id, asked, *reply, reply.frame);
}

void Fetcher::fail(const Now& now, Node& node, const Error& error) {
  node.retry_at = deadline_after(now.monotonic, backoff_.pause(++node.failures, random_));
  if (error == ErrorCode::closed) return;
  cluster_.refresh_metadata(now);
  if (error.retriable()) return;
  if (const TopicPartition* partition = node.session.any()) assignment_.report(*partition, error);
}

void Fetcher::on_response(const Now& now, NodeId id, Node& node, bool by_id, std::size_t asked,
                          const Response& response, const std::shared_ptr<const void>& frame) {
  std::vector<std::pair<const FetchTarget*, const PartitionData*>> answers;
  std::size_t bytes = 0;
  for (const auto& topic : response.responses) {
    const std::string_view name = by_id ? node.session.topic_name(topic.topic_id) : topic.topic;
    for (const PartitionData& data : topic.partitions) {
      const FetchTarget* target = node.session.answered(name, data.partition_index);
      if (target != nullptr) answers.emplace_back(target, &data);
      bytes += data.records.size();
    }
  }
  for (const auto& endpoint : response.node_endpoints) {
    BrokerMetadata broker;
    broker.id = endpoint.node_id;
    broker.address = {std::string(endpoint.host), static_cast<std::uint16_t>(endpoint.port)};
    if (endpoint.rack) broker.rack = std::string(*endpoint.rack);
    cluster_.learn_node(broker);
  }
  if (!node.session.on_answer(response.error_code, response.session_id)) {
    // The first time the next, full fetch mends it at once.
    if (++node.failures > 1) {
      node.retry_at = deadline_after(now.monotonic, backoff_.pause(node.failures, random_));
    }
    return;
  }
  node.failures = 0;
  window_.on_answer(asked, bytes, now.monotonic - std::max(node.asked_at, node.let_go_at),
                    assignment_.prefetched().bytes(), brokers());
  const std::shared_ptr<ByteCharge> charge =
      bytes > 0 ? assignment_.prefetched().charge(bytes) : nullptr;
  Assignment::States& states = assignment_.states();
  auto next = states.end();  // answers are in the order of states, mostly
  for (const auto& [target, data] : answers) {
    const bool is_next = next != states.end() && next->first == target->partition;
    const auto found = is_next ? next : states.find(target->partition);
    if (found == states.end()) continue;
    next = std::next(found);
    PartitionState& state = found->second;
    if (state.fetch_round() != target->round || state.state() != PartitionState::State::ready) {
      continue;
    }
    // While the leader moves, two brokers may be asked for the same: the first answer counts.
    if (state.fetch_position().offset != target->offset) continue;
    on_partition(now, id, state, *data, frame, charge);
  }
  if (is_worth_holding(bytes)) hold(now, id, node);
}

void Fetcher::on_partition(const Now& now, NodeId id, PartitionState& state,
                           const PartitionData& data, const std::shared_ptr<const void>& frame,
                           const std::shared_ptr<ByteCharge>& charge) {
  const TopicPartition& partition = state.partition();
  if (data.current_leader.leader_id >= 0) {
    cluster_.learn_leader(partition.topic, partition.partition, data.current_leader.leader_id,
                          data.current_leader.leader_epoch);
  }
  if (data.error_code != ErrorCode::none) {
    on_partition_error(now, id, state, data.error_code);
    return;
  }
  state.failures = 0;
  state.high_watermark = data.high_watermark;
  state.last_stable_offset = data.last_stable_offset;
  state.log_start_offset = data.log_start_offset;
  if (data.preferred_read_replica >= 0 && data.preferred_read_replica != id) {
    state.preferred_replica = data.preferred_read_replica;
    state.preferred_until = deadline_after(now.monotonic, options_.replica_max_age);
  }
  if (!data.records.empty()) on_data(now, state, data, frame, charge);
}

void Fetcher::on_data(const Now& now, PartitionState& state, const PartitionData& data,
                      const std::shared_ptr<const void>& frame,
                      const std::shared_ptr<ByteCharge>& charge) {
  FetchedChunk chunk;
  chunk.partition = state.partition();
  chunk.generation = state.generation();
  chunk.data = data.records.contiguous();
  chunk.start = state.fetch_position().offset;
  chunk.end = state.fetch_position();
  survey(chunk);
  if (!chunk.damaged && chunk.end == state.fetch_position()) {
    // Brokers send the first batch whole, whatever the limits (KIP-74).
    assignment_.report(
        state.partition(),
        Error(ErrorCode::message_too_large,
              "the broker sent no whole batch at offset " + std::to_string(chunk.start) +
                  ": raise max.partition.fetch.bytes and fetch.max.bytes"));
    pause(now, state);
    return;
  }
  chunk.aborted = aborted_in_order(data.aborted_transactions);
  chunk.frame = frame;
  chunk.charge = charge;
  state.fetched(chunk.end);
  state.fetch_blocked = chunk.damaged;
  assignment_.prefetched().add(state, std::move(chunk));
}

void Fetcher::on_partition_error(const Now& now, NodeId id, PartitionState& state, ErrorCode code) {
  const bool from_replica = std::exchange(state.preferred_replica, no_node) == id;
  if (code == ErrorCode::offset_out_of_range) {
    if (!from_replica) on_out_of_range(now, id, state);
    return;
  }
  const Error error(code, "fetching from " + cluster_.describe(id));
  logger_.log(now, LogLevel::debug, "fetch failed",
              {{"partition", to_string(state.partition())}, {"error", error}});
  pause(now, state);
  if (code == ErrorCode::unknown_server_error) return;
  if (error.retriable() && code != ErrorCode::corrupt_message) {
    cluster_.refresh_metadata(now);
    return;
  }
  assignment_.report(state.partition(), error);
}

void Fetcher::on_out_of_range(const Now& now, NodeId id, PartitionState& state) {
  // What was fetched before is still good and comes first.
  if (state.fetch_position().offset != state.position().offset) {
    state.fetch_blocked = true;
    return;
  }
  const std::string offset = std::to_string(state.position().offset);
  logger_.log(now, LogLevel::info, "offset out of range",
              {{"partition", to_string(state.partition())}, {"offset", offset}});
  reset_offset(now, assignment_, state, options_.reset,
               Error(ErrorCode::offset_out_of_range,
                     "offset " + offset + " does not exist on " + cluster_.describe(id)));
}

// Leaves the partition alone for a while.
void Fetcher::pause(const Now& now, PartitionState& state) {
  state.retry_at = deadline_after(now.monotonic, backoff_.pause(++state.failures, random_));
}

}  // namespace barnabas::client

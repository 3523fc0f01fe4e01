#pragma once

#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/producer/completions.hpp"
#include "client/src/core/producer/outgoing_partition.hpp"
#include "client/src/core/producer/produce_call.hpp"
#include "client/src/core/producer/producer_identity.hpp"
#include "client/src/core/producer/producer_shared.hpp"
#include "protocol/base/deadline_queue.hpp"
#include "protocol/base/random.hpp"

#include <barnabas/producer_metrics.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace barnabas::protocol {
struct InitProducerIdResponse;
struct ProduceResponse;
}  // namespace barnabas::protocol

namespace barnabas::client {

/// Sends batches to the leaders of their partitions: decides when an open batch is due, lines
/// partitions up at their leaders, fills requests from these lines, and takes the answers in.
/// The order within a partition is PartitionSender's.
///
/// A batch is due when it is full, has lingered, or while a flush waits or memory is short. It is
/// taken only when its broker can have another request, so it grows meanwhile.
///
/// Thread-safety: none; the engine's lock covers it.
class ProducerSender {
 public:
  /// Lifetime: all outlive the sender.
  ProducerSender(Cluster& cluster, std::shared_ptr<ProducerShared> shared, Completions& completions,
                 Logger& logger, std::uint64_t seed);

  // --- Events

  /// The queue has something new.
  void on_signal(const Now& now, PartitionQueue& queue);
  void on_metadata(const Now& now);
  /// The topic was created anew.
  void on_topic_replaced(const ProducerTopic& topic);
  void on_node_ready(NodeId node) { to_pump_.insert(node); }
  void on_node_lost(const Now& now, NodeId node);

  /// Does what has become due or possible.
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;

  // --- Orders

  /// A flush has begun, or closing: nothing lingers until it ends.
  void flush(const Now& now) { update_all(now); }
  /// While memory is short, no batch lingers.
  void set_pressure(const Now& now, bool on);
  /// Gives up every batch.
  void fail_all(const Now& now, const Error& reason);

  // --- State

  /// No batch without an outcome.
  bool is_idle() const noexcept { return active_.empty(); }
  void add_metrics(ProducerMetrics& metrics) const;

 private:
  using PartitionId = std::uint32_t;
  struct Node {
    std::map<std::uint64_t, PartitionId> line;  // by ticket
    std::int32_t in_flight = 0;
  };
  using Call = std::shared_ptr<ProduceCall>;

  OutgoingPartition& partition(PartitionQueue& queue);
  void update(const Now& now, OutgoingPartition& partition);
  void update_all(const Now& now);
  void collect(OutgoingPartition& partition);
  void find_leader(const Now& now, OutgoingPartition& partition);
  void line_up(const Now& now, OutgoingPartition& partition);
  void leave_line(OutgoingPartition& partition);
  void set_timer(const Now& now, OutgoingPartition& partition);
  void set_availability(const Now& now, OutgoingPartition& partition);
  bool has_work(const Now& now, const OutgoingPartition& partition) const;
  bool is_due(const Now& now, const ProducerBatch::Times& open) const;
  void expire(const Now& now, OutgoingPartition& partition);
  static void give_up_open(OutgoingPartition& partition);
  void take_consequences(OutgoingPartition& partition, std::vector<Completed> completed);

  void pump(const Now& now, NodeId id);
  bool can_take_request(const Now& now, NodeId id, const Node& node);
  Call fill_request(const Now& now, NodeId id, Node& node);
  const ProducerBatch* prepare(const Now& now, OutgoingPartition& partition);
  void send(const Now& now, NodeId id, Call call);
  void on_reply(const Now& now, NodeId id, const Call& call,
                const Reply<protocol::ProduceResponse>& reply);
  void on_answer(const Now& now, NodeId id, ProduceCall::Item& item, ProduceAnswer answer,
                 const ProduceCall::LeaderHint& hint);
  void learn_nodes(const protocol::ProduceResponse& response);

  void need_identity(const Now& now);
  void on_identity(const Now& now, const Reply<protocol::InitProducerIdResponse>& reply);

  Cluster& cluster_;
  const std::shared_ptr<ProducerShared> shared_;
  const ProducerSettings& settings_;
  Completions& completions_;
  Logger& logger_;
  Random random_;
  PartitionSender::Options options_;
  IdentityKeeper identity_;

  std::vector<std::unique_ptr<OutgoingPartition>> partitions_;  // by id
  std::set<PartitionId> active_;                                // those with data
  DeadlineQueue<PartitionId> timers_;
  std::map<NodeId, Node> nodes_;
  std::set<NodeId> to_pump_;
  std::map<NodeId, Instant> throttled_;
  std::uint64_t last_ticket_ = 0;
  bool pressure_ = false;
  std::uint64_t requests_ = 0;
};

}  // namespace barnabas::client

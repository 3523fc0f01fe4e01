#pragma once

#include "client/src/core/cluster/client_engine.hpp"
#include "client/src/core/producer/accumulator.hpp"
#include "client/src/core/producer/completions.hpp"
#include "client/src/core/producer/producer_sender.hpp"
#include "client/src/core/producer/topic_keeper.hpp"

#include <barnabas/producer_metrics.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace barnabas::client {

/// The whole producer but for its facade: what senders append (Accumulator) is taken to the brokers
/// (ProducerSender), with the help of metadata (TopicKeeper).
/// Thread-safety: none; the engine's lock covers it. Senders use the accumulator beside it.
class ProducerEngine final : public ClientEngine {
 public:
  explicit ProducerEngine(EngineContext context, std::shared_ptr<Accumulator> accumulator);

  Accumulator& accumulator() const noexcept { return *accumulator_; }

  /// Sends what was appended so far without lingering; `waiter` ends when all of it has.
  void flush(const Now& now, FlushBarrier::Waiter waiter);
  /// Gives up everything.
  void purge(const Now& now);
  /// Memory is short: somebody waits, see Accumulator::append and ProducerShared::line.
  void relieve(const Now& now) { wake(now); }
  /// Ends when `bytes` bytes are available in the pool.
  void await_room(const Now& now, std::size_t bytes, FlushBarrier::Waiter waiter);
  void look_up_partitions(const Now& now, std::string_view topic, Duration limit,
                          TopicKeeper::Lookup lookup);
  ProducerMetrics metrics() const;

  void begin_close(const Now& now) override;
  bool is_drained() const override;
  void finish_close(const Now& now) override;

  // --- ClusterListener

  void on_node_ready(const Now& now, NodeId node, Lane lane) override;
  void on_node_lost(const Now& now, NodeId node, Lane lane, const Error& reason) override;
  void on_metadata(const Now& now) override;
  void on_metadata_failed(const Now& now, const Error& reason) override;

 protected:
  void run(const Now& now) override;
  std::optional<Instant> own_deadline() const override;

 private:
  struct Room {
    std::size_t bytes;
    FlushBarrier::Waiter waiter;
  };
  void take_signals(const Now& now);
  void give_room();
  void give_up(const Now& now, const Error& reason);
  void abandon_queues(const Error& reason);

  const std::shared_ptr<Accumulator> accumulator_;
  ProducerShared& shared_;
  Completions completions_;
  ProducerSender sender_;
  TopicKeeper topics_;
  std::vector<Room> rooms_;
};

}  // namespace barnabas::client

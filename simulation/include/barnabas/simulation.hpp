#pragma once

#include <barnabas/admin.hpp>
#include <barnabas/broker_config.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/fault.hpp>
#include <barnabas/producer.hpp>
#include <barnabas/properties.hpp>
#include <barnabas/result.hpp>
#include <barnabas/runtime.hpp>
#include <barnabas/stored_record.hpp>
#include <barnabas/topic_partition.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {

/// A world of its own for tests of services that use Barnabas: a broker, clients, the network and
/// the disk between them, on virtual time and in the calling thread. Minutes pass in milliseconds,
/// and the same seed brings the same run, on every machine and compiler.
///
///   barnabas::Simulation world(seed);
///   barnabas::Producer& producer = world.producer();
///   producer.send("orders", "42");
///   world.crash_broker(5s);
///   world.run_for(1min);
///
/// Time passes only within `run_for`, `run_until`, and blocking calls of clients. A service is
/// called from the test's own function, or at times that `after` and `every` set; everything that
/// happens in the world happens in between.
/// Errors: members that cannot fail in a sound test throw Exception when they do.
/// Lifetime: clients made with its runtimes must be gone, or closed, before the world is.
/// Thread-safety: none; a world is one thread.
class Simulation {
 public:
  using Time = std::chrono::nanoseconds;

  /// A broker of one node runs when the constructor returns.
  explicit Simulation(std::uint64_t seed);
  /// With other properties; listeners and the data folder are the simulation's own.
  Simulation(std::uint64_t seed, const BrokerConfig& config);
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;
  ~Simulation();

  std::uint64_t seed() const noexcept;

  // Time ------------------------------------------------------------------------------------------

  /// Since the beginning.
  Time now() const noexcept;
  void run_for(Time time);
  /// Until `done()`, which is asked after everything that happens, but no longer than `limit`.
  /// Returns the last value of `done()`.
  bool run_until(const std::function<bool()>& done, Time limit);
  /// Calls `action` once, `delay` from now, if the world lasts so long.
  void after(Time delay, std::function<void()> action);
  /// Something that is done again and again, for as long as this exists.
  using Action = std::shared_ptr<const std::function<void()>>;
  /// Calls `action` every `interval`, for the first time after one, as long as the returned value
  /// or a copy of it lives: let it end before what the action uses. An action that blocks is not
  /// called again before it returns.
  [[nodiscard]] Action every(Time interval, std::function<void()> action);
  /// A number below `bound` that depends on the seed only. Requires: bound > 0.
  std::uint64_t random(std::uint64_t bound);

  // Clients ---------------------------------------------------------------------------------------

  /// What clients are to be told: `ProducerConfig().bootstrap_servers(world.bootstrap())`.
  std::string bootstrap() const;
  /// A computer of its own for one or several clients.
  Runtime machine(std::string_view name);
  /// A producer on a machine of its own that lives as long as the world; the same at each call.
  Producer& producer();
  /// Others belong to the caller. An empty bootstrap.servers stands for the world's broker.
  Producer make_producer(ProducerConfig config);
  Consumer make_consumer(ConsumerConfig config);
  Admin make_admin(AdminConfig config = AdminConfig());

  // The broker ------------------------------------------------------------------------------------
  //
  // While it is down there are no topics, faults or leaders: those calls then return
  // broker_not_available or nothing.

  Result<void> create_topic(std::string_view name, std::int32_t partitions = 1,
                            const Properties& properties = {});
  /// See Broker::log.
  std::vector<StoredRecord> log(std::string_view topic, std::int32_t partition) const;
  /// See Fault. Faults end with the broker's process.
  void inject(const Fault& fault);
  Result<void> move_leader(const TopicPartition& partition, std::int32_t node_id);
  Result<void> move_coordinator(std::string_view group_id, std::int32_t node_id);
  void stop_node(std::int32_t node_id);
  void start_node(std::int32_t node_id);

  bool broker_is_up() const;
  /// The computer loses power and starts again after `down`: connections fall silent, and what was
  /// not synced is lost (see barnabas.fsync), in part and in any order.
  void crash_broker(Time down);
  /// The process is killed and starts again after `down`; nothing that it wrote is lost.
  void kill_broker(Time down);
  /// Stops cleanly and starts again after `down`.
  void restart_broker(Time down);
  /// So many more bytes fit on the broker's disk, for a while.
  void fill_disk(std::uint64_t bytes, Time time);

  // The network -----------------------------------------------------------------------------------

  /// Nothing gets through between a machine and the broker for a while. An unknown name means no
  /// machine; clients made without a machine are on one that has their client.id as its name.
  void disconnect(std::string_view machine, Time time);
  /// Ends all connections.
  void reset_connections();
  /// Nothing runs on a machine for a while, as on a laptop that sleeps.
  void stall(std::string_view machine, Time time);

  // What happens ----------------------------------------------------------------------------------

  /// Every event in a line of text, from now on.
  void trace(std::function<void(std::string_view line)> sink);
  /// A number that two runs have in common exactly if the same happened in both.
  std::uint64_t fingerprint() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barnabas

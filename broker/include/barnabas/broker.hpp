#pragma once

#include <barnabas/broker_config.hpp>
#include <barnabas/fault.hpp>
#include <barnabas/properties.hpp>
#include <barnabas/result.hpp>
#include <barnabas/stored_record.hpp>
#include <barnabas/topic_partition.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {
namespace broker::io {
class BrokerServer;
}

/// A Kafka broker inside this process, for tests and for development: real protocol, real storage
/// format, one process. It has no replication; with several nodes it shows clients a cluster whose
/// nodes share one memory.
///
///   barnabas::Broker broker;                             // in memory, ephemeral port, up
///   barnabas::Producer producer(broker.bootstrap());
///   broker.inject(Fault::error(ApiKey::Produce, ErrorCode::not_leader_or_follower).times(2));
///   ...
///   EXPECT_EQ(broker.log("orders", 0).size(), 3);
///
/// It has one thread for the network and everything decided, and with a data folder one for fsync.
/// Thread-safety: all members but the destructor and moves may be called from any thread, except
/// from within observers and interceptors.
class Broker {
 public:
  /// In memory, on an ephemeral port of 127.0.0.1, serving clients when the constructor returns.
  /// Throws Exception when the system has no thread, descriptor or port left.
  Broker();
  /// The same with a configuration. Throws Exception where `start` would return an error.
  explicit Broker(const BrokerConfig& config);
  /// Starts a broker and waits until it serves clients.
  /// Errors: invalid_property; connection_failed when an address cannot be bound; data_in_use,
  /// data_from_newer_version and io_error about the data folder.
  static Result<Broker> start(const BrokerConfig& config);

  Broker(Broker&&) noexcept;
  Broker& operator=(Broker&&) noexcept;
  /// Stops within ten seconds.
  ~Broker();

  /// Closes all connections, puts everything on disk and ends the threads, or gives up after
  /// `limit`. Idempotent. Errors: timed_out, kafka_storage_error; the broker is stopped all the
  /// same, and the next start recovers.
  Result<void> stop(std::chrono::milliseconds limit = std::chrono::seconds(10));

  // Addresses -------------------------------------------------------------------------------------

  /// "127.0.0.1:40123": the advertised addresses of all running nodes' first listeners.
  std::string bootstrap() const;
  /// The advertised addresses of one node; empty for an unknown one.
  std::vector<std::string> addresses(std::int32_t node_id) const;
  std::vector<std::int32_t> node_ids() const;

  // Topics and data -------------------------------------------------------------------------------

  /// Errors: topic_already_exists, invalid_topic_exception, invalid_partitions, invalid_config,
  /// kafka_storage_error.
  Result<void> create_topic(std::string_view name, std::int32_t partitions = 1,
                            const Properties& properties = {});
  /// Errors: unknown_topic_or_partition, kafka_storage_error.
  Result<void> delete_topic(std::string_view name);
  /// Names of all topics but the broker's own.
  std::vector<std::string> topics() const;
  /// Every record that the partition holds, without markers; also what was appended and is not
  /// acknowledged yet. Nothing when there is no such partition or it cannot be read.
  std::vector<StoredRecord> log(std::string_view topic, std::int32_t partition) const;
  /// Where the next record goes; -1 for an unknown partition.
  std::int64_t end_offset(std::string_view topic, std::int32_t partition) const;

  // Faults ----------------------------------------------------------------------------------------

  /// Makes something go wrong; see Fault. It lasts until it is used up, released or the broker
  /// restarts.
  FaultId inject(const Fault& fault);
  /// Has `interceptor` decide about each request of a kind (any_api: about all), until it is
  /// released. It runs on the broker's thread, must be quick and must not call the broker.
  FaultId intercept(ApiKey api, Interceptor interceptor);
  /// Ends a fault and lets go on what it holds.
  void release(FaultId id);
  /// How many requests a fault has struck.
  std::uint64_t hits(FaultId id) const;

  // A cluster's life ------------------------------------------------------------------------------

  /// Has another node lead a partition, in a new leader epoch; the old one answers
  /// NOT_LEADER_OR_FOLLOWER from then on.
  /// Errors: unknown_topic_or_partition, broker_not_available for a node that does not run.
  Result<void> move_leader(const TopicPartition& partition, std::int32_t node_id);
  /// -1 for an unknown partition.
  std::int32_t leader(const TopicPartition& partition) const;
  /// Has another node coordinate a group; the old one answers NOT_COORDINATOR from then on.
  /// Errors: broker_not_available.
  Result<void> move_coordinator(std::string_view group_id, std::int32_t node_id);
  /// Closes a node's listeners and connections; running nodes take over what it led.
  /// Errors: broker_not_available for an unknown node.
  Result<void> stop_node(std::int32_t node_id);
  /// Opens them again, on the same ports. What was led elsewhere stays there.
  /// Errors: broker_not_available, connection_failed when a port is taken.
  Result<void> start_node(std::int32_t node_id);

  /// Stops cleanly and starts again on the same ports, all nodes. Injected faults are gone, leaders
  /// are dealt out as at first. Errors: as of `start`; the broker is stopped then.
  Result<void> restart();
  /// Ends at once, as by a loss of power, and starts again: in memory everything that was not
  /// synced (see barnabas.fsync) is lost; in a data folder the system's cache survives, so only the
  /// process is seen to die. Errors: as of `start`.
  Result<void> crash();

  /// Puts the broker's clocks forward: time-outs pass, records and offsets age.
  void advance_clock(std::chrono::milliseconds time);
  /// Client connections open now.
  std::size_t connections() const;

 private:
  explicit Broker(std::unique_ptr<broker::io::BrokerServer> server);

  std::unique_ptr<broker::io::BrokerServer> server_;
};

}  // namespace barnabas

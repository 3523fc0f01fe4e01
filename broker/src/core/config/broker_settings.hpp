#pragma once

#include "broker/src/core/group/group_config.hpp"
#include "broker/src/core/storage/log_manager.hpp"
#include "protocol/base/time.hpp"
#include "protocol/network/address.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace barnabas::broker {

/// A broker's node id.
using NodeId = std::int32_t;
inline constexpr NodeId no_node = -1;

/// What one peer may cost; Kafka's property in brackets.
struct ConnectionLimits {
  std::size_t max_request_bytes = 104857600;             ///< [socket.request.max.bytes]
  std::size_t max_connections = 15000;                   ///< [max.connections]
  std::size_t max_connections_per_address = 2147483647;  ///< [max.connections.per.ip]
  /// A connection without traffic and without an open request is closed [connections.max.idle.ms].
  Duration max_idle = std::chrono::minutes(10);
  /// A started frame must be complete after this time plus one second for each KiB of it that has
  /// arrived [barnabas.request.frame.timeout.ms].
  Duration frame_timeout = std::chrono::seconds(30);
  /// A peer that takes none of the bytes waiting for it is given up
  /// [barnabas.response.write.timeout.ms].
  Duration write_timeout = std::chrono::seconds(60);
  /// Nothing more is read from a peer that has so many unanswered requests
  /// [barnabas.max.requests.per.connection], ...
  std::size_t max_open_requests = 16;
  /// ... or so many bytes of answers to take [barnabas.response.buffer.bytes].
  std::size_t max_unsent_bytes = std::size_t{1} << 20;
  /// Bytes that the system keeps for a peer until it takes them; -1 leaves it to the system, which
  /// goes as far as megabytes: those fall out of the processor's caches before they are taken
  /// [socket.send.buffer.bytes].
  std::int32_t send_buffer = 102400;
};

struct FetchLimits {
  std::int32_t max_bytes = 57671680;  ///< Largest response [fetch.max.bytes].
  /// Fetch sessions kept; 0 switches them off [max.incremental.fetch.session.cache.slots].
  std::size_t max_sessions = 1000;
  /// A session idle for so long may be evicted for a new one.
  Duration session_eviction = std::chrono::minutes(2);
};

/// What a topic starts from unless its creator says otherwise.
struct TopicDefaults {
  bool auto_create = true;              ///< [auto.create.topics.enable]
  bool deletable = true;                ///< [delete.topic.enable]
  std::int32_t partitions = 1;          ///< [num.partitions]
  std::int16_t replication_factor = 1;  ///< [default.replication.factor]
  std::int32_t max_partitions = 10000;  ///< Of one topic [barnabas.max.partitions.per.topic].
  std::int32_t offsets_partitions = 8;  ///< [offsets.topic.num.partitions]; Kafka's default is 50.
  /// Records older, or newer, than the broker's clock by more than this are refused
  /// [log.message.timestamp.before.max.ms, log.message.timestamp.after.max.ms].
  std::int64_t timestamp_before_max_ms = std::numeric_limits<std::int64_t>::max();
  std::int64_t timestamp_after_max_ms = 3600000;
};

/// An address of a listener; the name, "PLAINTEXT" for instance, may be empty. An empty host means
/// all interfaces.
struct ListenerAddress {
  std::string name;
  network::HostPort address;

  friend bool operator==(const ListenerAddress&, const ListenerAddress&) = default;
};

/// Everything that configures a broker. Plain data: the property table gives the fields their names
/// and ranges.
struct BrokerSettings {
  NodeId node_id = 1;       ///< [node.id] The first node's; the others count on from it.
  std::int32_t nodes = 1;   ///< Nodes presented by this process [barnabas.nodes].
  std::string rack;         ///< [broker.rack]
  std::string data_folder;  ///< [log.dirs] Empty: in memory.
  /// Where every node listens; port 0 picks a free one [listeners]. With several nodes a port
  /// other than 0 is the first node's, and the others count up from it.
  std::vector<ListenerAddress> listeners{{"", {"127.0.0.1", 0}}};
  /// What clients are told instead of the address that was bound [advertised.listeners]. Each is
  /// for the listener of its name; without a name, for the one in its place.
  std::vector<ListenerAddress> advertised;
  ConnectionLimits connections;
  FetchLimits fetch;
  TopicDefaults topics;
  storage::StorageConfig storage;
  GroupConfig group;
};

}  // namespace barnabas::broker

#pragma once

#include <barnabas/log.hpp>
#include <barnabas/properties.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barnabas {

/// What a client does when no known broker can be reached (KIP-899).
enum class MetadataRecovery : std::uint8_t {
  none,         ///< Keeps trying the brokers it knows.
  rebootstrap,  ///< Also asks the bootstrap servers again.
};

/// What every kind of client has in common, as plain values. Set through ClientConfig.
struct ClientSettings {
  ClientSettings();

  std::string bootstrap_servers;
  std::string client_id = "barnabas";
  std::chrono::milliseconds request_timeout{30'000};
  std::chrono::milliseconds api_timeout{60'000};
  std::chrono::milliseconds close_timeout{30'000};
  std::chrono::milliseconds connection_setup_timeout{10'000};
  std::chrono::milliseconds connection_setup_timeout_max{30'000};
  std::chrono::milliseconds connections_max_idle{540'000};
  std::chrono::milliseconds reconnect_backoff{50};
  std::chrono::milliseconds reconnect_backoff_max{1'000};
  std::chrono::milliseconds retry_backoff{100};
  std::chrono::milliseconds retry_backoff_max{1'000};
  std::chrono::milliseconds metadata_max_age{300'000};
  MetadataRecovery metadata_recovery = MetadataRecovery::rebootstrap;
  std::chrono::milliseconds rebootstrap_trigger{300'000};
  bool allow_auto_create_topics = true;
  std::int32_t max_response_bytes = 100'000'000;
  std::int32_t send_buffer = -1;
  std::int32_t receive_buffer = -1;
  LogCallback log;
  LogLevel log_level = LogLevel::info;
  /// Properties that were recognised but have no effect here, with the reason; logged as warnings
  /// when the client is made.
  std::vector<std::string> notes;
};

/// Setters that every client's configuration has. They return the configuration itself, so that
/// calls can be chained, and check nothing: `create` and `validate` of the client do, and say which
/// property is out of which range. Each names its property in Kafka's spelling; librdkafka's
/// spellings are accepted beside Java's.
/// Thread-safety: a value; distinct objects are independent.
template <class Self>
class ClientConfig {
 public:
  /// bootstrap.servers (metadata.broker.list). Required: "host:port,host:port", [v6]:port allowed;
  /// the port defaults to 9092. A few are enough, the others are found through them.
  Self& bootstrap_servers(std::string_view servers) {
    return client_.bootstrap_servers = servers, self();
  }
  /// client.id: the name in the broker's logs and quotas. Default "barnabas".
  Self& client_id(std::string_view id) { return client_.client_id = id, self(); }
  /// request.timeout.ms (socket.timeout.ms): how long a broker may take to answer one request
  /// before the connection is given up. 1 ms to 2^31-1 ms, default 30 s.
  Self& request_timeout(std::chrono::milliseconds limit) {
    return client_.request_timeout = limit, self();
  }
  /// default.api.timeout.ms: limit of calls that are given none, retries included. 1 ms to 2^31-1
  /// ms, default 60 s.
  Self& api_timeout(std::chrono::milliseconds limit) { return client_.api_timeout = limit, self(); }
  /// close.timeout.ms: the longest that closing, and so a destructor, may take. 0 to 2^31-1 ms,
  /// default 30 s.
  Self& close_timeout(std::chrono::milliseconds limit) {
    return client_.close_timeout = limit, self();
  }
  /// socket.connection.setup.timeout.ms: limit for one attempt to connect to one address, up to the
  /// first answer. Doubles with each failure in a row up to the maximum (KIP-601). 1 ms to 2^31-1
  /// ms, defaults 10 s and 30 s.
  Self& connection_setup_timeout(std::chrono::milliseconds first, std::chrono::milliseconds max) {
    client_.connection_setup_timeout = first;
    client_.connection_setup_timeout_max = max;
    return self();
  }
  /// connections.max.idle.ms: connections unused for so long are closed, before the broker or a
  /// load balancer does. 0: never. 0 to 2^31-1 ms, default 9 min.
  Self& connections_max_idle(std::chrono::milliseconds limit) {
    return client_.connections_max_idle = limit, self();
  }
  /// reconnect.backoff.ms and reconnect.backoff.max.ms: pause before a broker that failed is tried
  /// again, doubling with each failure in a row, with 20 % of chance so that clients do not return
  /// in step. 0 to 2^31-1 ms, defaults 50 ms and 1 s.
  Self& reconnect_backoff(std::chrono::milliseconds first, std::chrono::milliseconds max) {
    client_.reconnect_backoff = first;
    client_.reconnect_backoff_max = max;
    return self();
  }
  /// retry.backoff.ms and retry.backoff.max.ms: pause before a failed request is repeated, growing
  /// in the same way (KIP-580). 0 to 2^31-1 ms, defaults 100 ms and 1 s.
  Self& retry_backoff(std::chrono::milliseconds first, std::chrono::milliseconds max) {
    client_.retry_backoff = first;
    client_.retry_backoff_max = max;
    return self();
  }
  /// metadata.max.age.ms (topic.metadata.refresh.interval.ms): metadata is refreshed at least this
  /// often, to notice new partitions and topics. 1 ms to 2^31-1 ms, default 5 min.
  Self& metadata_max_age(std::chrono::milliseconds age) {
    return client_.metadata_max_age = age, self();
  }
  /// metadata.recovery.strategy (KIP-899). Default rebootstrap.
  Self& metadata_recovery(MetadataRecovery strategy) {
    return client_.metadata_recovery = strategy, self();
  }
  /// metadata.recovery.rebootstrap.trigger.ms (KIP-1102): how long metadata may be unobtainable
  /// before the known brokers are forgotten. 0 to 2^31-1 ms, default 5 min.
  Self& rebootstrap_trigger(std::chrono::milliseconds limit) {
    return client_.rebootstrap_trigger = limit, self();
  }
  /// allow.auto.create.topics: using a topic that does not exist creates it, where the broker
  /// allows that too. Default true.
  Self& allow_auto_create_topics(bool allow) {
    return client_.allow_auto_create_topics = allow, self();
  }
  /// receive.message.max.bytes: a response that claims to be larger is taken for garbage and ends
  /// the connection. 1000 to 2^31-1, default 100,000,000.
  Self& max_response_bytes(std::int32_t bytes) {
    return client_.max_response_bytes = bytes, self();
  }
  /// send.buffer.bytes and receive.buffer.bytes (socket.send.buffer.bytes and
  /// socket.receive.buffer.bytes): the system's buffers of each connection. 0 or -1 leaves a size
  /// to the system, which adapts it to the connection; another one bounds how much is under way,
  /// and so the throughput over long distances. -1 to 2^31-1, default -1 (the Java client: 128 KiB
  /// and 64 KiB).
  Self& socket_buffers(std::int32_t send_bytes, std::int32_t receive_bytes) {
    client_.send_buffer = send_bytes;
    client_.receive_buffer = receive_bytes;
    return self();
  }
  /// Where log lines go, and from which level (log_level: librdkafka's 0 to 7). Default: nowhere,
  /// info. See LogCallback for what the callback may do.
  Self& log(LogCallback callback, LogLevel level = LogLevel::info) {
    client_.log = std::move(callback);
    client_.log_level = level;
    return self();
  }

  const ClientSettings& client_settings() const noexcept { return client_; }

 protected:
  ClientConfig() = default;
  explicit ClientConfig(ClientSettings settings) : client_(std::move(settings)) {}
  ~ClientConfig() = default;
  ClientConfig(const ClientConfig&) = default;
  ClientConfig(ClientConfig&&) noexcept = default;
  ClientConfig& operator=(const ClientConfig&) = default;
  ClientConfig& operator=(ClientConfig&&) noexcept = default;

  ClientSettings client_;

 private:
  Self& self() noexcept { return static_cast<Self&>(*this); }
};

}  // namespace barnabas

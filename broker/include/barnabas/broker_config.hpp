#pragma once

#include <barnabas/log.hpp>
#include <barnabas/properties.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {
namespace broker {
struct BrokerSettings;
}

/// How a Broker is set up. By default it keeps everything in memory, listens on an ephemeral port
/// of 127.0.0.1, and makes topics on demand. The typed setters cover what tests and programs change
/// most; `set` takes every property under Kafka's own name (num.partitions, message.max.bytes,
/// group.* and log.* settings, ...) or ours (barnabas.fsync, ...). The setters check nothing that
/// depends on other settings: Broker::start does.
/// Thread-safety: a value; distinct objects are independent.
class BrokerConfig {
 public:
  BrokerConfig();
  BrokerConfig(const BrokerConfig& other);
  BrokerConfig(BrokerConfig&&) noexcept;
  BrokerConfig& operator=(const BrokerConfig& other);
  BrokerConfig& operator=(BrokerConfig&&) noexcept;
  ~BrokerConfig();

  /// From names and values; later entries win, but times in milliseconds win over the same in
  /// minutes or hours, as in Kafka. Kafka's properties that mean nothing here are let through with
  /// a warning in the log. Errors: unknown_property, naming the nearest key; invalid_property,
  /// naming the range.
  static Result<BrokerConfig> from_properties(const Properties& properties);
  /// Sets one property by name. Errors: as from_properties; nothing is changed then.
  Result<void> set(std::string_view property, std::string_view value);
  /// Every property with its value.
  Properties properties() const;

  /// Keeps data in this folder, which is made if need be; an empty one means in memory
  /// [log.dirs]. Default in memory.
  BrokerConfig& data_folder(std::string_view path);
  /// Adds an address to listen on, "host:port" with an optional "NAME://" in front; port 0 picks a
  /// free one, no host means all interfaces. The first call replaces the default, 127.0.0.1:0
  /// [listeners]. Errors come from Broker::start.
  BrokerConfig& listen(std::string_view address);
  /// What clients are told instead of the bound address: the first call is about the first
  /// listener, and so on [advertised.listeners].
  BrokerConfig& advertise(std::string_view address);
  /// The id of the first node. Default 1 [node.id].
  BrokerConfig& node_id(std::int32_t id);
  /// How many nodes, with consecutive ids, this broker presents; each has its own ports and leads a
  /// share of the partitions. 1 to 100, default 1 [barnabas.nodes].
  BrokerConfig& nodes(std::int32_t count);
  /// Whether topics that clients ask for are made. Default true [auto.create.topics.enable].
  BrokerConfig& auto_create_topics(bool on);
  /// Partitions of a topic made on demand or without a number. Default 1 [num.partitions].
  BrokerConfig& partitions(std::int32_t count);
  /// Where log lines go, and from which level on. Default: nowhere.
  BrokerConfig& log(LogCallback callback, LogLevel level = LogLevel::info);

  const broker::BrokerSettings& settings() const noexcept;
  const LogCallback& log_callback() const noexcept;
  LogLevel log_level() const noexcept;
  /// Properties of Kafka that were set and mean nothing here.
  const std::vector<std::string>& ignored() const noexcept;
  /// What a typed setter was given and could not take, or no error.
  const Error& error() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace barnabas

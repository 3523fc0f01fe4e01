#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas {

/// What can be configured at run time.
class ConfigResource {
 public:
  enum class Type : std::int8_t {
    topic = 2,
    broker = 4,
    broker_logger = 8,
    client_metrics = 16,
    group = 32,
  };

  ConfigResource(Type type, std::string name) : type_(type), name_(std::move(name)) {}
  static ConfigResource topic(std::string name) { return {Type::topic, std::move(name)}; }
  static ConfigResource broker(std::int32_t id) { return {Type::broker, std::to_string(id)}; }
  /// The default of all brokers.
  static ConfigResource brokers() { return {Type::broker, ""}; }
  static ConfigResource group(std::string id) { return {Type::group, std::move(id)}; }

  Type type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }

  friend auto operator<=>(const ConfigResource&, const ConfigResource&) = default;
  friend bool operator==(const ConfigResource&, const ConfigResource&) = default;

 private:
  Type type_;
  std::string name_;
};

/// "topic orders", "broker 2".
std::string to_string(const ConfigResource& resource);
std::ostream& operator<<(std::ostream& out, const ConfigResource& resource);

/// One setting as it is in force.
struct ConfigEntry {
  enum class Source : std::int8_t {
    unknown = -1,
    topic = 1,        ///< Set for this topic.
    broker = 2,       ///< Set for this broker while it runs.
    all_brokers = 3,  ///< Set for all brokers while they run.
    file = 4,         ///< From the broker's file.
    built_in = 5,     ///< Kafka's default.
    logger = 6,
    client_metrics = 7,
    group = 8,
  };
  std::string name;
  std::optional<std::string> value;  ///< Nothing when it is a secret.
  Source source = Source::unknown;
  bool read_only = false;
  bool sensitive = false;

  ConfigEntry() = default;
};

/// Changes to the settings of one resource; settings that are not mentioned stay (KIP-339).
///
///   ConfigChange(ConfigResource::topic("orders")).set("retention.ms",
///   "3600000").reset("cleanup.policy")
class ConfigChange {
 public:
  enum class Operation : std::int8_t { set = 0, reset = 1, append = 2, subtract = 3 };
  struct Entry {
    std::string name;
    Operation operation;
    std::optional<std::string> value;
    Entry(std::string setting, Operation what, std::optional<std::string> to)
        : name(std::move(setting)), operation(what), value(std::move(to)) {}
  };

  explicit ConfigChange(ConfigResource resource) : resource_(std::move(resource)) {}

  ConfigChange& set(std::string name, std::string value) {
    return add(std::move(name), Operation::set, std::move(value));
  }
  /// Back to the default.
  ConfigChange& reset(std::string name) { return add(std::move(name), Operation::reset, {}); }
  /// Adds an element to a setting that is a list.
  ConfigChange& append(std::string name, std::string element) {
    return add(std::move(name), Operation::append, std::move(element));
  }
  /// Takes an element out of a setting that is a list.
  ConfigChange& subtract(std::string name, std::string element) {
    return add(std::move(name), Operation::subtract, std::move(element));
  }

  const ConfigResource& resource() const noexcept { return resource_; }
  const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  ConfigChange& add(std::string name, Operation operation, std::optional<std::string> value) {
    entries_.emplace_back(std::move(name), operation, std::move(value));
    return *this;
  }

  ConfigResource resource_;
  std::vector<Entry> entries_;
};

}  // namespace barnabas

#include <barnabas/broker_config.hpp>

#include "broker/src/core/config/broker_properties.hpp"
#include "broker/src/core/config/broker_settings.hpp"
#include "broker/src/core/config/listener_properties.hpp"

#include <algorithm>
#include <utility>

namespace barnabas {

struct BrokerConfig::State {
  broker::BrokerSettings settings;
  bool listeners_are_default = true;
  LogCallback log;
  LogLevel level = LogLevel::info;
  std::vector<std::string> ignored;
  Error error;
};

BrokerConfig::BrokerConfig() : state_(std::make_unique<State>()) {}
BrokerConfig::BrokerConfig(const BrokerConfig& other)
    : state_(std::make_unique<State>(*other.state_)) {}
BrokerConfig::BrokerConfig(BrokerConfig&&) noexcept = default;
BrokerConfig& BrokerConfig::operator=(const BrokerConfig& other) {
  if (this != &other) *state_ = *other.state_;
  return *this;
}
BrokerConfig& BrokerConfig::operator=(BrokerConfig&&) noexcept = default;
BrokerConfig::~BrokerConfig() = default;

namespace {

// Coarser units of a time go first, so that finer ones win over them.
int unit_rank(std::string_view property) {
  if (property.ends_with(".hours")) return 0;
  if (property.ends_with(".minutes")) return 1;
  return 2;
}

}  // namespace

Result<BrokerConfig> BrokerConfig::from_properties(const Properties& properties) {
  Properties ordered = properties;
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return unit_rank(a.first) < unit_rank(b.first);
  });
  BrokerConfig config;
  for (const auto& [name, value] : ordered) {
    if (const Result<void> set = config.set(name, value); !set) return set.error();
  }
  return config;
}

Result<void> BrokerConfig::set(std::string_view property, std::string_view value) {
  if (broker::is_kafka_property_without_effect(property)) {
    state_->ignored.emplace_back(property);
    return {};
  }
  if (property == "listeners") state_->listeners_are_default = false;
  return broker::broker_properties().set(state_->settings, property, value);
}

Properties BrokerConfig::properties() const {
  Properties properties;
  for (const auto& property : broker::broker_properties().properties()) {
    properties.emplace_back(property.name(), property.get(state_->settings));
  }
  return properties;
}

BrokerConfig& BrokerConfig::data_folder(std::string_view path) {
  state_->settings.data_folder = path;
  return *this;
}

BrokerConfig& BrokerConfig::listen(std::string_view address) {
  Result<std::vector<broker::ListenerAddress>> parsed = broker::parse_listeners(address);
  if (!parsed) {
    state_->error = parsed.error().within("listeners");
    return *this;
  }
  auto& listeners = state_->settings.listeners;
  if (std::exchange(state_->listeners_are_default, false)) listeners.clear();
  listeners.insert(listeners.end(), parsed->begin(), parsed->end());
  return *this;
}

BrokerConfig& BrokerConfig::advertise(std::string_view address) {
  Result<std::vector<broker::ListenerAddress>> parsed = broker::parse_listeners(address);
  if (!parsed) {
    state_->error = parsed.error().within("advertised.listeners");
    return *this;
  }
  auto& advertised = state_->settings.advertised;
  advertised.insert(advertised.end(), parsed->begin(), parsed->end());
  return *this;
}

BrokerConfig& BrokerConfig::node_id(std::int32_t id) {
  state_->settings.node_id = id;
  return *this;
}

BrokerConfig& BrokerConfig::nodes(std::int32_t count) {
  state_->settings.nodes = count;
  return *this;
}

BrokerConfig& BrokerConfig::auto_create_topics(bool on) {
  state_->settings.topics.auto_create = on;
  return *this;
}

BrokerConfig& BrokerConfig::partitions(std::int32_t count) {
  state_->settings.topics.partitions = count;
  return *this;
}

BrokerConfig& BrokerConfig::log(LogCallback callback, LogLevel level) {
  state_->log = std::move(callback);
  state_->level = level;
  return *this;
}

const broker::BrokerSettings& BrokerConfig::settings() const noexcept { return state_->settings; }
const LogCallback& BrokerConfig::log_callback() const noexcept { return state_->log; }
LogLevel BrokerConfig::log_level() const noexcept { return state_->level; }
const std::vector<std::string>& BrokerConfig::ignored() const noexcept { return state_->ignored; }
const Error& BrokerConfig::error() const noexcept { return state_->error; }

}  // namespace barnabas

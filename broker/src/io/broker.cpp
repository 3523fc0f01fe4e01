#include <barnabas/broker.hpp>

#include "broker/src/core/topic/record_listing.hpp"
#include "broker/src/io/broker_server.hpp"

#include <utility>

namespace barnabas {

using broker::BrokerEngine;
using broker::Partition;
using broker::Topic;
using broker::io::BrokerServer;

namespace {

const Partition* find_partition(const BrokerEngine& engine, std::string_view topic_name,
                                std::int32_t index) {
  const Topic* topic = engine.topics().find(topic_name);
  return topic ? topic->find(index) : nullptr;
}

std::unique_ptr<BrokerServer> start_or_throw(const BrokerConfig& config) {
  Result<std::unique_ptr<BrokerServer>> server = BrokerServer::start(config);
  if (!server) throw_error(server.error());
  return std::move(*server);
}

}  // namespace

Broker::Broker() : Broker(BrokerConfig()) {}
Broker::Broker(const BrokerConfig& config) : server_(start_or_throw(config)) {}
Broker::Broker(std::unique_ptr<BrokerServer> server) : server_(std::move(server)) {}
Broker::Broker(Broker&&) noexcept = default;
Broker& Broker::operator=(Broker&&) noexcept = default;
Broker::~Broker() = default;

Result<Broker> Broker::start(const BrokerConfig& config) {
  Result<std::unique_ptr<BrokerServer>> server = BrokerServer::start(config);
  if (!server) return server.error();
  return Broker(std::move(*server));
}

Result<void> Broker::stop(std::chrono::milliseconds limit) { return server_->stop(limit); }

std::string Broker::bootstrap() const {
  return server_->enter([](BrokerEngine& engine, const Now&) {
    std::string addresses;
    for (const broker::Node& node : engine.cluster().nodes()) {
      if (!node.running || node.advertised.empty()) continue;
      if (!addresses.empty()) addresses += ',';
      addresses += node.advertised.front().to_string();
    }
    return addresses;
  });
}

std::vector<std::string> Broker::addresses(std::int32_t node_id) const {
  return server_->enter([&](BrokerEngine& engine, const Now&) {
    std::vector<std::string> addresses;
    const broker::Node* node = engine.cluster().find(node_id);
    if (!node) return addresses;
    for (const network::HostPort& address : node->advertised) {
      addresses.push_back(address.to_string());
    }
    return addresses;
  });
}

std::vector<std::int32_t> Broker::node_ids() const {
  return server_->enter([](BrokerEngine& engine, const Now&) {
    std::vector<std::int32_t> ids;
    for (const broker::Node& node : engine.cluster().nodes()) ids.push_back(node.id);
    return ids;
  });
}

Result<void> Broker::create_topic(std::string_view name, std::int32_t partitions,
                                  const Properties& properties) {
  broker::TopicRequest request;
  request.name = name;
  request.partitions = partitions;
  for (const auto& [property, value] : properties) request.properties[property] = value;
  return server_->enter([&](BrokerEngine& engine, const Now& now) -> Result<void> {
    const Result<const Topic*> created = engine.create_topic(now, std::move(request));
    if (!created) return created.error();
    return {};
  });
}

Result<void> Broker::delete_topic(std::string_view name) {
  return server_->enter(
      [&](BrokerEngine& engine, const Now& now) { return engine.delete_topic(now, name); });
}

std::vector<std::string> Broker::topics() const {
  return server_->enter([](BrokerEngine& engine, const Now&) {
    std::vector<std::string> names;
    for (const auto& [name, topic] : engine.topics().all()) {
      if (!topic.internal) names.push_back(name);
    }
    return names;
  });
}

std::vector<StoredRecord> Broker::log(std::string_view topic, std::int32_t partition) const {
  return server_->enter([&](BrokerEngine& engine, const Now&) -> std::vector<StoredRecord> {
    const Partition* found = find_partition(engine, topic, partition);
    if (!found) return {};
    return broker::list_records(*found->log).value_or(std::vector<StoredRecord>());
  });
}

std::int64_t Broker::end_offset(std::string_view topic, std::int32_t partition) const {
  return server_->enter([&](BrokerEngine& engine, const Now&) -> std::int64_t {
    const Partition* found = find_partition(engine, topic, partition);
    return found ? found->log->log_end_offset() : -1;
  });
}

FaultId Broker::inject(const Fault& fault) {
  return server_->enter([&](BrokerEngine& engine, const Now&) { return engine.inject(fault); });
}

FaultId Broker::intercept(ApiKey api, Interceptor interceptor) {
  return server_->enter([&](BrokerEngine& engine, const Now&) {
    return engine.intercept(api, std::move(interceptor));
  });
}

void Broker::release(FaultId id) {
  server_->enter([&](BrokerEngine& engine, const Now& now) { engine.release(now, id); });
}

std::uint64_t Broker::hits(FaultId id) const {
  return server_->enter([&](BrokerEngine& engine, const Now&) { return engine.fault_hits(id); });
}

Result<void> Broker::move_leader(const TopicPartition& partition, std::int32_t node_id) {
  return server_->enter([&](BrokerEngine& engine, const Now& now) {
    return engine.move_leader(now, partition, node_id);
  });
}

std::int32_t Broker::leader(const TopicPartition& partition) const {
  return server_->enter([&](BrokerEngine& engine, const Now&) -> std::int32_t {
    const Partition* found = find_partition(engine, partition.topic, partition.partition);
    return found ? found->leader : broker::no_node;
  });
}

Result<void> Broker::move_coordinator(std::string_view group_id, std::int32_t node_id) {
  return server_->enter([&](BrokerEngine& engine, const Now& now) {
    return engine.move_coordinator(now, group_id, node_id);
  });
}

Result<void> Broker::stop_node(std::int32_t node_id) { return server_->stop_node(node_id); }
Result<void> Broker::start_node(std::int32_t node_id) { return server_->start_node(node_id); }
Result<void> Broker::restart() { return server_->restart(); }
Result<void> Broker::crash() { return server_->crash(); }
void Broker::advance_clock(std::chrono::milliseconds time) { server_->advance_clock(time); }

std::size_t Broker::connections() const {
  return server_->enter([](BrokerEngine& engine, const Now&) { return engine.connections(); });
}

}  // namespace barnabas

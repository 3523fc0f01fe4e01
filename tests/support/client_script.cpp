#include "tests/support/client_script.hpp"

#include "protocol/messages/api_versions.hpp"
#include "protocol/messages/find_coordinator.hpp"
#include "protocol/messages/metadata.hpp"
#include "protocol/wire/api_descriptor.hpp"

#include <algorithm>
#include <chrono>

namespace barnabas::test {

namespace {

network::Address ipv4(std::uint8_t last, std::uint16_t port) {
  network::Address address;
  address.bytes = {10, 0, 0, last};
  address.port = port;
  return address;
}

constexpr std::uint16_t kafka_port = 9092;

}  // namespace

ClientScript::ClientScript() {
  // Far from zero, so that subtracting a duration is no special case.
  now_.monotonic = Instant(std::chrono::hours(1000));
  now_.wall = 1'700'000'000'000;
}

ClientScript::Node& ClientScript::add_node(std::int32_t id, std::string host) {
  Node& node = nodes_[id];
  node.host = {std::move(host), kafka_port};
  node.addresses = {ipv4(static_cast<std::uint8_t>(id), kafka_port)};
  return node;
}

ClientScript::Topic& ClientScript::add_topic(const std::string& name,
                                             const std::vector<std::int32_t>& leaders) {
  Topic& topic = topics_[name];
  topic = Topic();
  topic.id = Uuid(0x5C817, ++last_topic_id_);
  for (const std::int32_t leader : leaders) topic.partitions.push_back({leader, 0, {}});
  return topic;
}

std::string ClientScript::topic_name(const Uuid& id) const {
  for (const auto& [name, topic] : topics_) {
    if (topic.id == id) return name;
  }
  return {};
}

void ClientScript::move_leader(const std::string& topic, std::int32_t partition,
                               std::int32_t leader) {
  Partition& moved = topics_.at(topic).partitions.at(static_cast<std::size_t>(partition));
  moved.leader = leader;
  ++moved.epoch;
}

ClientScript::Outcome ClientScript::next_step() {
  const std::size_t step = step_++;
  if (fault_step_ != step) return Outcome::normal;
  return fault_ == StepFault::error ? Outcome::error : Outcome::silence;
}

void ClientScript::settle() {
  if (engine_ == nullptr) return;
  // Far more rounds than any script needs: an engine that never comes to rest is a bug.
  for (int round = 0; round < 100'000; ++round) {
    bool progress = do_lookups();
    progress = do_connects() || progress;
    progress = do_requests() || progress;
    progress = do_answers() || progress;
    const std::optional<Instant> deadline = engine_->next_deadline();
    if (deadline && *deadline <= now_.monotonic) {
      engine_->advance(now_);
      progress = true;
    }
    if (progress && after_events_) after_events_();
    if (!progress) return;
  }
  FAIL("the engine does not come to rest");
}

void ClientScript::advance(Duration duration) {
  advance_until([] { return false; }, duration);
}

bool ClientScript::advance_until(const std::function<bool()>& condition, Duration limit) {
  const Instant end = deadline_after(now_.monotonic, limit);
  settle();
  while (engine_ != nullptr && !condition() && now_.monotonic < end) {
    const std::optional<Instant> deadline = engine_->next_deadline();
    const Instant next = deadline ? std::clamp(*deadline, now_.monotonic, end) : end;
    now_.wall +=
        std::chrono::duration_cast<std::chrono::milliseconds>(next - now_.monotonic).count();
    now_.monotonic = next;
    settle();
  }
  return condition();
}

bool ClientScript::do_lookups() {
  const auto lookups = std::exchange(network_.lookups, {});
  for (const ScriptNetwork::Lookup& lookup : lookups) {
    ++lookups_;
    const Outcome outcome = next_step();
    if (outcome == Outcome::silence) continue;
    Result<std::vector<network::Address>> addresses =
        Error(ErrorCode::connection_failed, lookup.host + ": name unknown");
    for (const auto& [id, node] : nodes_) {
      if (node.host != network::HostPort{lookup.host, lookup.port} || node.addresses.empty()) {
        continue;
      }
      if (outcome == Outcome::normal) addresses = node.addresses;
      break;
    }
    engine_->on_resolved(now_, lookup.id, std::move(addresses));
  }
  return !lookups.empty();
}

std::optional<std::int32_t> ClientScript::node_at(const network::Address& address) const {
  for (const auto& [id, node] : nodes_) {
    if (node.up && std::ranges::find(node.addresses, address) != node.addresses.end()) return id;
  }
  return std::nullopt;
}

bool ClientScript::do_connects() {
  const auto connects = std::exchange(network_.connects, {});
  for (const network::ConnectionId id : connects) {
    ++connection_attempts_;
    const ScriptNetwork::Connection& connection = network_.connections[id];
    if (connection.closed) continue;
    const bool dead = std::ranges::any_of(
        nodes_, [&](const auto& entry) { return entry.second.dead.contains(connection.address); });
    const Outcome outcome = next_step();
    if (dead || outcome == Outcome::silence) continue;
    const std::optional<std::int32_t> node = node_at(connection.address);
    if (!node || outcome == Outcome::error) {
      network_.connections[id].closed = true;
      engine_->on_closed(now_, id, Error(ErrorCode::connection_failed, "connection refused"));
      continue;
    }
    streams_[id].node = *node;
    engine_->on_connected(now_, id);
  }
  return !connects.empty();
}

bool ClientScript::do_requests() {
  bool progress = false;
  std::erase_if(streams_,
                [this](const auto& entry) { return network_.connections[entry.first].closed; });
  for (auto& [id, stream] : streams_) {
    const Bytes written = network_.take_written(id);
    if (written.empty()) continue;
    progress = true;
    stream.received.insert(stream.received.end(), written.begin(), written.end());
    split(id, stream);
    engine_->on_written(now_, id, written.size());
  }
  return progress;
}

void ClientScript::split(network::ConnectionId id, Stream& stream) {
  while (stream.received.size() >= wire::frame_size_bytes) {
    const auto size = wire::load_big_endian<std::uint32_t>(stream.received.data());
    const std::size_t end = wire::frame_size_bytes + size;
    if (stream.received.size() < end) return;
    const auto begin = stream.received.begin();
    auto frame = std::make_shared<const Bytes>(begin + wire::frame_size_bytes,
                                               begin + static_cast<std::ptrdiff_t>(end));
    stream.received.erase(begin, begin + static_cast<std::ptrdiff_t>(end));
    take_request(id, stream, std::move(frame));
  }
}

void ClientScript::take_request(network::ConnectionId id, Stream& stream,
                                std::shared_ptr<const Bytes> frame) {
  const auto header = wire::decode_request_header(BytesView(frame->data(), frame->size()));
  if (!header) FAIL("a request that no broker would understand: " << header.error().to_string());
  Raw raw;
  raw.api = header->api->key;
  raw.version = header->version;
  raw.correlation_id = header->correlation_id;
  raw.node = stream.node;
  raw.connection = id;
  raw.sequence = ++last_sequence_;
  raw.frame = std::move(frame);
  ++arrived_[raw.api];
  raw.answer = answer_by_itself(raw);
  raw.taken = raw.answer.has_value();
  stream.requests.push_back(std::move(raw));
}

bool ClientScript::do_answers() {
  bool progress = false;
  std::vector<network::ConnectionId> ids;
  for (const auto& [id, stream] : streams_) ids.push_back(id);
  for (const network::ConnectionId id : ids) {
    Stream& stream = streams_.at(id);
    while (!stream.silent && !stream.requests.empty() && stream.requests.front().answer &&
           !network_.connections[id].closed) {
      progress = true;
      const Outcome outcome = next_step();
      if (outcome == Outcome::silence) {
        stream.silent = true;
      } else if (outcome == Outcome::error) {
        network_.connections[id].closed = true;
        engine_->on_closed(now_, id, Error(ErrorCode::disconnected, "the peer closed it"));
      } else {
        const Bytes answer = *std::move(stream.requests.front().answer);
        stream.requests.pop_front();
        network_.receive(*engine_, now_, id, answer);
      }
    }
  }
  return progress;
}

std::optional<ClientScript::Bytes> ClientScript::answer_by_itself(const Raw& raw) const {
  const auto handler = handlers_.find(raw.api);
  if (handler != handlers_.end()) {
    const auto answer = handler->second;  // which may put another one in its place
    return answer(raw);
  }
  if (by_hand_.contains(raw.api)) return std::nullopt;
  if (raw.api == ApiKey::ApiVersions) return answer_versions(raw);
  if (raw.api == ApiKey::Metadata) return answer_metadata(raw);
  if (raw.api == ApiKey::FindCoordinator) return answer_coordinator(raw);
  return std::nullopt;
}

std::optional<ClientScript::Bytes> ClientScript::answer_versions(const Raw& raw) const {
  protocol::ApiVersionsResponse response;
  for (std::int16_t key = 0; key < 100; ++key) {
    const auto api = static_cast<ApiKey>(key);
    const protocol::ApiDescriptor* descriptor = protocol::find_descriptor(api);
    if (descriptor == nullptr) continue;
    const auto range = ranges_.find(api);
    const VersionRange versions = range == ranges_.end() ? descriptor->versions : range->second;
    if (versions.min > versions.max) continue;  // not served
    auto& entry = response.api_keys.emplace_back();
    entry.api_key = key;
    entry.min_version = versions.min;
    entry.max_version = versions.max;
  }
  for (const auto& [feature, level] : features_) {
    auto& entry = response.finalized_features.emplace_back();
    entry.name = feature;
    entry.max_version_level = level;
    response.finalized_features_epoch = 0;
  }
  const auto own = ranges_.find(ApiKey::ApiVersions);
  if (own != ranges_.end() && !own->second.contains(raw.version)) {
    response.error_code = ErrorCode::unsupported_version;
    std::erase_if(response.api_keys, [](const auto& entry) {
      return entry.api_key != static_cast<std::int16_t>(ApiKey::ApiVersions);
    });
    Raw refused = raw;
    refused.version = 0;
    return encode(response, refused);
  }
  return encode(response, raw);
}

std::optional<ClientScript::Bytes> ClientScript::answer_metadata(const Raw& raw) const {
  const auto request = decode<protocol::MetadataRequest>(raw);
  protocol::MetadataResponse response;
  for (const auto& [id, node] : nodes_) {
    auto& broker = response.brokers.emplace_back();
    broker.node_id = id;
    broker.host = node.host.host;
    broker.port = node.host.port;
    if (node.rack) broker.rack = *node.rack;
  }
  response.cluster_id = "scripted";
  response.controller_id = controller_.value_or(nodes_.begin()->first);
  const auto describe = [&](std::string_view name) {
    auto& topic = response.topics.emplace_back();
    topic.name = name;
    const auto known = topics_.find(std::string(name));
    topic.error_code =
        known == topics_.end() ? ErrorCode::unknown_topic_or_partition : known->second.error;
    if (topic.error_code != ErrorCode::none) return;
    topic.topic_id = known->second.id;
    std::int32_t index = 0;
    for (const Partition& partition : known->second.partitions) {
      auto& entry = topic.partitions.emplace_back();
      entry.partition_index = index++;
      entry.error_code = partition.error;
      entry.leader_id = partition.leader;
      entry.leader_epoch = partition.epoch;
      if (partition.leader >= 0) entry.replica_nodes = entry.isr_nodes = {partition.leader};
    }
  };
  if (request->topics) {
    for (const auto& topic : *request->topics) describe(topic.name.value_or(""));
  } else {
    for (const auto& [name, topic] : topics_) describe(name);
  }
  return encode(response, raw);
}

std::optional<ClientScript::Bytes> ClientScript::answer_coordinator(const Raw& raw) const {
  const auto request = decode<protocol::FindCoordinatorRequest>(raw);
  protocol::FindCoordinatorResponse response;
  const auto& [id, node] = *nodes_.find(coordinator_.value_or(nodes_.begin()->first));
  if (raw.version < 4) {
    response.node_id = id;
    response.host = node.host.host;
    response.port = node.host.port;
  }
  for (const std::string_view key : request->coordinator_keys) {
    auto& coordinator = response.coordinators.emplace_back();
    coordinator.key = key;
    coordinator.node_id = id;
    coordinator.host = node.host.host;
    coordinator.port = node.host.port;
  }
  return encode(response, raw);
}

ClientScript::Raw* ClientScript::oldest(std::optional<std::int32_t> node,
                                        std::optional<ApiKey> api) {
  Raw* best = nullptr;
  for (auto& [id, stream] : streams_) {
    if (network_.connections[id].closed || (node && stream.node != *node)) continue;
    for (Raw& raw : stream.requests) {
      if (raw.taken || (api && raw.api != *api)) continue;
      if (best == nullptr || raw.sequence < best->sequence) best = &raw;
    }
  }
  return best;
}

ClientScript::Raw* ClientScript::find(std::uint64_t sequence) {
  for (auto& [id, stream] : streams_) {
    for (Raw& raw : stream.requests) {
      if (raw.sequence == sequence) return &raw;
    }
  }
  return nullptr;
}

std::size_t ClientScript::waiting() {
  settle();
  std::size_t count = 0;
  for (const auto& [id, stream] : streams_) {
    if (network_.connections[id].closed) continue;
    count += static_cast<std::size_t>(std::ranges::count(stream.requests, false, &Raw::taken));
  }
  return count;
}

void ClientScript::send_raw(network::ConnectionId connection, std::span<const std::byte> bytes) {
  network_.receive(*engine_, now_, connection, bytes);
  settle();
}

void ClientScript::disconnect(network::ConnectionId connection) {
  ScriptNetwork::Connection& state = network_.connections[connection];
  if (!std::exchange(state.closed, true)) {
    engine_->on_closed(now_, connection, Error(ErrorCode::disconnected, "the peer closed it"));
  }
  settle();
}

void ClientScript::disconnect(std::int32_t node) {
  for (const network::ConnectionId id : connections(node)) disconnect(id);
}

std::vector<network::ConnectionId> ClientScript::connections(std::int32_t node) const {
  std::vector<network::ConnectionId> ids;
  for (const auto& [id, stream] : streams_) {
    if (stream.node == node && !network_.connections.at(id).closed) ids.push_back(id);
  }
  return ids;
}

std::size_t ClientScript::arrived(ApiKey key) const {
  const auto found = arrived_.find(key);
  return found == arrived_.end() ? 0 : found->second;
}

std::size_t run_fault_matrix(const std::function<void(ClientScript&)>& scenario) {
  std::size_t faults = 0;
  for (const StepFault fault : {StepFault::error, StepFault::silence}) {
    for (std::size_t step = 0;; ++step) {
      CAPTURE(step);
      CAPTURE(static_cast<int>(fault));
      ClientScript script;
      script.fail_step(step, fault);
      scenario(script);
      if (script.steps() <= step) break;
      ++faults;
    }
  }
  return faults;
}

}  // namespace barnabas::test

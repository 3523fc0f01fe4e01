#include "client/src/core/cluster/cluster_impl.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

// Channels: opened when something waits for them, pumped while they are ready, rested after a
// failure.

namespace barnabas::client {

namespace {

// Bootstrap servers count down from here.
constexpr NodeId first_bootstrap_id = -2;

bool is_bootstrap(NodeId node) { return node <= first_bootstrap_id; }

// So many failures in a row on every known broker make the bootstrap servers worth a try.
constexpr std::uint32_t failures_of_an_outage = 2;

// Whether one more failure of a channel is worth a person's attention: the first one, and after
// twice as many each time; and only the first of the lanes to a broker that gets there.
bool is_news(const ChannelSet& channels, const Channel& failing) {
  const std::uint32_t failures = failing.failures + 1;
  if (!std::has_single_bit(failures)) return false;
  for (const auto& [key, channel] : channels.all()) {
    if (channel->node() == failing.node() && channel->failures >= failures) return false;
  }
  return true;
}

}  // namespace

Cluster::Impl::TimerKey Cluster::Impl::timer(const Channel& channel) {
  const auto node = static_cast<std::uint64_t>(static_cast<std::uint32_t>(channel.node()));
  return {Timer::channel, node << 8 | static_cast<std::uint64_t>(channel.lane())};
}

const network::HostPort* Cluster::Impl::host_of(NodeId node) const {
  if (is_bootstrap(node)) {
    return &options_.bootstrap_servers[static_cast<std::size_t>(first_bootstrap_id - node)];
  }
  const BrokerMetadata* broker = metadata_.broker(node);
  return broker == nullptr ? nullptr : &broker->address;
}

std::string Cluster::Impl::describe(NodeId node) const {
  const network::HostPort* host = host_of(node);
  if (is_bootstrap(node)) return "bootstrap server " + host->to_string();
  std::string text = "broker " + std::to_string(node);
  if (host != nullptr) text += " (" + host->to_string() + ")";
  return text;
}

Cluster::NodeState Cluster::Impl::state(NodeId node, Lane lane) const {
  if (host_of(node) == nullptr) return NodeState::unknown;
  const Channel* channel = channels_.find(node, lane);
  if (channel == nullptr) return NodeState::disconnected;
  if (channel->is_ready()) return NodeState::ready;
  if (channel->is_connecting()) return NodeState::connecting;
  return channel->retry_at > last_now_ ? NodeState::backing_off : NodeState::disconnected;
}

void Cluster::Impl::connect(const Now& now, NodeId node, Lane lane) {
  if (host_of(node) == nullptr) return;
  Channel& channel = channels_.at(node, lane);
  channel.wanted = true;
  pump(now, channel);
}

std::optional<std::int16_t> Cluster::Impl::version_of(NodeId node, ApiKey key) const {
  const protocol::ApiDescriptor* ours = protocol::find_descriptor(key);
  if (ours == nullptr) return std::nullopt;
  for (const Lane lane : {Lane::general, Lane::fetch, Lane::coordinator}) {
    const Channel* channel = channels_.find(node, lane);
    if (channel == nullptr || !channel->is_ready()) continue;
    const Result<std::int16_t> version = channel->connection.versions().choose(key, ours->versions);
    return version ? std::optional(*version) : std::nullopt;
  }
  return std::nullopt;
}

void Cluster::Impl::pump(const Now& now, Channel& channel) {
  while (channel.is_ready() && !channel.waiting.empty() &&
         channel.throttled_until <= now.monotonic) {
    const RequestId id = channel.waiting.front();
    channel.waiting.pop_front();
    if (PendingRequest* request = find(id)) write(now, channel, id, *request);
  }
  while (!channel.waiting.empty() && find(channel.waiting.front()) == nullptr) {
    channel.waiting.pop_front();
  }
  const bool needed = channel.wanted || !channel.waiting.empty();
  if (channel.is_closed() && needed && !channel.is_backing_off(now)) open(now, channel);
  if (is_superseded(channel)) channel.connection.close();
  set_timer(now, channel);
}

// A broker is better talked to under its own id, once that is known.
bool Cluster::Impl::is_superseded(const Channel& channel) const {
  return is_bootstrap(channel.node()) && !metadata_.brokers().empty() && channel.is_ready() &&
         channel.waiting.empty() && channel.connection.in_flight() == 0;
}

void Cluster::Impl::open(const Now& now, Channel& channel) {
  const network::HostPort* const host = host_of(channel.node());
  if (host == nullptr) {
    // The broker left the cluster while requests waited for it.
    channel.wanted = false;
    const Error reason(ErrorCode::broker_not_available,
                       describe(channel.node()) + " is not part of the cluster any more");
    for (const RequestId id : std::exchange(channel.waiting, {})) attempt_failed(now, id, reason);
    return;
  }
  channel.opened_at = now.monotonic;
  channel.connection.open(now, *host);
}

void Cluster::Impl::set_timer(const Now& now, const Channel& channel) {
  std::optional<Instant> at = channel.connection.next_deadline();
  const bool needed = channel.wanted || !channel.waiting.empty();
  const auto no_later_than = [&at](Instant other) { at = at ? std::min(*at, other) : other; };
  if (channel.is_backing_off(now) && needed) no_later_than(channel.retry_at);
  if (channel.is_ready() && !channel.waiting.empty()) no_later_than(channel.throttled_until);
  if (at) {
    timers_.set(timer(channel), *at);
  } else {
    timers_.cancel(timer(channel));
  }
}

void Cluster::Impl::on_connection_ready(const Now& now, Connection& connection) {
  Channel& channel = channels_.at(connection.node(), connection.lane());
  channel.failures = 0;
  channel.wanted = false;
  channel.last_error = Error();
  channel.throttled_until =
      deadline_after(now.monotonic, std::chrono::milliseconds(connection.throttle_time_ms()));
  features_known_ = true;
  feature_levels_ = connection.versions().features();
  logger_.log(now, LogLevel::debug, "connected", {{"to", describe(channel.node())}});
  completions_.notify([this, node = channel.node(), lane = channel.lane()](const Now& then) {
    listener_.on_node_ready(then, node, lane);
  });
}

void Cluster::Impl::on_connection_lost(const Now& now, Connection& connection,
                                       const std::vector<SentRequest>& unanswered,
                                       const Error& reason) {
  Channel& channel = channels_.at(connection.node(), connection.lane());
  std::string place = describe(channel.node());
  if (const auto& address = connection.address()) {
    const std::string numeric = address->to_string();
    if (!place.ends_with(numeric) && !place.ends_with(numeric + ")")) place += " at " + numeric;
  }
  const Error error = reason.within(place);
  const LogLevel level = is_news(channels_, channel) ? LogLevel::warning : LogLevel::debug;
  channel.last_error = last_connection_error_ = error;
  channel.wanted = false;
  channel.retry_at =
      deadline_after(now.monotonic, reconnect_backoff_.pause(++channel.failures, random_));
  an_attempt_failed_ = true;
  coordinators_.forget_node(channel.node());
  logger_.log(now, level, "connection lost", {{"failures", channel.failures}, {"error", error}});

  // Repetitions queue up anew, so what waited already is set aside first.
  const std::deque<RequestId> waiting = std::exchange(channel.waiting, {});
  for (const SentRequest& sent : unanswered) {
    const bool late = reason == ErrorCode::request_timed_out && sent.deadline > now.monotonic;
    const Error own = late ? Error(ErrorCode::disconnected, error.context()) : error;
    attempt_failed(now, sent.id, own, sent.after_idle && reason == ErrorCode::disconnected);
  }
  for (const RequestId id : waiting) attempt_failed(now, id, error);
  completions_.notify([this, node = channel.node(), lane = channel.lane(), error](const Now& then) {
    listener_.on_node_lost(then, node, lane, error);
  });
}

std::vector<Channel*> Cluster::Impl::any_candidates(const Now& now) {
  std::vector<Channel*> candidates;
  bool outage = true;
  for (const auto& [node, broker] : metadata_.brokers()) {
    Channel& channel = channels_.at(node, Lane::general);
    candidates.push_back(&channel);
    const bool failing = channel.failures >= failures_of_an_outage && !channel.is_ready();
    outage = outage && failing;
  }
  const bool rebootstrap = outage && options_.metadata_recovery == MetadataRecovery::rebootstrap;
  if (!candidates.empty() && !rebootstrap) return candidates;
  if (!candidates.empty() && !std::exchange(outage_logged_, true)) {
    logger_.log(now, LogLevel::info,
                "no known broker can be reached, asking the bootstrap servers again");
  }
  const auto servers = static_cast<NodeId>(options_.bootstrap_servers.size());
  for (NodeId i = 0; i < servers; ++i) {
    candidates.push_back(&channels_.at(first_bootstrap_id - i, Lane::general));
  }
  return candidates;
}

void Cluster::Impl::serve_any(const Now& now) {
  any_look_again_.reset();
  // What is asked for while everything rests waits for the next attempt.
  if (waiting_any_.empty()) an_attempt_failed_ = false;
  std::erase_if(waiting_any_, [this](RequestId id) { return find(id) == nullptr; });
  while (!waiting_any_.empty()) {
    const BrokerChoice choice = choose_broker(any_candidates(now), now, random_);
    if (choice.use == nullptr) {
      any_look_again_ = choice.look_again;
      if (choice.open != nullptr) {
        open(now, *choice.open);
        set_timer(now, *choice.open);
      }
      if (choice.hopeless && std::exchange(an_attempt_failed_, false)) fail_single_attempts(now);
      return;
    }
    const RequestId id = waiting_any_.front();
    waiting_any_.pop_front();
    choice.use->waiting.push_back(id);
    pump(now, *choice.use);
  }
}

void Cluster::Impl::fail_single_attempts(const Now& now) {
  for (const RequestId id : std::exchange(waiting_any_, {})) {
    const PendingRequest* request = find(id);
    if (request == nullptr) continue;
    if (request->options.retry() == Retry::none) {
      attempt_failed(now, id, last_connection_error_);
    } else {
      waiting_any_.push_back(id);
    }
  }
}

}  // namespace barnabas::client

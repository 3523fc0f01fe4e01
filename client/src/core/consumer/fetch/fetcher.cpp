#include "client/src/core/consumer/fetch/fetcher.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace barnabas::client {

namespace {

constexpr std::int16_t first_version_by_id = 13;

// What a broker's window begins with: whatever one request may have to bring, twice.
std::size_t least_window(const FetchOptions& options) {
  return std::max({PrefetchWindow::usual, 2 * static_cast<std::size_t>(options.max_partition_bytes),
                   2 * static_cast<std::size_t>(options.min_bytes)});
}

}  // namespace

Fetcher::Fetcher(FetchOptions options, Cluster& cluster, Assignment& assignment, Logger& logger,
                 std::uint64_t seed)
    : options_(std::move(options)),
      window_(options_.prefetch_bytes, least_window(options_)),
      cluster_(cluster),
      assignment_(assignment),
      logger_(logger),
      backoff_(options_.retry_backoff, options_.retry_backoff_max),
      random_(seed) {}

void Fetcher::run(const Now& now) {
  let_go_late(now);
  const bool due = retry_at_ && *retry_at_ <= now.monotonic;
  if (!changed_ && !due) return;
  changed_ = false;
  retry_at_.reset();
  std::map<NodeId, std::vector<FetchTarget>> wanted;
  const std::string* name = nullptr;  // of the partition before
  const TopicMetadata* topic = nullptr;
  for (auto& [partition, state] : assignment_.states()) {
    if (!wants_data(state)) continue;
    if (state.retry_at > now.monotonic) {
      retry_later(state.retry_at);
      continue;
    }
    if (name == nullptr || *name != partition.topic) {
      name = &partition.topic;
      topic = cluster_.metadata().topic(*name);
    }
    const PartitionMetadata* const known =
        topic == nullptr ? nullptr : topic->partition(partition.partition);
    const NodeId source = source_of(now, state, known);
    if (source == no_node) {
      cluster_.refresh_metadata(now);  // its answer is a change
      continue;
    }
    std::vector<FetchTarget>& targets = wanted[source];
    const auto node = nodes_.find(source);
    if (node == nodes_.end() || !node->second.under_way) {
      targets.push_back(target_of(state, topic, known));
    }
  }
  if (wanted.empty()) return;
  share_ = share_among(wanted.size());
  // The budget may be enough for one broker only: whoever came last before goes last.
  const auto first = wanted.upper_bound(last_fetched_);
  for (auto at = first; at != wanted.end(); ++at) fetch(now, at->first, std::move(at->second));
  for (auto at = wanted.begin(); at != first; ++at) fetch(now, at->first, std::move(at->second));
}

// Then what could be asked for waits for an answer in any case. A leader that was never asked
// becomes one by a change of another kind.
bool Fetcher::all_under_way() const noexcept {
  return !nodes_.empty() && std::all_of(nodes_.begin(), nodes_.end(),
                                        [](const auto& node) { return node.second.under_way; });
}

std::optional<Instant> Fetcher::next_deadline() const {
  if (!retry_at_ || !look_at_holds_) return retry_at_ ? retry_at_ : look_at_holds_;
  return std::min(*retry_at_, *look_at_holds_);
}

void Fetcher::retry_later(Instant at) { retry_at_ = std::min(retry_at_.value_or(at), at); }

bool Fetcher::wants_data(const PartitionState& state) const {
  if (!state.is_deliverable()) return false;
  if (state.fetch_blocked && state.fetch_position().offset != state.position().offset) return false;
  // Many partitions share the budget; each may still have one request's worth on the way.
  const std::size_t share = options_.prefetch_bytes / assignment_.states().size();
  return state.buffered_bytes <
         std::max(share, static_cast<std::size_t>(options_.max_partition_bytes));
}

NodeId Fetcher::source_of(const Now& now, PartitionState& state, const PartitionMetadata* known) {
  if (state.preferred_replica != no_node) {
    if (now.monotonic < state.preferred_until &&
        cluster_.metadata().broker(state.preferred_replica) != nullptr) {
      return state.preferred_replica;
    }
    state.preferred_replica = no_node;
  }
  return known == nullptr ? no_node : known->leader;
}

FetchTarget Fetcher::target_of(const PartitionState& state, const TopicMetadata* topic,
                               const PartitionMetadata* known) const {
  FetchTarget target;
  target.partition = state.partition();
  if (topic != nullptr) target.topic_id = topic->id;
  target.offset = state.fetch_position().offset;
  if (known != nullptr) target.leader_epoch = known->leader_epoch;
  target.max_bytes = options_.max_partition_bytes;
  target.round = state.fetch_round();
  return target;
}

// A request with less would not be worth sending.
std::size_t Fetcher::enough_bytes() const {
  return std::min(static_cast<std::size_t>(options_.max_partition_bytes), options_.prefetch_bytes);
}

Fetcher::Share Fetcher::share_among(std::size_t brokers) const {
  const std::size_t enough = enough_bytes();
  const std::size_t budget = window_.of(brokers);
  const std::size_t at_once = std::max<std::size_t>(1, budget / enough);
  const std::size_t rounds = (brokers + at_once - 1) / at_once;
  return {std::max(enough, budget / brokers),
          options_.max_wait / static_cast<Duration::rep>(rounds)};
}

std::size_t Fetcher::free_budget() const {
  const std::size_t used = assignment_.prefetched().bytes() + reserved_;
  const bool is_idle = assignment_.prefetched().next() == nullptr;
  const std::size_t budget = is_idle ? options_.prefetch_bytes : window_.of(brokers());
  return used >= budget ? 0 : budget - used;
}

// True when that made room.
bool Fetcher::free_paused_buffers() {
  if (assignment_.prefetched().next() != nullptr) return false;
  bool freed = false;
  for (auto& [partition, state] : assignment_.states()) {
    if (!state.paused || state.buffer.empty()) continue;
    assignment_.refetch(state);
    freed = true;
  }
  return freed;
}

void Fetcher::fetch(const Now& now, NodeId id, std::vector<FetchTarget> targets) {
  Node& node = nodes_[id];
  if (node.under_way) return;
  if (node.retry_at > now.monotonic) return retry_later(node.retry_at);
  if (cluster_.state(id, Lane::fetch) != Cluster::NodeState::ready) {
    cluster_.connect(now, id, Lane::fetch);  // that it is ready is a change
    return;
  }
  const std::size_t wish =
      std::min(static_cast<std::size_t>(options_.max_bytes),
               targets.size() * static_cast<std::size_t>(options_.max_partition_bytes));
  const std::size_t enough = std::min(wish, enough_bytes());
  if (free_budget() < enough && !(free_paused_buffers() && free_budget() >= enough)) return;
  node.reserved = std::min({wish, free_budget(), share_.bytes});
  node.under_way = true;
  node.asked_at = now.monotonic;
  last_fetched_ = id;
  reserved_ += node.reserved;

  // Brokers fill a response in the order of the request: everyone comes first in turn.
  const std::size_t first = node.turn++ % targets.size();
  std::rotate(targets.begin(), targets.begin() + static_cast<std::ptrdiff_t>(first), targets.end());
  const std::optional<std::int16_t> version = cluster_.version_of(id, ApiKey::Fetch);
  const bool by_id = version && *version >= first_version_by_id &&
                     std::none_of(targets.begin(), targets.end(), [](const FetchTarget& target) {
                       return target.topic_id.is_zero();
                     });
  SendOptions send;
  send.lane(Lane::fetch);
  if (by_id) {
    send.min_version(first_version_by_id);
  } else {
    send.max_version(first_version_by_id - 1);
  }
  const auto max_bytes = static_cast<std::int32_t>(node.reserved);
  cluster_.send<protocol::FetchRequest>(
      now, Target::node(id), send,
      [this, plan = node.session.plan(targets, by_id), max_bytes](
          std::int16_t) -> Result<protocol::FetchRequest> { return build(plan, max_bytes); },
      [this, id, by_id](const Now& at, const Reply<Response>& reply) {
        on_reply(at, id, by_id, reply);
      });
}

protocol::FetchRequest Fetcher::build(const FetchPlan& plan, std::int32_t max_bytes) const {
  using Topic = protocol::FetchRequest::FetchTopic;
  using Partition = protocol::FetchRequest::FetchPartition;
  using Forgotten = protocol::FetchRequest::ForgottenTopic;
  protocol::FetchRequest request;
  request.max_wait_ms = static_cast<std::int32_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(share_.max_wait).count());
  request.min_bytes = options_.min_bytes;
  request.max_bytes = max_bytes;
  request.isolation_level = static_cast<std::int8_t>(options_.isolation);
  request.session_id = plan.session_id;
  request.session_epoch = plan.session_epoch;
  request.rack_id = options_.rack;
  for (const FetchTarget& target : plan.send) {
    if (request.topics.empty() || request.topics.back().topic != target.partition.topic) {
      Topic& topic = request.topics.emplace_back();
      topic.topic = target.partition.topic;
      topic.topic_id = target.topic_id;
    }
    Partition& partition = request.topics.back().partitions.emplace_back();
    partition.partition = target.partition.partition;
    partition.current_leader_epoch = target.leader_epoch;
    partition.fetch_offset = target.offset;
    partition.partition_max_bytes = target.max_bytes;
  }
  for (const FetchTarget& target : plan.forget) {
    Forgotten& topic = request.forgotten_topics_data.emplace_back();
    topic.topic = target.partition.topic;
    topic.topic_id = target.topic_id;
    topic.partitions = {target.partition.partition};
  }
  return request;
}

}  // namespace barnabas::client

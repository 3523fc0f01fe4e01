#include "client/src/core/cluster/coordinator_cache.hpp"

#include <algorithm>

namespace barnabas::client {

NodeId CoordinatorCache::find(const CoordinatorKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() || found->second.state != State::known ? no_node
                                                                        : found->second.node;
}

void CoordinatorCache::wait_for(const Now& now, const CoordinatorKey& key, RequestId request) {
  const auto [entry, is_new] = entries_.try_emplace(key);
  if (is_new) entry->second.due_at = now.monotonic;
  entry->second.waiting.push_back(request);
}

std::optional<CoordinatorKey> CoordinatorCache::take_due(const Now& now) {
  for (auto& [key, entry] : entries_) {
    if (entry.state != State::due || entry.due_at > now.monotonic) continue;
    entry.state = State::asking;
    return key;
  }
  return std::nullopt;
}

std::optional<Instant> CoordinatorCache::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& [key, entry] : entries_) {
    if (entry.state == State::due) next = std::min(next.value_or(entry.due_at), entry.due_at);
  }
  return next;
}

std::vector<RequestId> CoordinatorCache::found(const CoordinatorKey& key, NodeId node) {
  Entry& entry = entries_[key];
  entry.state = State::known;
  entry.node = node;
  entry.failures = 0;
  return std::exchange(entry.waiting, {});
}

std::vector<RequestId> CoordinatorCache::failed(const CoordinatorKey& key) {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return {};
  std::vector<RequestId> waiting = std::move(entry->second.waiting);
  entries_.erase(entry);
  return waiting;
}

void CoordinatorCache::failed_for_now(const Now& now, const CoordinatorKey& key) {
  Entry& entry = entries_[key];
  entry.state = State::due;
  entry.due_at = deadline_after(now.monotonic, backoff_.pause(++entry.failures, random_));
}

const std::vector<RequestId>& CoordinatorCache::waiting(const CoordinatorKey& key) const {
  static const std::vector<RequestId> none;
  const auto found = entries_.find(key);
  return found == entries_.end() ? none : found->second.waiting;
}

void CoordinatorCache::forget(const CoordinatorKey& key) {
  const auto entry = entries_.find(key);
  if (entry != entries_.end() && entry->second.state == State::known) entries_.erase(entry);
}

void CoordinatorCache::forget_node(NodeId node) {
  std::erase_if(entries_, [node](const auto& item) {
    return item.second.state == State::known && item.second.node == node;
  });
}

}  // namespace barnabas::client

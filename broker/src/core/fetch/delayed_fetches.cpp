#include "broker/src/core/fetch/delayed_fetches.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::broker {
namespace {

// Counts what can be read of a log now and could not before. True when the fetch has enough.
bool count_new_bytes(DelayedFetch& fetch, DelayedFetch::Watch& watch) {
  while (watch.max_bytes > 0) {
    const Result<storage::LogRead> read =
        watch.log->read(watch.next_offset, watch.max_bytes, fetch.limit, storage::ReadTo::send);
    if (!read) return true;  // the client is to see the error
    if (read->size == 0) return false;
    const std::size_t counted = std::min(read->size, watch.max_bytes);
    if (counted >= fetch.missing_bytes) return true;
    fetch.missing_bytes -= counted;
    watch.max_bytes -= counted;
    watch.next_offset = read->next_offset;
  }
  return false;
}

}  // namespace

void DelayedFetches::add(DelayedFetch fetch) {
  const RequestToken token = fetch.token;
  for (const DelayedFetch::Watch& watch : fetch.watches) watchers_[watch.log].insert(token);
  deadlines_.set(token, fetch.deadline);
  fetches_.emplace(token, std::move(fetch));
}

std::vector<RequestToken> DelayedFetches::watching(const storage::PartitionLog& log) const {
  const auto tokens = watchers_.find(&log);
  if (tokens == watchers_.end()) return {};
  return {tokens->second.begin(), tokens->second.end()};
}

void DelayedFetches::log_advanced(const Now& now, storage::PartitionLog& log) {
  for (const RequestToken& token : watching(log)) {
    DelayedFetch& fetch = fetches_.at(token);
    for (DelayedFetch::Watch& watch : fetch.watches) {
      if (watch.log != &log) continue;
      if (count_new_bytes(fetch, watch)) {
        complete(now, token);
        break;
      }
    }
  }
}

void DelayedFetches::log_changed(const Now& now, storage::PartitionLog& log) {
  for (const RequestToken& token : watching(log)) complete(now, token);
}

void DelayedFetches::connection_closed(network::ConnectionId id) {
  auto fetch = fetches_.lower_bound({id, 0});
  while (fetch != fetches_.end() && fetch->first.connection == id) take(fetch++);
}

void DelayedFetches::advance(const Now& now) {
  while (const std::optional<RequestToken> token = deadlines_.pop_due(now.monotonic)) {
    complete(now, *token);
  }
}

void DelayedFetches::complete(const Now& now, const RequestToken& token) {
  take(fetches_.find(token)).complete(now);
}

DelayedFetch DelayedFetches::take(Fetches::iterator entry) {
  DelayedFetch fetch = std::move(entry->second);
  fetches_.erase(entry);
  deadlines_.cancel(fetch.token);
  for (const DelayedFetch::Watch& watch : fetch.watches) {
    const auto tokens = watchers_.find(watch.log);
    if (tokens == watchers_.end()) continue;
    tokens->second.erase(fetch.token);
    if (tokens->second.empty()) watchers_.erase(tokens);
  }
  return fetch;
}

}  // namespace barnabas::broker

#pragma once

#include "broker/src/core/request/request_token.hpp"
#include "broker/src/core/storage/partition_log.hpp"
#include "protocol/base/deadline_queue.hpp"
#include "protocol/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace barnabas::broker {

/// A fetch that waits for data.
struct DelayedFetch {
  /// A log that the fetch reads.
  struct Watch {
    storage::PartitionLog* log = nullptr;
    std::int64_t next_offset = 0;  ///< Everything below has been counted.
    std::size_t max_bytes = 0;     ///< What this partition may still add.
  };

  RequestToken token;
  Instant deadline;
  std::size_t missing_bytes = 1;
  storage::ReadUpTo limit = storage::ReadUpTo::high_watermark;
  std::vector<Watch> watches;
  /// Reads and answers; called once, unless the connection goes before.
  std::function<void(const Now&)> complete;
};

/// Fetches that found less than they want. Each is completed the moment enough has arrived, when
/// something happened to one of its partitions, or at its deadline.
/// Thread-safety: none.
class DelayedFetches {
 public:
  void add(DelayedFetch fetch);
  /// More of `log` can be read, or it went offline. Counts it, and completes the fetches that have
  /// enough.
  void log_advanced(const Now& now, storage::PartitionLog& log);
  /// `log` is about to go or has another leader: completes every fetch that reads it.
  void log_changed(const Now& now, storage::PartitionLog& log);
  /// Forgets the fetches of a connection.
  void connection_closed(network::ConnectionId id);

  std::size_t size() const noexcept { return fetches_.size(); }
  std::optional<Instant> next_deadline() const { return deadlines_.next(); }
  void advance(const Now& now);

 private:
  using Fetches = std::map<RequestToken, DelayedFetch>;

  std::vector<RequestToken> watching(const storage::PartitionLog& log) const;
  void complete(const Now& now, const RequestToken& token);
  DelayedFetch take(Fetches::iterator fetch);

  Fetches fetches_;
  // Looked up only: the order of pointers decides nothing.
  std::unordered_map<const storage::PartitionLog*, std::set<RequestToken>> watchers_;
  DeadlineQueue<RequestToken> deadlines_;
};

}  // namespace barnabas::broker

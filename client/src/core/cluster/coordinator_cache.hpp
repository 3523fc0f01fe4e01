#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/request.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <barnabas/error.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::client {

/// What has a coordinator: a group, a transactional id or a share group.
struct CoordinatorKey {
  CoordinatorType type = CoordinatorType::group;
  std::string key;
  friend auto operator<=>(const CoordinatorKey&, const CoordinatorKey&) = default;
};

/// Who coordinates what, and which requests wait to know.
///
///   entry state   event                        next state
///   -----------   --------------------------   ----------
///   (none)        wait_for                     due
///   due           take_due (FindCoordinator)   asking
///   asking        found                        known
///   asking        failed, retriable            due, after a growing pause
///   asking        failed for good              (none)
///   known         forget                       (none)
class CoordinatorCache {
 public:
  CoordinatorCache(Backoff backoff, Random& random) : backoff_(backoff), random_(random) {}

  /// no_node while unknown.
  NodeId find(const CoordinatorKey& key) const;
  /// Keeps `request` until the coordinator is known; starts asking unless that is under way.
  void wait_for(const Now& now, const CoordinatorKey& key, RequestId request);
  /// A key to ask for now, which counts as asked for from here on.
  std::optional<CoordinatorKey> take_due(const Now& now);
  std::optional<Instant> next_deadline() const;

  /// Both return the requests that waited.
  std::vector<RequestId> found(const CoordinatorKey& key, NodeId node);
  std::vector<RequestId> failed(const CoordinatorKey& key);
  /// Asks again after a pause.
  void failed_for_now(const Now& now, const CoordinatorKey& key);
  /// The requests waiting for `key`.
  const std::vector<RequestId>& waiting(const CoordinatorKey& key) const;

  void forget(const CoordinatorKey& key);
  /// Forgets everything that `node` coordinates: its connection was lost.
  void forget_node(NodeId node);

 private:
  enum class State : std::uint8_t { due, asking, known };
  struct Entry {
    State state = State::due;
    NodeId node = no_node;
    std::uint32_t failures = 0;
    Instant due_at{};
    std::vector<RequestId> waiting;
  };

  Backoff backoff_;
  Random& random_;
  std::map<CoordinatorKey, Entry> entries_;
};

}  // namespace barnabas::client

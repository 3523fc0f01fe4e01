#pragma once

#include <barnabas/topic_partition.hpp>

#include <functional>
#include <vector>

namespace barnabas {

/// What a consumer of a group is told when partitions come and go. Each may be left empty:
///
///   consumer.subscribe({"orders"}, {.assigned = restore, .revoked = save, .lost = discard});
///
/// They run within `poll` (and `close`, `unsubscribe`) on the calling thread, without any lock:
/// they may call the consumer (commit, seek, pause, position), but for poll, subscribe,
/// unsubscribe, assign and close, which fail with invalid_state there. With `poll_async` and the
/// awaitable forms they run on the client's I/O thread. The group waits for them up to
/// max.poll.interval.ms.
struct RebalanceListener {
  using Callback = std::function<void(const std::vector<TopicPartition>&)>;

  /// The partitions that were added, possibly none. Positions are not read from the group yet: a
  /// seek in here decides where reading starts.
  Callback assigned = nullptr;
  /// Partitions that are about to go to other members and still belong to this one: commit what was
  /// processed here. Automatic commits are made after this callback.
  Callback revoked = nullptr;
  /// Partitions that already belong to others, because this member was thrown out of the group:
  /// commits for them would be refused. When empty, `revoked` is called instead, as in Java.
  Callback lost = nullptr;
};

}  // namespace barnabas

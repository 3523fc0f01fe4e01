#pragma once

#include "client/src/core/cluster/backoff.hpp"
#include "client/src/core/cluster/cluster.hpp"
#include "client/src/core/consumer/offsets/commit_standing.hpp"
#include "client/src/core/consumer/retry_options.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"
#include "protocol/messages/offset_commit.hpp"

#include <barnabas/offset.hpp>
#include <barnabas/result.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>

namespace barnabas::client {

/// Commits offsets, one request after the other and in the order of the calls, so that an older
/// commit never overwrites a newer one, even when it has to be repeated. Calls that come while a
/// request is under way travel together in the next one.
///
/// What may pass by itself is tried again until the caller's deadline. A partition that was taken
/// away meanwhile fails, because its next owner's commits count, even when it has come back.
/// Thread-safety: none.
class OffsetCommits {
 public:
  /// The first error, naming its partition, or success.
  using Done = std::function<void(const Now&, const Result<void>&, const Offsets&)>;

  /// Lifetime: cluster and standing outlive it.
  OffsetCommits(RetryOptions retry, std::string group_id, std::optional<std::string> instance_id,
                Cluster& cluster, CommitStanding& standing, std::uint64_t seed);

  /// `done` runs once, within an event.
  void start(const Now& now, Offsets offsets, Instant deadline, Done done);
  void run(const Now& now);
  std::optional<Instant> next_deadline() const;
  bool idle() const noexcept { return calls_.empty(); }
  /// Ends all with `error`.
  void give_up(const Now& now, const Error& error);

 private:
  using Request = protocol::OffsetCommitRequest;
  using Response = protocol::OffsetCommitResponse;
  struct Pending {
    std::optional<std::uint64_t> tenure;  // in which the commit was begun
    Error last;                           // one that may pass
  };
  /// One call of `start`.
  struct Call {
    Offsets offsets;
    std::map<TopicPartition, Pending> pending;
    std::map<TopicPartition, Error> failed;
    Instant deadline;
    Done done;
  };

  void expire(const Now& now);
  void refuse_unowned();
  void send(const Now& now, const MemberIdentity& identity);
  Request build(const Offsets& offsets, const MemberIdentity& identity, std::int16_t version) const;
  void on_reply(const Now& now, const Offsets& offsets, const MemberIdentity& identity,
                const Reply<Response>& reply);
  /// Returns true when the partition has to be sent again.
  bool settle(const TopicPartition& partition, std::int64_t offset, const Error& error);
  void finish_completed(const Now& now);

  Backoff backoff_;
  std::string group_id_;
  std::optional<std::string> instance_id_;
  Cluster& cluster_;
  CommitStanding& standing_;
  Random random_;
  std::list<Call> calls_;  // in order
  std::size_t sent_ = 0;   // how many of the first calls the request under way covers
  bool under_way_ = false;
  std::uint32_t failures_ = 0;
  Instant retry_at_{};
};

}  // namespace barnabas::client
